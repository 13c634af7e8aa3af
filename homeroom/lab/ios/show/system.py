"""`show` about the box: version, hardware, clock, users, load.

Sources: output of Cisco devices recorded in networktocode/ntc-templates (tests/cisco_ios: show_version5,
show_inventory, show_users, show_clock, show_boot_gibraltar, show_processes_cpu) and in napalm-automation/napalm
(test/ios/mocked_data: test_get_environment/3850_16.06).
"""

from __future__ import annotations

from homeroom.lab import clock
from homeroom.lab.ios.hardware import VERSION_LONG
from homeroom.lab.ios.session import Session
from homeroom.lab.ios.words import split

V = tuple[str, ...]


def version(s: Session, _words: V, _values: V) -> str:
    """`show version`."""
    device, box = s.device, s.device.box
    counts: dict[str, int] = {}
    for name in box.ports:
        counts[split(name)[0]] = counts.get(split(name)[0], 0) + 1
    ports = "".join(f"{count} {_spaced(kind)} interface{'s' * (count > 1)}\n" for kind, count in counts.items())
    up = clock.uptime(device.uptime)
    return (
        f"Cisco IOS XE Software, Version {VERSION_LONG}\n{box.software}\n"
        "Technical Support: http://www.cisco.com/techsupport\nCopyright (c) 1986-2023 by Cisco Systems, Inc.\n"
        "Compiled Fri 20-Oct-23 10:44 by mcpre\n\n\n"
        "ROM: IOS-XE ROMMON\n\n"
        f"{device.hostname} uptime is {up}\nUptime for this control processor is {up}\n"
        "System returned to ROM by Reload Command\n"
        f"System restarted at {clock.stamp(device.boot)}\n"
        f'System image file is "{box.image}"\nLast reload reason: Reload Command\n\n\n\n'
        f"cisco {box.model} ({'ARM64' if box.switch else '1RU'}) processor with 1687137K/6147K bytes of memory.\n"
        f"Processor board ID {box.serial}\n{ports}"
        "32768K bytes of non-volatile configuration memory.\n4194304K bytes of physical memory.\n\n"
        "Configuration register is 0x2102\n\n"
    )


def _spaced(kind: str) -> str:
    return {"GigabitEthernet": "Gigabit Ethernet", "TenGigabitEthernet": "Ten Gigabit Ethernet"}.get(kind, kind)


def inventory(s: Session, _words: V, _values: V) -> str:
    """`show inventory`."""
    box = s.device.box
    name = "c92xxL Stack" if box.switch else "Chassis"
    descr = "c92xxL Stack" if box.switch else f"Cisco {box.model} Chassis"
    return (
        f'NAME: "{name}", DESCR: "{descr}"\nPID: {box.model:<18}, VID: V01  , SN: {box.serial}\n\n'
        f'NAME: "{"Switch 1" if box.switch else "module 0"}", DESCR: "{box.model}"\n'
        f"PID: {box.model:<18}, VID: V01  , SN: {box.serial}\n\n"
    )


def hosts(s: Session, words: V, _values: V) -> str:
    """`show hosts [summary]`."""
    tree = s.device.tree
    servers = ", ".join(line.split()[0] for line in tree.lines("ip name-server ")) or "255.255.255.255"
    head = f"Default domain is {tree.value('ip domain name ', 'not set')}\nName servers are {servers}\n"
    if words[-1] == "summary":
        return f"{head}Local cache entries: 0\nDynamic cache entries: 0\n"
    return f"{head}NAME  TTL  CLASS   TYPE      DATA/ADDRESS\n-----------------------------------------\n\n"


def show_clock(s: Session, words: V, _values: V) -> str:
    """`show clock [detail]`."""
    source = "Time source is NTP\n" if words[-1] == "detail" else ""
    mark = "" if s.device.tree.lines("ntp server ") else "*"
    return f"{mark}{clock.precise(s.device.clock())}\n{source}"


def users(s: Session, _words: V, _values: V) -> str:
    """`show users`."""
    out = "    Line       User       Host(s)              Idle       Location\n"
    for login in sorted(s.device.logins, key=lambda one: one.line):
        mark = "*" if login is s.login else " "
        line = f"{login.line + 2:3d} vty {login.line:<5d}"
        out += f"{mark}{line} {login.user:<10} idle                 00:00:00   {login.host}\n"
    return out + "\n  Interface    User               Mode         Idle     Peer Address\n\n"


def privilege(s: Session, _words: V, _values: V) -> str:
    """`show privilege`."""
    return f"Current privilege level is {s.level}\n"


def cpu(_s: Session, _words: V, _values: V) -> str:
    """`show processes cpu`."""
    return (
        "CPU utilization for five seconds: 2%/0%; one minute: 3%; five minutes: 2%\n"
        " PID Runtime(ms)     Invoked      uSecs   5Sec   1Min   5Min TTY Process\n"
        "   1           2          29         68  0.00%  0.00%  0.00%   0 Chunk Manager\n"
        "   2        1085        1707        635  0.07%  0.03%  0.02%   0 Load Meter\n"
    )


def memory(_s: Session, _words: V, _values: V) -> str:
    """`show memory statistics`, `show processes memory`."""
    return (
        "Tracekey : 1#bfcda4e05e635ef59d927d2feb906f16\n\n"
        "                Head    Total(b)     Used(b)     Free(b)   Lowest(b)  Largest(b)\n"
        "Processor  FF89570010   873745296   296643656   577101640   574894944   577041700\n"
        " lsmpi_io  FF888CE1A8     6295128     6294304         824         824         412\n"
    )


def temperature(_s: Session, _words: V, _values: V) -> str:
    """`show environment [temperature [status] | all | power | fan]`."""
    out = ""
    for name, value, yellow, red in (("Inlet", 25, 46, 56), ("Hotspot", 38, 105, 125)):
        out += (
            f"{name} Temperature Value: {value} Degree Celsius\nTemperature State: GREEN\n"
            f"Yellow Threshold : {yellow} Degree Celsius\nRed Threshold : {red} Degree Celsius\n\n"
        )
    return out


def power(s: Session, _words: V, _values: V) -> str:
    """`show environment power [all]`."""
    return (
        "SW  PID                 Serial#     Status           Sys Pwr  PoE Pwr  Watts\n"
        "--  ------------------  ----------  ---------------  -------  -------  -----\n"
        f"1A  PWR-C5-600WAC       {s.device.box.serial[:11]:<11} OK              Good     Good     600\n"
    )


def boot(s: Session, _words: V, _values: V) -> str:
    """`show boot`."""
    image = s.device.box.image
    return (
        "---------------------------\nSwitch 1\n---------------------------\nCurrent Boot Variables:\n"
        f"BOOT variable = {image};\n\nBoot Variables on next reload:\nBOOT variable = {image};\nManual Boot = no\n"
        "Enable Break = no\nBoot Mode = DEVICE\niPXE Timeout = 0\n"
    )


def logging(s: Session, _words: V, _values: V) -> str:
    """`show logging`."""
    tree, count = s.device.tree, len(s.device.log)
    console = "disabled" if tree.has("no logging console") else "level debugging"
    size = next((word for word in tree.value("logging buffered ").split() if word.isdecimal()), "4096")
    out = (
        "Syslog logging: enabled (0 messages dropped, 0 messages rate-limited, 0 flushes, 0 overruns, "
        "xml disabled, filtering disabled)\n\nNo Active Message Discriminator.\n\n\n\n"
        "No Inactive Message Discriminator.\n\n\n"
        f"    Console logging: {console}, 0 messages logged, xml disabled,\n"
        "                     filtering disabled\n"
        "    Monitor logging: level debugging, 0 messages logged, xml disabled,\n"
        "                     filtering disabled\n"
        f"    Buffer logging:  level informational, {count} messages logged, xml disabled,\n"
        "                    filtering disabled\n"
        "    Exception Logging: size (4096 bytes)\n    Count and timestamp logging messages: disabled\n"
        "    Persistent logging: disabled\n\nNo active filter modules.\n\n"
        f"    Trap logging: level informational, {count} message lines logged\n"
    )
    for line in tree.lines("logging host "):
        out += f"        Logging to {line.split()[0]}  (udp port 514, audit disabled,\n              link up),\n"
    return out + f"\nLog Buffer ({size} bytes):\n\n" + "".join(f"{line}\n" for line in s.device.log)


def sessions(s: Session, _words: V, _values: V) -> str:
    """`show ssh`."""
    out = "Connection Version Mode Encryption  Hmac         State                 Username\n"
    for login in s.device.logins:
        for mode in ("IN", "OUT"):
            out += (
                f"{login.line:<10} 2.0     {mode:<4} aes128-ctr  hmac-sha2-256    Session started       {login.user}\n"
            )
    return out


def ip_ssh(s: Session, _words: V, _values: V) -> str:
    """`show ip ssh`."""
    tree = s.device.tree
    wait, retries = tree.value("ip ssh time-out ", "120"), tree.value("ip ssh authentication-retries ", "3")
    return (
        "SSH Enabled - version 2.0\nAuthentication methods:publickey,keyboard-interactive,password\n"
        "Hostkey Algorithms:ssh-ed25519\n"
        f"Authentication timeout: {wait} secs; Authentication retries: {retries}\n"
    )


def platform(s: Session, _words: V, _values: V) -> str:
    """`show platform`."""
    box = s.device.box
    if box.switch:
        return (
            "Switch  Ports    Model                Serial No.   MAC address     Hw Ver.       Sw Ver.\n"
            "------  -----   ---------             -----------  --------------  -------       --------\n"
            f" 1       {len(box.ports):<6} {box.model:<22} {box.serial}  {box.mac(0)}  V01           {VERSION_LONG}\n"
        )
    return (
        f"Chassis type: {box.model}\n\nSlot      Type                State                 Insert time (ago)\n"
        "--------- ------------------- --------------------- -----------------\n"
        f"0         {box.model:<19} ok                    1w2d\nR0        {box.model:<19} ok, active             1w2d\n"
    )


def modules(s: Session, _words: V, _values: V) -> str:
    """`show module`, `show switch`: one unit."""
    box = s.device.box
    mac = box.mac(0).replace(":", "")
    mac = f"{mac[:4]}.{mac[4:8]}.{mac[8:]}"
    return (
        f"Switch/Stack Mac Address : {mac} - Local Mac Address\nMac persistency wait time: Indefinite\n"
        "                                             H/W   Current\n"
        "Switch#   Role    Mac Address     Priority Version  State \n"
        "-------------------------------------------------------------------------------------\n"
        f"*1       Active   {mac}     1      V01     Ready                \n\n"
    )


def license_status(s: Session, _words: V, _values: V) -> str:
    """`show license ...`."""
    box = s.device.box
    return f"Smart Licensing is ENABLED\n\nLicense Usage\n=============\n\nPID: {box.model}, SN: {box.serial}\n"


def redundancy(s: Session, _words: V, _values: V) -> str:
    """`show redundancy`."""
    up = clock.uptime(s.device.uptime)
    return (
        "Redundant System Information :\n------------------------------\n"
        f"       Available system uptime = {up}\nSwitchovers system experienced = 0\n"
        "              Standby failures = 0\n        Last switchover reason = none\n\n"
        "                 Hardware Mode = Simplex\n    Configured Redundancy Mode = Non-redundant\n"
        "     Operating Redundancy Mode = Non-redundant\n"
    )
