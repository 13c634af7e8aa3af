"""What a platform can do for a change, stated by us: the rollout asks here before it acts, never the driver.

A driver that accepts an option and ignores it counts as unable, so nothing in this table is probed: each `True` is a
promise that the fault matrix of the platform's tests keeps, each sentence is shown to the user word for word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final, Literal, TypeAlias, get_args

Verb: TypeAlias = Literal["merge", "replace", "compare", "confirmed_commit", "confirm_from_new_process", "rollback"]
Answer: TypeAlias = Literal[True] | str
"""True, or the written reason why not."""
VERBS: Final[tuple[Verb, ...]] = get_args(Verb)


@dataclass(frozen=True, slots=True)
class Ability:
    """One platform's row of the table.

    `lost_connection` says how a connection ends that is lost in the middle of a change: who takes what back, and when.
    """

    merge: Answer
    replace: Answer
    compare: Answer
    confirmed_commit: Answer
    confirm_from_new_process: Answer
    rollback: Answer
    lost_connection: str

    def __post_init__(self) -> None:
        """Refuse an answer that says nothing: an empty reason, or anything but True and a sentence."""
        for field in fields(self):
            answer = getattr(self, field.name)
            if answer is not True and not (isinstance(answer, str) and answer.strip()):
                raise ValueError(f"{field.name} is {answer!r}: True, or one sentence why not")

    def lacks(self, *verbs: Verb) -> Mapping[Verb, str]:
        """Return the reason for each of `verbs` that the platform cannot do; empty when it can do them all."""
        answers: dict[Verb, Answer] = {verb: getattr(self, verb) for verb in verbs or VERBS}
        return {verb: answer for verb, answer in answers.items() if answer is not True}
