"""Made-up nations as the wave planner sees them: equal for an equal seed."""

import random
from itertools import islice

from homeroom.rollout.apart import Planned

LINKS = ("fiber", "cellular", "satellite", "xdsl")
PLATFORMS = ("ios", "eos", "junos", "routeros", "openwrt")


def school(number, region, dice, routers=1):
    site, platform = f"s{number:05d}", dice.choice(PLATFORMS)
    switches, aps = dice.randint(0, 3), dice.randint(1, 12)
    common = {"site": site, "region": region, "link": dice.choice(LINKS), "server": f"radius{number % 4}", "line": site}

    def one(kind, name, ordinal, above, *, platform=platform, software="1"):
        device = f"{site}-{name}{ordinal}"
        return Planned(
            device,
            kind=kind,
            ordinal=ordinal,
            platform=platform,
            model=f"{platform}-{kind}",
            software=software,
            shape=kind,
            above=above,
            **common,
        )

    for n in range(1, routers + 1):
        yield one("router", "rtr", n, "")
    for n in range(1, switches + 1):
        yield one("switch", "sw", n, f"{site}-rtr1")
    for n in range(1, aps + 1):
        above = f"{site}-sw{1 + (n - 1) % switches}" if switches else f"{site}-rtr1"
        yield one("ap", "ap", n, above, platform="openwrt", software=dice.choice("12"))


def nation(devices, regions=17, seed=1, routers=1):
    dice = random.Random(seed)

    def endless():
        number = 0
        while True:
            number += 1
            yield from school(number, f"R{number % regions:02d}", dice, routers)

    return list(islice(endless(), devices))
