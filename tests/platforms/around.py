"""What is around an emulated device in the tests of its questions: it answers where it is told, and notes who asked."""

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
