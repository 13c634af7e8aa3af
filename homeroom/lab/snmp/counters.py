"""What an SNMP engine counts, keyed by the name of the counter's instance: a report carries that name and its value."""

from __future__ import annotations

from collections import Counter
from typing import Final, TypeAlias

from homeroom.snmp.ber import Oid

Counters: TypeAlias = Counter[Oid]

_SNMP: Final = (1, 3, 6, 1, 2, 1, 11)  # RFC 3418
IN_PKTS: Final = (*_SNMP, 1, 0)
BAD_VERSIONS: Final = (*_SNMP, 3, 0)
BAD_COMMUNITIES: Final = (*_SNMP, 4, 0)
PARSE_ERRORS: Final = (*_SNMP, 6, 0)
SILENT_DROPS: Final = (*_SNMP, 31, 0)

_MPD: Final = (1, 3, 6, 1, 6, 3, 11, 2, 1)  # RFC 3412
UNKNOWN_SECURITY_MODELS: Final = (*_MPD, 1, 0)
INVALID_MESSAGES: Final = (*_MPD, 2, 0)
UNKNOWN_PDU_HANDLERS: Final = (*_MPD, 3, 0)

UNKNOWN_CONTEXTS: Final = (1, 3, 6, 1, 6, 3, 12, 1, 5, 0)  # RFC 3413

_USM: Final = (1, 3, 6, 1, 6, 3, 15, 1, 1)  # RFC 3414
UNSUPPORTED_LEVELS: Final = (*_USM, 1, 0)
NOT_IN_TIME_WINDOWS: Final = (*_USM, 2, 0)
UNKNOWN_USERS: Final = (*_USM, 3, 0)
UNKNOWN_ENGINES: Final = (*_USM, 4, 0)
WRONG_DIGESTS: Final = (*_USM, 5, 0)
DECRYPTION_ERRORS: Final = (*_USM, 6, 0)

ALL: Final = (
    IN_PKTS,
    BAD_VERSIONS,
    BAD_COMMUNITIES,
    PARSE_ERRORS,
    SILENT_DROPS,
    UNKNOWN_SECURITY_MODELS,
    INVALID_MESSAGES,
    UNKNOWN_PDU_HANDLERS,
    UNKNOWN_CONTEXTS,
    UNSUPPORTED_LEVELS,
    NOT_IN_TIME_WINDOWS,
    UNKNOWN_USERS,
    UNKNOWN_ENGINES,
    WRONG_DIGESTS,
    DECRYPTION_ERRORS,
)
