"""`homeroom render`: print the configuration of the selected devices; secrets stand in it as markers."""

from __future__ import annotations

import argparse
import contextlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from homeroom.errors import UsageError
from homeroom.intent.model import Intent
from homeroom.platforms.render import Rendered, Renderer
from homeroom.project import Project
from homeroom.store.world import World
from playbooks import console
from playbooks.selectors import add_selectors, selector


def configure(parser: argparse.ArgumentParser) -> None:
    """Add where to write, and which devices."""
    parser.add_argument("--out", type=Path, metavar="DIR", help="write DIR/<device>.cfg (default: only a summary)")
    add_selectors(parser)


def run(args: argparse.Namespace) -> int:
    """Render the selected devices; RenderError stops at the first that cannot be."""
    project = Project.locate(args.project)
    renderer = Renderer.of(project)
    chosen = selector(args)
    tally = Tally()
    with contextlib.closing(World.open(project)) as world:
        total = len(world.devices(chosen))
        if not total:
            raise UsageError("no device is selected: `homeroom plan` first, or loosen the selectors")
        out = _folder(args.out) if args.out else None
        with console.progress() as progress:
            step = progress.add_task("render", total=total)
            for rendered in tally.count(renderer, world.intents(chosen)):
                if out:
                    (out / f"{rendered.device}.cfg").write_text(rendered.text, encoding="utf-8")
                progress.advance(step)
    if args.json:
        console.emit(tally.document(out))
    else:
        tally.show(out)
    return 0


def _folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{path} cannot be made: {error.strerror}; name another directory") from error
    return path


@dataclass
class Tally:
    """What was rendered, counted as it goes by."""

    devices: Counter[str] = field(default_factory=Counter[str])
    features: Counter[str] = field(default_factory=Counter[str])
    lines: Counter[str] = field(default_factory=Counter[str])
    refused: dict[tuple[str, str, str], str] = field(default_factory=dict[tuple[str, str, str], str])

    def count(self, renderer: Renderer, intents: Iterable[Intent]) -> Iterator[Rendered]:
        """Render one after the other, counting."""
        for intent in intents:
            rendered = renderer.render(intent)
            self.devices[rendered.platform] += 1
            self.features.update(rendered.features.keys())
            self.lines[rendered.platform] += rendered.text.count("\n")
            for refusal in rendered.unsupported:
                self.refused[rendered.platform, intent.device.kind, refusal.feature] = refusal.reason
            yield rendered

    def document(self, out: Path | None) -> dict[str, object]:
        """Return what `--json` prints."""
        return {
            "devices": self.devices.total(),
            "platforms": dict(self.devices),
            "features": dict(self.features),
            "unsupported": [
                {"platform": platform, "kind": kind, "feature": feature, "reason": reason}
                for (platform, kind, feature), reason in sorted(self.refused.items())
            ],
            "files": self.devices.total() if out else 0,
            "out": str(out) if out else None,
        }

    def show(self, out: Path | None) -> None:
        """Print one line a platform, and what is not supported with the reason, word for word."""
        for platform, count in sorted(self.devices.items()):
            console.say(f"{platform}: {count} devices, {self.lines[platform]} lines")
        for (platform, kind, feature), reason in sorted(self.refused.items()):
            console.say(f"  no {feature} on {platform} {kind}: {reason}")
        if out:
            console.say(f"written: {self.devices.total()} files in {out}")
