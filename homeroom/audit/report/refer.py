"""What the documents say beside the verdicts: whose audit it is, how to check it, and who else demands a rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from homeroom.audit.bundle.model import Header, RuleEntry
from homeroom.audit.report.speech import Language
from homeroom.audit.tally import Counts

FRAMEWORKS: Final = ("DISA STIG", "DISA SRG", "NIST SP 800-53", "DfE", "CIPA", "CIS")
"""In the order shown; they are names and are not translated. CIS: numbers only."""
OTHER: Final = "other"
VERIFY: Final = "homeroom audit verify"

Line = tuple[str, str]
"""A label and its value."""


def of(rule: RuleEntry) -> Mapping[str, Sequence[str]]:
    """Return the references of a rule by framework; those without any are left out."""
    refs = rule.refs
    said = ([str(one) for one in refs.stig], refs.srg, refs.nist, refs.dfe, refs.cipa, rule.cis)
    named: dict[str, Sequence[str]] = dict(zip(FRAMEWORKS, said, strict=True))
    return {name: listed for name, listed in (named | {OTHER: refs.other}).items() if listed}


def about(header: Header, say: Language) -> Sequence[Line]:
    """Return the title block."""
    parts = {name: say.count(name, getattr(header, name)) for name in ("sites", "schools", "devices")}
    lines = [
        (say("judged"), say.stamp(header.at)),
        (say("scope"), f"{header.scope}: {say('scope_of', **parts)}"),
        (say("basis"), header.basis),
        (say("programme"), f"{header.programme} ({header.country})"),
    ]
    if header.sampled:
        sample = {"sampled": say.number(header.sampled), "devices": parts["devices"], "seed": header.seed}
        lines.append((say("sample"), say("sample_of", **sample)))
    return lines


def proof(header: Header, root: str, say: Language) -> Sequence[Line]:
    """Return what binds a document to its evidence, and the commands that check it and judge anew."""
    return [
        (say("root"), root),
        (say("previous_root"), header.previous or say("no_previous")),
        (say("rule_set"), header.rules),
        (say("public_key"), header.key),
        (say("verify"), VERIFY),
        (say("again"), header.command),
    ]


def answer(counts: Counts, say: Language) -> str:
    """Say in a sentence or two whether everything is compliant."""
    open_ = counts["error"] + counts["unknown"]
    if counts["violation"]:
        rest = [say.count("violations", counts["violation"])]
        rest += [say.count("undecided", open_)] if open_ else []
        return f"{say('answer_no')} {', '.join(rest)}."
    if open_:
        return f"{say('answer_open')} {say('answer_open_why')} {say.count('undecided', open_)}."
    if not counts["compliant"] and not counts["waived"]:
        return say("answer_none")
    waived = f" {say.count('waived', counts['waived'])}." if counts["waived"] else ""
    return f"{say('answer_yes')} {say('answer_yes_why')}{waived}"
