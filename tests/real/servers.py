"""What answers in a namespace: TCP doors, a QUIC server's version negotiation, a clock, an unfiltered resolver.

`python servers.py '{"tcp": [22, 443], "quic": ["203.0.113.80"], "dns": ["8.8.8.8"]}'` prints `ready` and serves.
"""

import json
import selectors
import socket
import sys

import dns.message
import dns.rrset

ADDRESSES = {1: ("A", "203.0.113.80"), 28: ("AAAA", "2001:db8:cafe::80")}


def resolved(data):
    """Answer every name with the control host: whoever gets this got past the filter."""
    query = dns.message.from_wire(data)
    reply = dns.message.make_response(query)
    kind = ADDRESSES.get(query.question[0].rdtype)
    if kind:
        reply.answer.append(dns.rrset.from_text(query.question[0].name, 60, "IN", *kind))
    return reply.to_wire()


def datagrams(sock, answer):
    def ready():
        data, peer = sock.recvfrom(4096)
        sock.sendto(answer(data), peer)

    return ready


def door(sock, answer=None):
    def ready():
        connection, _ = sock.accept()
        with connection:
            if answer:
                connection.settimeout(2)
                data = connection.recv(4096)
                wire = answer(data[2:])
                connection.sendall(len(wire).to_bytes(2, "big") + wire)

    return ready


def bound(kind, address, port):
    """A socket of either family on one address, or on all."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, kind)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    sock.bind((address, port))
    if kind == socket.SOCK_STREAM:
        sock.listen(64)
    return sock


def main(plan):
    watch = selectors.DefaultSelector()
    for any_address in ("0.0.0.0", "::"):
        for port in plan.get("tcp", ()):
            sock = bound(socket.SOCK_STREAM, any_address, port)
            watch.register(sock, selectors.EVENT_READ, door(sock))
    for address in plan.get("quic", ()):
        sock = bound(socket.SOCK_DGRAM, address, 443)
        watch.register(sock, selectors.EVENT_READ, datagrams(sock, lambda _: b"\x80" + bytes(10)))
    for address in plan.get("ntp", ()):
        sock = bound(socket.SOCK_DGRAM, address, 123)
        watch.register(sock, selectors.EVENT_READ, datagrams(sock, lambda _: b"\x24".ljust(48, b"\0")))
    for address in plan.get("dns", ()):
        udp, tcp = bound(socket.SOCK_DGRAM, address, 53), bound(socket.SOCK_STREAM, address, 53)
        watch.register(udp, selectors.EVENT_READ, datagrams(udp, resolved))
        watch.register(tcp, selectors.EVENT_READ, door(tcp, resolved))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        for key, _ in watch.select():
            try:
                key.data()
            except OSError:
                continue


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
