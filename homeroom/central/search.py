"""The names that search engines and YouTube give for their safe versions, and the canaries of encrypted DNS.

All are CNAMEs: the resolver looks the safe name's address up, so nothing here goes stale when it moves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

_GOOGLE: Final = """
com ad ae com.af com.ag al am co.ao com.ar as at com.au az ba com.bd be bf bg com.bh bi bj com.bn com.bo com.br bs bt
co.bw by com.bz ca cd cf cg ch ci co.ck cl cm cn com.co co.cr com.cu cv com.cy cz de dj dk dm com.do dz com.ec ee
com.eg es com.et fi com.fj fm fr ga ge gg com.gh com.gi gl gm gr com.gt gy com.hk hn hr ht hu co.id ie co.il im co.in
iq is it je com.jm jo co.jp co.ke com.kh ki kg co.kr com.kw kz la com.lb li lk co.ls lt lu lv com.ly co.ma md me mg mk
ml com.mm mn com.mt mu mv mw com.mx com.my co.mz com.na com.ng com.ni ne nl no com.np nr nu co.nz com.om com.pa com.pe
com.pg com.ph com.pk pl pn com.pr ps pt com.py com.qa ro ru rw com.sa com.sb sc se com.sg sh si sk com.sl sn so sm sr
st com.sv td tg co.th com.tj tl tm tn to com.tr tt com.tw co.tz com.ua co.ug co.uk com.uy co.uz com.vc co.ve co.vi
com.vn vu ws rs co.za co.zm co.zw cat
"""
"""Source: https://www.google.com/supported_domains."""
_YANDEX: Final = "com ru by kz uz ua az com.am com.ge com.tr co.il eu fr kg lt lv md tj tm ee"

SEARCH: Final[Mapping[str, tuple[str, ...]]] = {
    "forcesafesearch.google.com": tuple(f"www.google.{ending}" for ending in _GOOGLE.split()),
    "strict.bing.com": ("bing.com", "www.bing.com", "edgeservices.bing.com"),
    "safe.duckduckgo.com": tuple(f"{host}duckduckgo.com" for host in ("", "www.", "start.", "html.", "noai.")),
    "familysearch.yandex.ru": (
        *(f"{host}yandex.{ending}" for ending in _YANDEX.split() for host in ("", "www.")),
        "ya.ru",
        "www.ya.ru",
    ),
    "forcesafe.search.brave.com": ("search.brave.com",),
    "safesearch.pixabay.com": ("pixabay.com",),
    "strict-safe-search.ecosia.org": ("ecosia.org", "www.ecosia.org"),
}
"""Safe host -> the names that lead to it. Sources: the engines' help pages on locking safe search for a network."""
YOUTUBE: Final[Mapping[str, str]] = {"strict": "restrict.youtube.com", "moderate": "restrictmoderate.youtube.com"}
"""Source: Google Workspace Admin Help, Restrict YouTube content on your network."""
YOUTUBE_NAMES: Final = (
    "www.youtube.com",
    "m.youtube.com",
    "youtubei.googleapis.com",
    "youtube.googleapis.com",
    "www.youtube-nocookie.com",
)
CANARIES: Final = ("use-application-dns.net", "mask.icloud.com", "mask-h2.icloud.com")
"""Answered NXDOMAIN. Sources: Mozilla Support, Canary domain; Apple, Prepare your network for iCloud Private Relay."""
DISCOVERY: Final = ("resolver.arpa", "*.resolver.arpa")
"""Answered empty: discovery of designated resolvers (RFC 9462, section 4)."""


def rules(*, safesearch: bool, youtube: str, canaries: bool) -> Iterator[tuple[str, str]]:
    """Yield name and what its CNAME says in a response policy zone: another name, `.` NXDOMAIN, `*.` empty."""
    if safesearch:
        yield from ((name, f"{safe}.") for safe, names in SEARCH.items() for name in names)
    if youtube in YOUTUBE:
        yield from ((name, f"{YOUTUBE[youtube]}.") for name in YOUTUBE_NAMES)
    if canaries:
        yield from ((name, ".") for name in CANARIES)
        yield from ((name, "*.") for name in DISCOVERY)


def safe_hosts() -> frozenset[str]:
    """Return the names that the safe versions live at: whoever blocks one breaks search for everybody."""
    return frozenset(SEARCH) | frozenset(YOUTUBE.values())
