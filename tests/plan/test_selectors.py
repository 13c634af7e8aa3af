"""The selectors of the command line."""

import argparse

import pytest

from homeroom.store.inventory import Selector
from playbooks.selectors import add_selectors, selector


def parsed(*words):
    parser = argparse.ArgumentParser()
    add_selectors(parser)
    return selector(parser.parse_args(words))


def test_none_selects_all():
    assert parsed() == Selector()


def test_each_may_be_given_several_times():
    words = [
        "--region",
        "PY-1",
        "--region",
        "PY-2",
        "--site",
        "a",
        "--device",
        "d-rtr1",
        "--platform",
        "ios",
        "--kind",
        "ap",
        "--kind",
        "router",
    ]
    assert parsed(*words) == Selector(("PY-1", "PY-2"), ("a",), ("d-rtr1",), ("ios",), ("ap", "router"))


def test_an_unknown_kind_is_refused(capsys):
    with pytest.raises(SystemExit) as caught:
        parsed("--kind", "toaster")
    assert caught.value.code == 2
    assert "choose from" in capsys.readouterr().err
