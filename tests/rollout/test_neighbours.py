"""Who hangs on a device, and who of them answers: on real sockets, all at once."""

import contextlib
import socket
import threading

import pytest

from homeroom.rollout.neighbours import Neighbour, answering, behind


@contextlib.contextmanager
def server(*said, hangs_up=False):
    """A listener that says something to each who comes, and yields (port, sources seen)."""
    came = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        with contextlib.suppress(OSError):
            while True:
                near, peer = listener.accept()
                came.append((near, peer))
                for word in said:
                    near.sendall(word)
                if hangs_up:
                    near.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)
    for near, _ in came:
        near.close()


def test_those_who_answer_are_told_from_those_who_do_not():
    with (
        server(b"SSH-2.0-x\r\n") as ssh,
        server(b"welcome\r\n", b"SSH-2.0-x\r\n") as late,
        server(b"HTTP/1.0 400\r\n", hangs_up=True) as other,
        server(hangs_up=True) as shut,
        server() as silent,
        socket.create_server(("127.0.0.1", 0)) as spare,
    ):
        nobody = spare.getsockname()[1]
        spare.close()
        found = answering(
            [
                Neighbour("ssh", "127.0.0.1", ssh, banner=True),
                Neighbour("late", "127.0.0.1", late, banner=True),
                Neighbour("other", "127.0.0.1", other, banner=True),
                Neighbour("shut", "127.0.0.1", shut, banner=True),
                Neighbour("mute", "127.0.0.1", silent, banner=True),
                Neighbour("tls", "127.0.0.1", silent, banner=False),
                Neighbour("tls shut", "127.0.0.1", shut, banner=False),
                Neighbour("nobody", "127.0.0.1", nobody, banner=True),
                Neighbour("six", "::1", nobody, banner=False),
            ],
            1.0,
        )
    assert found == {"ssh", "late", "tls"}


def test_nobody_is_asked_for_nothing():
    assert answering([], 5.0) == frozenset()


@pytest.fixture(scope="module")
def sites(whole):
    found = {}
    for name, one in whole[0].members.items():
        found.setdefault(one.intent.device.site, {})[name] = one.intent
    return found


def test_behind_a_router_are_all_and_behind_a_switch_those_on_its_ports(sites):
    for site in sites.values():
        kinds = {name: one.device.kind for name, one in site.items()}
        switches = [name for name, kind in kinds.items() if kind == "switch"]
        routers = [name for name, kind in kinds.items() if kind == "router"]
        assert [set(behind(site[name], site)) for name in routers] == [
            {name for name, kind in kinds.items() if kind in {"switch", "ap"}}
        ]
        aps = [name for switch in switches for name in behind(site[switch], site)]
        assert len(aps) == len(set(aps))
        assert {kinds[name] for name in aps} <= {"ap"}
        for name, one in site.items():
            if kinds[name] == "ap":
                assert behind(one, site) == ()
            if kinds[name] == "wlc":
                assert set(behind(one, site)) == {ap for ap, kind in kinds.items() if kind == "ap"}
