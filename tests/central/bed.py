"""A network namespace with its own addresses, in which real daemons answer real clients."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
ENV = {"PATH": PATH, "PYTHONPATH": "/usr/lib/python3/dist-packages"}


def needs(*tools):
    """A mark that skips, with the reason, where a tool or the right to make a namespace is missing."""
    missing = [tool for tool in tools if shutil.which(tool, path=PATH) is None]
    if missing:
        return pytest.mark.skipif(True, reason=f"not installed: {', '.join(missing)}")
    return pytest.mark.skipif(os.geteuid() != 0, reason="needs root to make a network namespace")


class Bed:
    """One namespace; what is started in it is ended with it."""

    def __init__(self, name, addresses):
        self.name = f"hr{os.getpid()}{name}"
        self.started = []
        self.ip("netns", "add", self.name)
        self.ip("-n", self.name, "link", "set", "lo", "up")
        for address in addresses:
            length = 128 if ":" in address else 32
            self.ip("-n", self.name, "addr", "add", f"{address}/{length}", "dev", "lo")

    @staticmethod
    def ip(*words):
        subprocess.run(["ip", *words], check=True, capture_output=True, env={"PATH": PATH})

    def _inside(self, words):
        return ["ip", "netns", "exec", self.name, *map(str, words)]

    def run(self, *words, seconds=20, **more):
        return subprocess.run(
            self._inside(words),
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
            env=ENV,
            **more,
        )

    def start(self, *words, ready, log):
        """Start a daemon; return when `ready()` is true. Its output goes to the file `log`."""
        with Path(log).open("w", encoding="utf-8") as out:
            process = subprocess.Popen(self._inside(words), stdout=out, stderr=out, env=ENV)
        self.started.append(process)
        for _ in range(400):
            if ready():
                return process
            if process.poll() is not None:
                break
            time.sleep(0.05)
        pytest.fail(f"{words[0]} did not come up: {Path(log).read_text()[-3000:]}")

    def close(self):
        for process in self.started:
            process.terminate()
        for process in self.started:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.ip("netns", "del", self.name)
