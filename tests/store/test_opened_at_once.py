"""A new database that many processes open at once is made once."""

import subprocess
import sys

OPEN = """
import sys
from pathlib import Path
from homeroom.project import Project
from homeroom.store.db import connect, connect_series
sys.stdin.readline()
for way in (connect, connect_series):
    way(Project(Path(sys.argv[1]))).dispose()
"""


def test_many_processes_open_a_new_database(project):
    command = [sys.executable, "-c", OPEN, str(project.root)]
    running = [subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(6)]
    for process in running:  # each waits for its line, so that all begin together
        process.stdin.write("\n")
        process.stdin.flush()
    assert [(process.communicate()[1], process.returncode) for process in running] == [("", 0)] * 6
