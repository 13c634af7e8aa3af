"""Which audit rules a device breaks by what drifted: those whose verdict on what runs is worse than on the intent."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from homeroom.audit import proof
from homeroom.audit.checks import OF_PROOF
from homeroom.audit.judge import Judge
from homeroom.audit.proven import Proofs, Proven
from homeroom.audit.rule import Rule
from homeroom.audit.subject import DeviceSubject, SiteSubject
from homeroom.audit.verdict import WORST_FIRST, Status
from homeroom.platforms.render import Renderer
from homeroom.project import Project
from homeroom.rollout.fleet import Member
from homeroom.store.configs import Stored, digest
from homeroom.store.inventory import Selector
from homeroom.store.world import World


class Controls:
    """The rules that a configuration alone can break, tried on one device at a time. `close` it at the end.

    What is proven of a site is proven here of the one device: what the site's others would stop still counts.
    """

    def __init__(self, project: Project, rules: Mapping[str, Rule]) -> None:
        self._project = project
        of_text = {name: rule for name, rule in rules.items() if rule.scope == "device" and _by_text(rule)}
        self._judge = Judge(of_text)
        self._proven = {
            name: rule for name, rule in rules.items() if rule.check.proof and rule.check.proof.claim in OF_PROOF
        }

    @cached_property
    def _world(self) -> World:
        return World.open(self._project)

    @cached_property
    def _proofs(self) -> Proofs:
        return Proofs(self._world.programme, Renderer.of(self._project))

    def close(self) -> None:
        """Close what was opened for it."""
        if "_world" in self.__dict__:
            self._world.close()

    def broken(self, member: Member, running: str, now: float) -> tuple[str, ...]:
        """Return the rules that the drifted lines of a device break, by id; that it drifted comes last.

        `running` is concealed, as the intended text is. What the device says by SNMP is not looked at.
        """
        before, after = (self._statuses(member, text, now) for text in (member.work.text, running))
        worse = (name for name in after if WORST_FIRST.index(after[name]) < WORST_FIRST.index(before[name]))
        return tuple(sorted(worse, key=lambda name: (name not in self._proven and self._drift(name), name)))

    def _drift(self, name: str) -> bool:
        about = self._judge.rules[name].check.proof
        return about is not None and about.claim == "as_intended"

    def _statuses(self, member: Member, text: str, now: float) -> Mapping[str, Status]:
        stored = Stored(text, digest(text), now, now)
        judged = self._judge.verdicts(_device(member, stored, now))
        found: dict[str, Status] = {verdict.rule: verdict.status for verdict in judged}
        if self._proven:
            site = self._site(member, stored, now)
            for name, rule in self._proven.items():
                assert rule.check.proof is not None  # noqa: S101  # it was chosen by it
                found[name] = proof.check(rule, rule.check.proof, site).status
        return found

    def _site(self, member: Member, stored: Stored, now: float) -> SiteSubject:
        """Return the device's site as if nothing else stood there."""
        world, intent = self._world, member.intent
        chosen = Selector(sites=(intent.device.site,))
        plan, site = next(iter(world.plans(chosen))), next(iter(world.sites(chosen)))
        running = {intent.device.name: stored}
        proven = Proven(self._proofs, world.policy_of(site), (intent,), running)
        wan = world.programme.wan_pool
        return SiteSubject(plan, None, wan, (), now, running=running, prove=proven.prove, line=proven.line)


def _by_text(rule: Rule) -> bool:
    check = rule.check
    return not (check.reading or check.getter or check.probe or check.record)


def _device(member: Member, stored: Stored, now: float) -> DeviceSubject:
    work = member.work
    return DeviceSubject(
        intent=member.intent,
        parser=work.parse,
        render=lambda: work.text,
        running=stored,
        readings={},
        now=now,
        driver=member.intent.device.platform,
    )
