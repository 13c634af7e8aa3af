"""Rules that prove: a site's running configurations for every packet, a device's running text against the intended."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from homeroom.audit.age import stamp, too_old
from homeroom.audit.checks import Proof
from homeroom.audit.config import line, usable
from homeroom.audit.plan import prefixes
from homeroom.audit.proven import NEVER
from homeroom.audit.rule import Rule
from homeroom.audit.subject import DeviceSubject, ProgrammeSubject, SiteSubject, Stored, Subject
from homeroom.audit.verdict import MOST_EVIDENCE, Evidence, Finding
from homeroom.policy.places import BOGUS
from homeroom.policy.proof import example
from homeroom.policy.regions import PROTOCOLS, Region, Spans, meet, of_prefix, union
from homeroom.proof.model import INTERNET, OUTSIDE, Leak
from homeroom.proof.model import Finding as Oddity

MOST_LINES: Final = 40
"""Lines of a drift kept as evidence; how many more there were is said."""
INTERNAL: Final = "internal"
"""As a target: all but the Internet."""


def check(rule: Rule, proof: Proof, subject: Subject) -> Finding:
    """Prove the rule's claim on the subject; unknown when the facts it needs are missing or too old."""
    if isinstance(subject, ProgrammeSubject):
        return Finding("unknown", f"{proof.claim} is a claim on devices and sites, not on the programme")
    if isinstance(subject, SiteSubject):
        return prefixes(subject) if proof.claim == "prefixes" else _Proved(rule, proof, subject).finding()
    stored = usable(rule, subject)
    return stored if isinstance(stored, Finding) else _as_intended(subject, stored)


def _as_intended(subject: DeviceSubject, stored: Stored) -> Finding:
    """Compare what runs with what should: a platform's own diff, because order and defaults are its business."""
    intended = subject.intended
    equal = intended == stored.text or subject.parser.lines(intended) == subject.lines  # cheaper than a difference
    lines = [] if equal else subject.parser.diff(intended, stored.text).splitlines()
    if not lines:
        return Finding("compliant", "running equals intended", (line("(no difference)", stored),))
    more, less = (sum(text.lstrip().startswith(sign) for text in lines) for sign in "+-")
    shown = lines[:MOST_LINES]
    if len(lines) > MOST_LINES:
        shown.append(f"... and {len(lines) - MOST_LINES} more lines; `homeroom diff` shows all")
    evidence = Evidence("\n".join(shown), "running (+) against intended (-)", stored.at, stored.sha)
    return Finding("violation", f"drift: {more} lines not intended, {less} intended lines missing", (evidence,))


class _Proved:
    """A claim on one site, whose configurations are proven together."""

    def __init__(self, rule: Rule, proof: Proof, subject: SiteSubject) -> None:
        self.rule = rule
        self.proof = proof
        self.subject = subject

    def finding(self) -> Finding:
        """Judge: a leak is one whatever else is not known; without any, nothing is proven while a device is unknown."""
        if not self.subject.running:
            return Finding("not_applicable", "no device stands at the site")
        found = self.subject.proof
        known = {*found.roles, *OUTSIDE, "wan", "nobody"}
        if self.proof.sources and not known & set(self.proof.sources):
            return Finding("not_applicable", f"the site has no {' or '.join(self.proof.sources)}")
        unknown = {one.device: one.reason for one in found.unknown} | dict(self._stale())
        leaks = [one for one in found.leaks if self._meant(one) and one.device not in unknown]
        odd = [one for one in found.findings if one.concern in self.proof.concerns and one.device not in unknown]
        if leaks or odd:
            return self._violation(leaks, odd, len(unknown))
        return self._unknown(unknown) if unknown else self._compliant()

    def _stale(self) -> Iterator[tuple[str, str]]:
        """Yield the devices whose configuration is missing or too old for the rule, and why it does not count."""
        for device, stored in self.subject.running.items():
            hours, now = self.rule.max_age_hours, self.subject.now
            why = too_old("the running configuration", stored.at, now, hours, "backup") if stored else NEVER
            if why:
                yield device, why

    def _meant(self, leak: Leak) -> bool:
        """Tell whether the rule is about a leak."""
        proof = self.proof
        if proof.claim != "no_leak" or (proof.sources and leak.source not in proof.sources):
            return False
        inside = INTERNAL in proof.targets and leak.target != INTERNET
        if proof.targets and leak.target not in proof.targets and not inside:
            return False
        if leak.family and leak.family not in proof.families:
            return False
        return not leak.regions or any(self._narrowed(leak, one) for one in leak.regions)

    def _narrowed(self, leak: Leak, region: Region) -> Region | None:
        """Return the packets of a region that have the ports and senders the rule is about; None when none have."""
        source, target, protocols, sports, dports, *rest = region
        if self.proof.bogus and leak.family:
            source = meet(source, union(span for prefix in BOGUS[leak.family] for span in of_prefix(prefix)))
        for port in self.proof.ports:
            wanted = _spans(port)
            both = meet(protocols, wanted[0]), meet(dports, wanted[1])
            if all(both) and source:
                return (source, target, both[0], sports, both[1], *rest)
        return (source, target, protocols, sports, dports, *rest) if source and not self.proof.ports else None

    def _packet(self, leak: Leak) -> str:
        """Return the packet that shows a leak: one that the rule is about."""
        if not leak.family or not (self.proof.ports or self.proof.bogus):
            return leak.packet
        found = (narrowed for region in leak.regions if (narrowed := self._narrowed(leak, region)))
        return next((example(region, leak.family) for region in found), leak.packet)

    def _violation(self, leaks: Sequence[Leak], odd: Sequence[Oddity], unknown: int) -> Finding:
        said = [f"{leak.source} reaches {leak.target}: {self._packet(leak)} passes {leak.device}" for leak in leaks]
        said += [f"{one.device} {one.where}: {one.text}" for one in odd]
        evidence = [self._leak(leak) for leak in leaks[:MOST_EVIDENCE]]  # finding a line is dear: no more than shown
        evidence += [self._odd(one) for one in odd]
        more = f"; {len(said) - 1} more" if len(said) > 1 else ""
        apart = f"; {unknown} devices are unknown beside it" if unknown else ""
        return Finding("violation", f"{said[0]}{more}{apart}", tuple(evidence[:MOST_EVIDENCE]))

    def _leak(self, leak: Leak) -> Evidence:
        stored, number = self.subject.running.get(leak.device), self.subject.line(leak)
        by = f"{leak.list} entry {leak.entry} ({leak.rule})" if leak.entry else leak.rule
        words = [
            f"{self._packet(leak)} from {leak.source} to {leak.target} passes {leak.device} {leak.interface}: {by}"
        ]
        if leak.during:
            words.append(f"during {', '.join(leak.during)}")
        if leak.via:
            words.append(f"after {', '.join(leak.via)}")
        if number and stored:  # where entries are blocks, the line that ends one says little
            text = "" if "{" in stored.text else f": {stored.text.splitlines()[number - 1].strip()}"
            words.append(f"line {number}{text}")
        return self._of(leak.device, "; ".join(words))

    def _odd(self, one: Oddity) -> Evidence:
        return self._of(one.device, f"{one.concern}: {one.device} {one.where} {one.text}")

    def _unknown(self, unknown: Mapping[str, str]) -> Finding:
        device, reason = next(iter(unknown.items()))
        more = f"; {len(unknown) - 1} more devices are unknown" if len(unknown) > 1 else ""
        evidence = tuple(self._of(name, f"{name}: {why}") for name, why in unknown.items())
        return Finding("unknown", f"not proven, because of {device}: {reason}{more}", evidence)

    def _compliant(self) -> Finding:
        """Name what was proven by one hash over the hashes of all configurations, and the time of the oldest."""
        known = {name: stored for name, stored in self.subject.running.items() if stored}
        whole = hashlib.sha256("".join(f"{name} {known[name].sha}\n" for name in sorted(known)).encode()).hexdigest()
        oldest = min(stored.at for stored in known.values())
        what = "no packet" if self.proof.claim == "no_leak" else "nothing"
        about = ", ".join(self.proof.concerns) if self.proof.claim == "no_finding" else self._pairs()
        text = f"{what} of: {about}; configurations of {', '.join(sorted(known))}, the oldest of {stamp(oldest)}"
        families = " and ".join(f"IPv{family}" for family in self.proof.families)
        said = f"proved for every packet, {families}" if self.proof.claim == "no_leak" else "proved of every list"
        return Finding("compliant", said, (Evidence(text, "proof of the running configurations", oldest, whole),))

    def _pairs(self) -> str:
        sources, targets = ", ".join(self.proof.sources) or "anybody", ", ".join(self.proof.targets) or "anybody"
        ports = f" on {', '.join(self.proof.ports)}" if self.proof.ports else ""
        return f"{sources} to {targets}{ports} beyond the policy"

    def _of(self, device: str, text: str) -> Evidence:
        stored = self.subject.running.get(device)
        source = f"running configuration of {device}"
        return Evidence(text, source, stored.at, stored.sha) if stored else Evidence(text, source)


def _spans(port: str) -> tuple[Spans, Spans]:
    """Read `udp:53` as protocols and ports."""
    protocol, _, number = port.partition(":")
    known, wanted = PROTOCOLS[4][protocol], int(number)
    return ((known, known),), ((wanted, wanted),)
