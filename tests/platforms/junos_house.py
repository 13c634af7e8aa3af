"""Emulated Junos devices for tests: a front door with real SSH on a free port, for 127.0.12.0/24."""

import asyncio
import threading
import time
from contextlib import contextmanager

import ncclient.transport.session

from homeroom.lab.boxed import Staged
from homeroom.lab.counters import Counters
from homeroom.lab.emulated import SnmpUser
from homeroom.lab.junos.crypt import sha512
from homeroom.lab.junos.device import JunosDevice
from homeroom.lab.junos.hardware import Box
from homeroom.lab.junos.ssh import Door
from homeroom.lab.ssh import Front, listener
from homeroom.platforms.box import Login
from homeroom.platforms.junos.driver import GuardedJunos
from homeroom.secret import Secret

PASSWORD = "labpass-0"
HASH = sha512(PASSWORD, "saltsalt")
ROUTER_PORTS = tuple(f"ge-0/0/{n}" for n in range(8))
SWITCH_PORTS = (*(f"ge-0/0/{n}" for n in range(12)), *(f"xe-0/1/{n}" for n in range(4)))
USERS = {"homeroom": SnmpUser("SHA-256", "authauth", "AES", "privpriv")}
SEED = b"s" * 32

WHOLE = """\
version 22.4R3.25;
system {
    host-name r1;
    authentication-order [ radius password ];
    root-authentication {
        encrypted-password "$6$abc"; ## SECRET-DATA
    }
    name-server {
        10.1.1.1;
        10.1.1.2;
    }
    login {
        user netops {
            uid 2000;
            class super-user;
        }
    }
    services {
        ssh;
        netconf {
            ssh;
        }
    }
    syslog {
        host 10.2.2.2 {
            any notice;
            authorization info;
        }
    }
    ntp {
        server 10.1.1.1 key 1 prefer;
        server 10.1.1.2;
    }
}
security {
    policies {
        from-zone trust to-zone untrust {
            policy out {
                match {
                    source-address any;
                    destination-address any;
                    application any;
                }
                then {
                    permit;
                }
            }
        }
    }
    zones {
        security-zone trust {
            interfaces {
                ge-0/0/1.0 {
                    host-inbound-traffic {
                        system-services {
                            ssh;
                        }
                    }
                }
            }
        }
    }
}
interfaces {
    ge-0/0/2 {
        unit 0 {
            family inet {
                filter {
                    input STUDENT;
                }
                address 10.0.0.1/24;
            }
            family inet6 {
                address 2001:db8::1/64;
            }
        }
    }
    inactive: ge-0/0/3 {
        disable;
    }
    ge-0/0/10 {
        description "to the \\"lab\\"";
        unit 0 {
            family ethernet-switching {
                interface-mode trunk;
                vlan {
                    members [ student staff ];
                }
            }
        }
    }
}
firewall {
    family inet {
        filter STUDENT {
            term b {
                from {
                    source-address {
                        10.0.0.0/8;
                        10.9.0.0/16 except;
                    }
                    protocol tcp;
                    destination-port [ 80 443 ];
                }
                then accept;
            }
            term a {
                then {
                    count x;
                    discard;
                }
            }
        }
    }
}
routing-options {
    static {
        route 0.0.0.0/0 next-hop 10.0.0.254;
    }
}
vlans {
    student {
        vlan-id 10;
        l3-interface irb.10;
    }
}
"""
"""A bit of everything, as Junos prints it."""


@contextmanager
def quick():
    """Let ncclient look every 2 ms, not every 100, whether there is something to send: it is what our driver waits for."""
    usual, ncclient.transport.session.TICK = ncclient.transport.session.TICK, 0.002
    yield
    ncclient.transport.session.TICK = usual


def staged(name):
    """A configuration as a device leaves staging."""
    return f"""\
version 22.4R3.25;
system {{
    host-name {name};
    domain-name school.example;
    root-authentication {{
        encrypted-password "{HASH}";
    }}
    login {{
        message "Authorised staff only";
        user netops {{
            uid 2000;
            class super-user;
            authentication {{
                encrypted-password "{HASH}";
            }}
        }}
        user other {{
            uid 2001;
            class super-user;
            authentication {{
                encrypted-password "{HASH}";
            }}
        }}
        user reader {{
            uid 2002;
            class read-only;
            authentication {{
                encrypted-password "{HASH}";
            }}
        }}
    }}
    services {{
        ssh;
        netconf {{
            ssh;
        }}
    }}
    ntp {{
        server 10.1.1.1;
    }}
}}
interfaces {{
    ge-0/0/0 {{
        description uplink;
        unit 0 {{
            family ethernet-switching {{
                interface-mode trunk;
                vlan {{
                    members all;
                }}
            }}
        }}
    }}
    irb {{
        unit 99 {{
            family inet {{
                address 10.0.7.193/27;
            }}
            family inet6 {{
                address 2001:db8:0:99::1/64;
            }}
        }}
    }}
}}
snmp {{
    location "Main street 1";
    contact noc;
    v3 {{
        usm {{
            local-engine {{
                user homeroom;
            }}
        }}
    }}
}}
vlans {{
    management {{
        vlan-id 99;
        l3-interface irb.99;
    }}
}}
"""


def box(number=1):
    """Odd numbers are routers, even ones switches."""
    kind = "router" if number % 2 else "switch"
    model, ports = ("SRX345", ROUTER_PORTS) if number % 2 else ("EX2300-C-12P", SWITCH_PORTS)
    return Box(f"py11-{number:04d}-{'rtr' if number % 2 else 'sw'}1", f"127.0.12.{number}", "junos", kind, model, ports)


class House:
    """Devices made on first touch. Their timers go off when `expire` is called, or after `minute` seconds a minute."""

    def __init__(self, minute=3600.0):
        self.minute = minute
        self.timers = {}
        self.counters = Counters()
        self.devices = {}
        self.started = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.main()), daemon=True)
        self.thread.start()
        assert self.started.wait(20)

    async def main(self):
        self.loop, self.stop = asyncio.get_running_loop(), asyncio.Event()
        sock = listener(0)
        self.port = sock.getsockname()[1]
        serving = asyncio.create_task(Front(self.find, SEED, self.counters, {"junos": Door}).serve(sock))
        self.started.set()
        await self.stop.wait()
        serving.cancel()
        sock.close()
        for _ in range(100):  # connections that are closing end first
            if len(asyncio.all_tasks()) == 1 and not any(self.netconf()):
                break
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.1)

    def netconf(self):
        return (client for device in self.devices.values() for client in device.clients if client.kind == "netconf")

    def find(self, address):
        number = int(address.rpartition(".")[2])
        if not address.startswith("127.0.12.") or number == 250:
            return None
        if address not in self.devices:
            made = box(number)
            self.devices[address] = JunosDevice(
                made, lambda: Staged(staged(made.name), USERS), time.time, self.later, minute=self.minute
            )
        return self.devices[address]

    def later(self, delay, call):
        handle = self.loop.call_later(delay, lambda: (self.timers.pop(handle), call()))
        self.timers[handle] = call
        return handle

    def expire(self):
        """Let the time pass that every timer waits for."""

        def run():
            for handle, call in list(self.timers.items()):
                del self.timers[handle]
                if not handle.cancelled():
                    handle.cancel()
                    call()

        self.do(run)

    def device(self, number):
        """Return a device, its configuration read."""
        return self.do(lambda: (self.find(f"127.0.12.{number}"), self.find(f"127.0.12.{number}").base)[0])

    def do(self, what):
        """Run something in the lab's own thread."""
        result = []
        done = threading.Event()

        def run():
            try:
                result.append(what())
            finally:
                done.set()

        self.loop.call_soon_threadsafe(run)
        assert done.wait(20)
        return result[0]

    def close(self):
        self.loop.call_soon_threadsafe(self.stop.set)
        self.thread.join(20)


class Visits:
    """Connections of our driver to one device; `close` ends them all."""

    def __init__(self, house, number):
        self.house, self.number, self.opened = house, number, []

    def __call__(self, change="change-1", user="netops", password=PASSWORD, pin=lambda key: None, seconds=20):
        def conceal(text):
            return text.replace(HASH, "<<secret:device_hash>>")

        where = f"127.0.12.{self.number}"
        login = Login(f"d{self.number}", where, self.house.port, user, Secret("p", password), pin, conceal, change)
        driver = GuardedJunos(login, seconds)
        self.opened.append(driver)
        driver.open()
        return driver

    def close(self):
        for driver in self.opened:
            driver.close()
