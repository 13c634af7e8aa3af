"""Runs inside a network namespace: puts raw frames on interfaces, and hands back what comes out of them.

stdin: {"frames": [[interface, hex], ...], "listen": [interface, ...], "seconds": n}; stdout: [[interface, hex], ...]
"""

import json
import select
import socket
import sys
import time

EVERYTHING = 0x0003


def door(name):
    """A raw socket on one interface."""
    made = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(EVERYTHING))
    made.bind((name, EVERYTHING))
    return made


def heard(doors, seconds):
    """What the other side sends within some time."""
    names = {made: name for name, made in doors.items()}
    until = time.monotonic() + seconds
    found = []
    while (left := until - time.monotonic()) > 0:
        for made in select.select(list(names), [], [], left)[0]:
            data, about = made.recvfrom(65535)
            if about[2] != socket.PACKET_OUTGOING:
                found.append([names[made], data.hex()])
    return found


def main():
    asked = json.load(sys.stdin)
    doors = {name: door(name) for name in {name for name, _ in asked["frames"]} | set(asked["listen"])}
    for name, data in asked["frames"]:
        doors[name].send(bytes.fromhex(data))
    listening = {name: doors[name] for name in asked["listen"]}
    json.dump(heard(listening, asked["seconds"]) if listening else [], sys.stdout)


if __name__ == "__main__":
    main()
