"""Nothing secret leaves in a bundle: every text is looked through once more for each value of the project's vault.

Configurations are concealed when they are read from a device. This is the second fence, for what came another way: an
error message, a reading, a reason somebody typed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from homeroom.project import Project
from homeroom.secret import Vault

Conceal: TypeAlias = Callable[[str], str]
"""Exchanges secrets in a text for their markers."""


def of(project: Project) -> Conceal:
    """Return what conceals this project's secrets."""
    return by(Vault.open(project))


def by(vault: Vault) -> Conceal:
    """Return what conceals a vault's secrets; a text without any, as nearly all are, costs a few searches."""
    values = tuple(vault.get(name).reveal() for name in vault.names)

    def conceal(text: str) -> str:
        for value in values:
            if value in text:
                return vault.conceal(text)
        return text

    return conceal
