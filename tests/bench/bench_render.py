"""What rendering costs: ours, the bare compiled `template.render` and nornir_jinja2's default, for the same texts.

Rounds of the three are interleaved and the ratio is the median of the rounds, so that a busy machine burdens all alike.
"""

import statistics
import sys
import time
from pathlib import Path

import jinja2
from nornir.core import Nornir
from nornir.core.configuration import Config, LoggingConfig
from nornir.core.inventory import Defaults, Groups, Host, Hosts, Inventory
from nornir.plugins.runners import SerialRunner
from nornir_jinja2.plugins.tasks import template_file

from homeroom.catalogue import load_platforms
from homeroom.platforms.registry import filters_for
from homeroom.platforms.render import Renderer
from homeroom.platforms.sandbox import COMMON, VARIABLES
from homeroom.prefix import Prefix
from homeroom.project import shipped

sys.path.insert(0, str(Path(__file__).parents[1] / "platforms"))

import intents

SITES = 40
ROUNDS = 9
SHARE = {"router": 1, "switch": 2, "ap": 6}
"""Devices of each kind at a site, as in the three nations."""
OPTIONS = {"trim_blocks": True, "lstrip_blocks": True, "keep_trailing_newline": True}


def fleet():
    """Intents of many sites: every device its own names and addresses, so that nothing is rendered twice."""
    for number in range(SITES):
        v4 = Prefix(4, (10 << 24) + (number << 11), 21)
        v6 = Prefix(6, (0x20010DB8 << 96) + (number << 72), 56)
        site = intents.Site(v4, v6, f"py11-{number:04d}")
        makers = {"router": lambda _, site=site: site.router(), "switch": site.switch, "ap": site.access_point}
        for kind, share in SHARE.items():
            yield from (makers[kind](ordinal) for ordinal in range(1, share + 1))


def ours(platforms, devices):
    renderer = Renderer(platforms)
    return lambda: [renderer.render(device).text for device in devices]


def _templates(platforms, device):
    platform = platforms[device.device.platform]
    return [f for f in platform.order if platform.answer(device.device.kind, f) is True]


def bare(platforms, devices):
    """Plain Jinja: strict, compiled once; no sandbox, no check of what is printed."""
    compiled = {}
    for name, platform in platforms.items():
        loader = jinja2.FileSystemLoader([str(folder) for folder in platform.folders])
        env = jinja2.Environment(loader=loader, undefined=jinja2.StrictUndefined, **OPTIONS)
        env.filters.update(COMMON | dict(filters_for(platform)))
        compiled[name] = {f: env.get_template(f"{f}.j2") for f in platform.order}
    work = [
        (compiled[d.device.platform], _templates(platforms, d), {name: getattr(d, name) for name in VARIABLES})
        for d in devices
    ]
    return lambda: ["".join(made[f].render(names) for f in wanted) for made, wanted, names in work]


def nornir(platforms, devices):
    """nornir_jinja2 as its documentation shows it: `template_file(path=...)`, which compiles for every host."""
    hosts = {f"{n}": Host(name=f"{n}", data={"intent": device}) for n, device in enumerate(devices)}
    config = Config(logging=LoggingConfig(enabled=False))
    fresh = Nornir(Inventory(Hosts(hosts), Groups(), Defaults()), runner=SerialRunner(), config=config)

    def task(task):
        device = task.host["intent"]
        platform = platforms[device.device.platform]
        names = {name: getattr(device, name) for name in VARIABLES}
        texts = [
            template_file(
                task,
                template=f"{feature}.j2",
                path=str(platform.folders[-1]),
                jinja_filters=COMMON | dict(filters_for(platform)),
                **names,
            ).result
            for feature in _templates(platforms, device)
        ]
        return "".join(texts)

    def run():
        results = fresh.run(task)
        assert not results.failed, next(iter(results.values()))[0].exception
        return results

    return run


def cpu(work):
    before = time.process_time()
    work()
    return time.process_time() - before


def run():
    platforms = load_platforms([shipped() / "templates"])
    devices = list(fleet())
    one, other = ours(platforms, devices), bare(platforms, devices)
    assert one() == other(), "the two do not print the same texts"
    pairs = [(cpu(one), cpu(other)) for _ in range(ROUNDS)]
    few = devices[: sum(SHARE.values())]
    default = cpu(nornir(platforms, few)) / len(few)
    mine, floor = (statistics.median(column) / len(devices) for column in zip(*pairs, strict=True))
    return {
        "devices": len(devices),
        "cpu_s": round(mine * len(devices), 3),
        "ms_per_device": round(mine * 1e3, 4),
        "bare_ms_per_device": round(floor * 1e3, 4),
        "ratio": round(statistics.median(a / b for a, b in pairs), 3),
        "limit_ratio": 1.3,
        "nornir_jinja2_ms_per_device": round(default * 1e3, 3),
        "nornir_jinja2_ratio": round(default / floor, 1),
    }


if __name__ == "__main__":
    print(run())
