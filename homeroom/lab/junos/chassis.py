"""The operations that look at the box itself: its parts, its routing engine, its temperature."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from homeroom.lab.junos import shows
from homeroom.lab.junos.device import JunosDevice


def inventory(device: JunosDevice, operation: ET.Element) -> str:
    """Answer `show chassis hardware`."""
    del operation
    box = device.box
    return (
        f'<chassis-inventory>\n<chassis junos:style="inventory">\n<name>Chassis</name>\n'
        f"<serial-number>{box.serial}</serial-number>\n<description>{box.description}</description>\n"
        f"<chassis-module>\n<name>Routing Engine 0</name>\n<version>REV 03</version>\n"
        f"<serial-number>{box.serial}</serial-number>\n<description>RE-{box.model.upper()}</description>\n"
        f"<model-number>{box.model.upper()}</model-number>\n</chassis-module>\n</chassis>\n</chassis-inventory>"
    )


def engine(device: JunosDevice, operation: ET.Element) -> str:
    """Answer `show chassis routing-engine`."""
    del operation
    up = int(device.uptime)
    since = device.clock() - device.uptime
    return (
        "<route-engine-information>\n<route-engine>\n<slot>0</slot>\n<mastership-state>master</mastership-state>\n"
        '<status>OK</status>\n<temperature junos:celsius="41">41 degrees C / 105 degrees F</temperature>\n'
        "<memory-dram-size>4096 MB</memory-dram-size>\n"
        "<memory-installed-size>(4096 MB installed)</memory-installed-size>\n"
        "<memory-buffer-utilization>38</memory-buffer-utilization>\n<cpu-user>5</cpu-user>\n"
        "<cpu-background>0</cpu-background>\n<cpu-system>3</cpu-system>\n<cpu-interrupt>0</cpu-interrupt>\n"
        f"<cpu-idle>92</cpu-idle>\n<model>RE-{device.box.model.upper()}</model>\n"
        f"<serial-number>{device.box.serial}</serial-number>\n"
        f'<start-time junos:seconds="{int(since)}">{shows.date(since)}</start-time>\n'
        f'<up-time junos:seconds="{up}">{shows.length(up)}</up-time>\n'
        "<last-reboot-reason>0x1:power cycle/failure</last-reboot-reason>\n"
        "<load-average-one>0.12</load-average-one>\n</route-engine>\n</route-engine-information>"
    )


def memory(device: JunosDevice, operation: ET.Element) -> str:
    """Answer `show system memory`."""
    del device, operation
    return (
        "<system-memory-information>\n<system-memory-summary-information>\n"
        "<system-memory-total>4194304</system-memory-total>\n<system-memory-total-percent>100</system-memory-total-percent>\n"
        "<system-memory-free>2600468</system-memory-free>\n<system-memory-free-percent>62</system-memory-free-percent>\n"
        "</system-memory-summary-information>\n</system-memory-information>"
    )


def storage(device: JunosDevice, operation: ET.Element) -> str:
    """Answer `show system storage`, in blocks of 512 bytes; a full flash has none left."""
    del operation
    full = device.faults.standing("full_flash") is not None
    disk = _filesystem("/dev/gpt/junos", 2796512, 2796512 if full else 1667792, "/.mount")
    memory = _filesystem("tmpfs", 1639424, 176, "/.mount/tmp")
    return f'<system-storage-information junos:style="brief">\n{disk}{memory}</system-storage-information>'


def _filesystem(name: str, total: int, used: int, where: str) -> str:
    """Print one file system, of which 8 % are kept for the system itself."""
    left = max(0, total * 92 // 100 - used)
    rows = (("total-blocks", total), ("used-blocks", used), ("available-blocks", left))
    sizes = "".join(f'<{row} junos:format="{_size(blocks)}">{blocks}</{row}>\n' for row, blocks in rows)
    return (
        f"<filesystem>\n<filesystem-name>{name}</filesystem-name>\n{sizes}"
        f"<used-percent> {100 * used // (used + left)}</used-percent>\n<mounted-on>{where}</mounted-on>\n"
        "</filesystem>\n"
    )


def _size(blocks: int) -> str:
    """Print a size as `df -h` does: 1.3G, 814M, 88K."""
    size, unit = blocks / 2, "K"
    for larger in "MG":
        if size >= 1024:
            size, unit = size / 1024, larger
    return f"{size:.1f}{unit}" if 0 < size < 10 else f"{size:.0f}{unit}"


def environment(device: JunosDevice, operation: ET.Element) -> str:
    """Answer `show chassis environment`."""
    del device, operation
    return (
        "<environment-information>\n<environment-item>\n<name>Routing Engine</name>\n<class>Temp</class>\n"
        '<status>OK</status>\n<temperature junos:celsius="41">41 degrees C / 105 degrees F</temperature>\n'
        "</environment-item>\n<environment-item>\n<name>Fan 1</name>\n<class>Fans</class>\n<status>OK</status>\n"
        "<comment>Spinning at normal speed</comment>\n</environment-item>\n<environment-item>\n<name>PEM 0</name>\n"
        "<class>Power</class>\n<status>OK</status>\n</environment-item>\n</environment-information>"
    )


def thresholds(device: JunosDevice, operation: ET.Element) -> str:
    """Answer `show chassis temperature-thresholds`."""
    del device, operation
    return (
        "<temperature-threshold-information>\n<temperature-threshold>\n<name>Routing Engine</name>\n"
        "<yellow-alarm>75</yellow-alarm>\n<red-alarm>90</red-alarm>\n</temperature-threshold>\n"
        "</temperature-threshold-information>"
    )
