"""What devices said by themselves, on both databases."""

import pytest

from homeroom.errors import StoreError
from homeroom.store import heard
from homeroom.store.heard import Heard


def said(at, device="rtr1", kind="config", who="ana", text="changed"):
    return Heard(at, device, "syslog", kind, who, "192.0.2.9", text)


def test_what_was_heard_of_a_device_comes_back_oldest_first(engine):
    rows = [said(30.0), said(10.0, kind="login"), said(20.0), said(25.0, device="rtr2"), said(5.0), said(20.0, who="b")]
    heard.save(engine, rows)
    heard.save(engine, [])
    assert heard.about(engine, "rtr1", ("config",), 10.0) == (rows[2], rows[5], rows[0])
    assert heard.about(engine, "rtr1", {"config", "login"}, 10.0)[0] == rows[1]
    assert heard.about(engine, "nobody", ("config",), 0.0) == ()


def test_what_is_old_is_forgotten(engine):
    heard.save(engine, [said(float(at)) for at in range(10)])
    assert heard.forget(engine, 7.0) == 7
    assert [one.at for one in heard.about(engine, "rtr1", ("config",), 0.0)] == [7.0, 8.0, 9.0]


def test_a_database_that_does_not_take_it_is_a_store_error(engine):
    with pytest.raises(StoreError, match="what was heard cannot be saved"):
        heard.save(engine, [said(1.0, who="\ud800")])
