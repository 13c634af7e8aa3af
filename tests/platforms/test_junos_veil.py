"""Junos's own way of hiding secrets, and that a secret of ours is known again in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.platforms.junos.parser import JunosParser
from homeroom.platforms.junos.veil import recognised, unveil, veil


def test_what_others_have_hidden_is_read():
    assert unveil("$9$LbHX-wg4Z") == "lc"


@given(st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40), st.sampled_from("QBi7unz"))
def test_law_unveil_of_veil(text, salt):
    assert unveil(veil(text, salt)) == text


@pytest.mark.parametrize("text", ["plain", "$9$", "$9$Q é", "$9$QzFnL"])
def test_what_is_not_in_that_form_is_refused(text):
    with pytest.raises(ValueError):
        unveil(text)


def conceal(text):
    return text.replace("our-own-1", "<<secret:radius>>")


def test_only_our_own_are_exchanged_for_markers():
    own, other = veil("our-own-1", "n"), veil("somebody-else")
    text = f'a {{\n    secret "{own}"; ## SECRET-DATA\n    secret "{other}"; ## SECRET-DATA\n    secret "$9$!";\n}}\n'
    wanted = text.replace(own, "<<secret:radius>>")
    assert recognised(text, conceal) == wanted


def test_a_key_of_the_device_is_the_passphrase_it_was_made_of():
    given_ = (
        'snmp { v3 { usm { local-engine { user u { authentication-sha256 { authentication-password "x"; } } } } } }'
    )
    shown = given_.replace('authentication-password "x"', 'authentication-key "$9$abc"')
    parse = JunosParser()
    assert parse.diff(given_, shown) == ""
    assert parse.diff(given_, given_.replace("authentication-sha256", "authentication-sha")) != ""
