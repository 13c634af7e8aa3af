"""Host keys: the first is pinned, any other is refused, a revoked one too."""

import threading

import pytest

from homeroom.errors import HostKeyChanged, StoreError
from homeroom.store.hostkeys import HostKeys

ONE, OTHER = "SHA256:one", "SHA256:other"


def test_the_first_key_is_pinned_and_the_same_is_accepted_ever_after(engine):
    keys = HostKeys(engine)
    keys.check("a", ONE, 1.0)
    keys.check("a", ONE, 2.0)
    HostKeys(engine).check("a", ONE, 3.0)


def test_another_key_is_refused_and_the_pin_stays(engine):
    keys = HostKeys(engine)
    keys.check("a", ONE, 1.0)
    with pytest.raises(HostKeyChanged) as caught:
        keys.check("a", OTHER, 2.0)
    assert str(caught.value) == (
        "a: it shows host key SHA256:other, pinned is SHA256:one; no password was sent;"
        " find out who answers there; if the device was replaced, forget its old key"
    )
    keys.check("a", ONE, 3.0)


def test_pins_belong_to_devices(engine):
    keys = HostKeys(engine)
    keys.check("a", ONE, 1.0)
    keys.check("b", OTHER, 1.0)


def test_a_forgotten_device_is_pinned_anew(engine):
    keys = HostKeys(engine)
    keys.check("a", ONE, 1.0)
    keys.forget("a")
    keys.check("a", OTHER, 2.0)
    with pytest.raises(HostKeyChanged):
        keys.check("a", ONE, 3.0)


def test_a_revoked_key_is_refused_even_if_it_is_the_same(engine):
    keys = HostKeys(engine)
    keys.check("a", ONE, 1.0)
    keys.revoke("a", 2.0)
    with pytest.raises(HostKeyChanged) as caught:
        keys.check("a", ONE, 3.0)
    assert str(caught.value) == (
        "a: host key SHA256:one was revoked and no password was sent; pin its new key once it is verified"
    )


def test_two_first_contacts_at_once_pin_one_key(engine):
    keys, refused = HostKeys(engine), []

    def meet(fingerprint: str) -> None:
        try:
            keys.check("a", fingerprint, 1.0)
        except HostKeyChanged:
            refused.append(fingerprint)

    threads = [threading.Thread(target=meet, args=(f"SHA256:{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 5


def test_without_the_store_no_device_is_entered(engine, said):
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE host_key")
    with pytest.raises(StoreError) as caught:
        HostKeys(engine).check("a", ONE, 1.0)
    assert str(caught.value) == said(
        "host keys cannot be read: no such table: host_key; no device is entered without them"
    )
    with pytest.raises(StoreError) as caught:
        HostKeys(engine).forget("a")
    assert str(caught.value) == said(
        "host keys cannot be written: no such table: host_key; check the disk of .homeroom"
    )
