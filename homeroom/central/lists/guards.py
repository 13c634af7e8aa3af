"""What must not be published, however it came into a list."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from homeroom.central.lists.compact import covered
from homeroom.central.search import safe_hosts
from homeroom.policy.model import Policy
from homeroom.programme.model import Programme

GROWTH: Final = 0.20
"""A list that changes by more against the last published one is looked at by a person first."""
NATIONAL: Final[Mapping[str, tuple[str, ...]]] = {
    "RS": ("gov.rs", "edu.rs", "ac.rs", "xn--80au.xn--90a3ac"),
    "PY": ("gov.py", "edu.py", "mil.py"),
    "KG": ("gov.kg", "edu.kg", "mil.kg"),
}
"""Where a state's and its schools' names end. Sources: the registries' lists of second-level domains."""
POPULAR: Final[Mapping[str, frozenset[str]]] = {
    category: frozenset(names.split())
    for category, names in {
        "": """google.com googleapis.com gstatic.com googleusercontent.com wikipedia.org wikimedia.org wiktionary.org
        microsoft.com microsoftonline.com office.com office365.com live.com windows.com windowsupdate.com bing.com
        apple.com icloud.com mozilla.org mozilla.net debian.org ubuntu.com github.com cloudflare.com amazonaws.com
        akamai.net akamaiedge.net akamaihd.net fastly.net cloudfront.net azureedge.net letsencrypt.org digicert.com
        duckduckgo.com yandex.ru yandex.com adobe.com moodle.org khanacademy.org geogebra.org scratch.mit.edu
        code.org britannica.com nasa.gov who.int un.org unicef.org unesco.org europa.eu archive.org zoom.us bbc.com
        canva.com kahoot.com quizlet.com duolingo.com coursera.org edx.org openstreetmap.org python.org""",
        "social": """facebook.com fbcdn.net instagram.com whatsapp.com whatsapp.net twitter.com x.com tiktok.com
        reddit.com linkedin.com telegram.org t.me vk.com pinterest.com snapchat.com discord.com youtube.com
        ytimg.com googlevideo.com""",
        "proxy": "torproject.org nordvpn.com protonvpn.com dns.google cloudflare-dns.com one.one.one.one",
    }.items()
}
"""Names that half the world needs; under a category those that stand in its lists rightly."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a list is not taken: `guard` names what refused it, `name` the entry, empty for the list as a whole."""

    guard: str
    name: str
    message: str


@dataclass(frozen=True, slots=True)
class Guards:
    """What every list is held against."""

    protected: Mapping[str, str]
    """Name -> why nothing at or below it may be refused, and nothing above it either."""
    popular: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, programme: Programme, policy: Policy) -> Guards:
        """Make the guards of a programme: its own names, states' names, safe search, what a profile alone may reach."""
        protected = {name: "a state's own domain" for names in NATIONAL.values() for name in names}
        ending = programme.country.lower()
        protected |= {f"{second}.{ending}": "a state's own domain" for second in ("gov", "edu", "mil", "ac")}
        protected[programme.central.domain.lower()] = "the programme's own domain"
        if policy.visitors and policy.visitors.realm:
            protected[policy.visitors.realm] = "our own realm"
        for name, profile in policy.profiles.items():
            if profile.names == "allowed":
                protected |= dict.fromkeys(profile.allow, f"what {name} may reach")
        protected |= dict.fromkeys(safe_hosts(), "where safe search lives")
        protected |= dict.fromkeys(("root-servers.net", "resolver.arpa"), "what the resolvers need themselves")
        return cls(protected, POPULAR)

    def names(self, category: str, names: Collection[str]) -> Iterator[Refusal]:
        """Yield the entries that must not be refused to anybody, in the order of the alphabet."""
        every = set(names)
        roots = set(self.protected)
        inside = {name for name in every if name in roots or covered(name, roots)}
        above = {parent for root in roots for parent in _chain(root) if parent in every}
        for name in sorted(inside | above):
            root = next(r for r in self.protected if name == r or name.endswith(f".{r}") or r.endswith(f".{name}"))
            yield Refusal("protected", name, f"is {self.protected[root]} ({root})")
        others = {name for kind, group in self.popular.items() if kind != category or not kind for name in group}
        for name in sorted({parent for popular in others for parent in _chain(popular) if parent in every}):
            yield Refusal("popular", name, "is a name that half the world needs")

    def size(self, new: int, old: int | None) -> Iterator[Refusal]:
        """Yield the refusal of a list whose size changed too much against the last published (None: the first)."""
        if not new:
            yield Refusal("empty", "", "holds no name at all")
        elif old and abs(new - old) > old * GROWTH:
            halved = "shrank to less than half: " if new * 2 < old else ""
            yield Refusal("size", "", f"{halved}{old:,} names became {new:,}, more than {GROWTH:.0%} of a change")


def _chain(name: str) -> Iterable[str]:
    """Return a name and its parents."""
    labels = name.split(".")
    return (".".join(labels[place:]) for place in range(len(labels)))
