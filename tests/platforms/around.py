"""What is around an emulated device in the tests of its questions: it answers where it is told, and notes who asked."""

import pytest

from homeroom.lab.faults import Fault
from homeroom.platforms.box import Question

ECHO = Question("echo", "10.1.1.1")
NAME = Question("name", "10.1.1.1", name="www.school.example")


class Around:
    """What answers: the addresses it is given; notes what it was asked."""

    def __init__(self, *echoing, resolving=()):
        self.echoing, self.resolving, self.asked = echoing, resolving, []

    def echoes(self, device, address):
        self.asked.append(address)
        return address in self.echoing

    def resolves(self, device, server):
        self.asked.append(server)
        return server in self.resolving


def asked_from_its_own_addresses(box, device):
    """What it answers when it is to ask from 10.0.7.193 and 2001:db8:0:99::1, and each time from the next address."""
    device.beyond = Around("10.1.1.1", "2001:db8::53")
    return box.ask(
        [
            Question("echo", "10.1.1.1", "10.0.7.193"),
            Question("echo", "10.1.1.1", "10.0.7.194"),
            Question("echo", "2001:db8::53", "2001:db8:0:99::1"),
            Question("echo", "2001:db8::53", "2001:db8:0:99::2"),
        ]
    )


def asked_under_faults(box, device):
    """What it answers to an echo and a name while no name server answers, then while its uplink is down as well."""
    answers = []
    for fault in ("dns_dead", "uplink_down"):
        device.faults.arm(Fault(fault))
        answers.append(box.ask([ECHO, NAME]))
    return answers


def refused_before_it_is_asked(box, device, question):
    """A question with what is no address or name: it is refused, and nothing of it, nor beside it, was asked."""
    device.beyond = Around()
    with pytest.raises(ValueError, match=r"."):
        box.ask([ECHO, question])
    return device.beyond.asked == []
