"""Time of emulated devices in our hands: their long timers wait until `expire`, however slow the machine is."""

import time
from types import SimpleNamespace

MINUTE = 6.0
"""Seconds of a device's minute: its one-second pauses are short, its timers of several minutes are held back."""
HELD = 5.0
"""Seconds: a timer this long goes off by `expire` only."""


class Time:
    """The time of one device."""

    def __init__(self, loop):
        self._loop, self._skew, self._held = loop, 0.0, []

    def clock(self):
        return time.time() + self._skew

    def later(self, delay, call):
        if delay < HELD:
            return self._loop.call_later(delay, call)
        timer = SimpleNamespace(at=self.clock() + delay, call=call)
        timer.cancel = lambda: timer in self._held and self._held.remove(timer)
        self._held.append(timer)
        return timer

    def expire(self):
        """Let an hour pass, in the devices' own thread."""
        end = self.clock() + 3600
        while due := sorted((timer for timer in self._held if timer.at <= end), key=lambda timer: timer.at):
            self._held.remove(due[0])
            self._skew += max(0.0, due[0].at - self.clock())
            due[0].call()
