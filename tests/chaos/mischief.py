"""Who is made faulty, by what and when: equal for an equal seed."""

import random
from dataclasses import dataclass
from itertools import cycle

from homeroom.lab.faults import KINDS, STEPS, STRIKING, Fault

LATE = frozenset({"cut", "reboot"})
SECONDS = {"slow": 3.0, "clock_jump": 4000.0}


@dataclass(frozen=True)
class Deal:
    """`after`: seconds into the change at which it comes; 0: it is there before."""

    device: str
    fault: Fault
    after: float = 0.0


def every():
    """Every fault of the lab: what strikes at every step, before its effect and after it; what stands."""
    for kind in sorted(KINDS):
        seconds, share = SECONDS.get(kind, 0.0), 0.5 if kind == "packet_loss" else 0.0
        for step in sorted(STEPS) if kind in STRIKING else [None]:
            for late in (False, True) if kind in LATE else (False,):
                yield Fault(kind, step, late, seconds=seconds, share=share)


def victims(platforms, number, dice):
    """Choose so many devices: of every platform alike, but no more than a third of a small one."""
    by_platform = {}
    for device, platform in sorted(platforms.items()):
        by_platform.setdefault(platform, []).append(device)
    for names in by_platform.values():
        dice.shuffle(names)
    fair = {platform: names[: max(1, len(names) // 3)] for platform, names in by_platform.items()}
    chosen = []
    while len(chosen) < number and any(fair.values()):
        chosen += [names.pop() for names in fair.values() if names]
    return chosen[:number]


def deal(platforms, seed, share=0.05, span=60.0):
    """Spread every fault over `share` of the devices; where they are fewer than the faults, over each several.

    A fault that stands comes twice: to one device before the change, to another while it is under way.
    """
    dice = random.Random(seed)
    some = victims(platforms, max(1, round(share * len(platforms))), dice)
    faults = list(every())
    dice.shuffle(faults)
    if len(faults) > 4 * len(some):
        faults = faults[: 4 * len(some)]
    turns = cycle(some)
    deals = [Deal(next(turns), fault) for fault in faults]
    deals += [Deal(next(turns), fault, dice.uniform(1.0, span)) for fault in faults if fault.kind not in STRIKING]
    return deals


def arm_words(deal):
    """The words of `homeroom lab fault` for it."""
    fault = deal.fault
    words = [deal.device, fault.kind]
    words += ["--step", fault.step] if fault.step else []
    words += ["--late"] if fault.late else []
    words += ["--seconds", str(fault.seconds)] if fault.seconds else []
    return [*words, "--share", str(fault.share)] if fault.share else words
