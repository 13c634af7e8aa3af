"""The code of each platform, beside its templates: one literal, no registration at import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from homeroom.catalogue import Platform
from homeroom.errors import RenderError
from homeroom.platforms.access import Parser
from homeroom.platforms.eos import words as eos_words
from homeroom.platforms.eos.parser import EosParser
from homeroom.platforms.ios import words as ios_words
from homeroom.platforms.ios.parser import IosParser
from homeroom.platforms.junos import words as junos_words
from homeroom.platforms.junos.parser import JunosParser
from homeroom.platforms.openwrt import words as openwrt_words
from homeroom.platforms.openwrt.parser import UciParser
from homeroom.platforms.ros import phrases as ros_phrases
from homeroom.platforms.ros.parser import RosParser
from homeroom.platforms.sandbox import Filter


@dataclass(frozen=True, slots=True)
class Code:
    """What a platform needs beyond templates: the filters they use, and the way back from text."""

    filters: Mapping[str, Filter]
    parse: Parser


PLATFORMS: Final[dict[str, Code]] = {
    "ios": Code(ios_words.FILTERS, IosParser()),
    "openwrt": Code(openwrt_words.FILTERS, UciParser()),
    "ros": Code(ros_phrases.FILTERS, RosParser()),
    "junos": Code(junos_words.FILTERS, JunosParser()),
    "eos": Code(eos_words.FILTERS, EosParser()),
}


def code_for(platform: Platform) -> Code:
    """Return a platform's code, its own or the nearest parent's; RenderError when it has none."""
    for name in platform.lineage:
        if name in PLATFORMS:
            return PLATFORMS[name]
    raise RenderError(f"{platform.name} has templates but no code: give it a parent among {', '.join(PLATFORMS)}")


def filters_for(platform: Platform) -> Mapping[str, Filter]:
    """Return the filters of a platform's templates; none when it is templates only."""
    return code_for(platform).filters if set(platform.lineage) & set(PLATFORMS) else {}
