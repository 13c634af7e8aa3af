"""Names whose answer the policy decides: safe searches, YouTube's modes, and the canaries of encrypted DNS.

Sources: Google "Lock SafeSearch", YouTube "Manage your organization's YouTube settings", Microsoft "Block adult
content with SafeSearch", Mozilla "Canary domain", Apple "Prepare your network for iCloud Private Relay".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from homeroom.policy.model import YouTube

SAFE: Final[Mapping[str, tuple[str, ...]]] = {
    "www.google.com": ("forcesafesearch.google.com", "216.239.38.120", "2001:4860:4802:32::78"),
    "www.bing.com": ("strict.bing.com", "204.79.197.220", "2620:1ec:c11::200"),
    "duckduckgo.com": ("safe.duckduckgo.com",),
}
"""Search engine -> what a safe answer holds one of."""
YOUTUBE: Final[Mapping[YouTube, tuple[str, ...]]] = {
    "strict": ("restrict.youtube.com", "216.239.38.120"),
    "moderate": ("restrictmoderate.youtube.com", "216.239.38.119"),
}
YOUTUBE_NAME: Final = "www.youtube.com"
CANARIES: Final = ("use-application-dns.net", "mask.icloud.com", "mask-h2.icloud.com")
