"""SHA-512-crypt against the vectors of its specification, and its place among the derived secrets."""

import pytest

from homeroom.secret import Vault
from homeroom.shacrypt import sha512_crypt

VECTORS = {
    ("Hello world!", "saltstring"): "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
}  # fmt: skip


@pytest.mark.parametrize("given", VECTORS)
def test_the_vectors_of_the_specification(given):
    assert sha512_crypt(*given) == VECTORS[given]


def test_salt_beyond_sixteen_characters_is_cut():
    assert sha512_crypt("a", "x" * 20) == sha512_crypt("a", "x" * 16)


@pytest.mark.parametrize("length", [1, 63, 64, 65, 200])
def test_passwords_of_any_length(length):
    made = sha512_crypt("p" * length, "salt")
    assert made.startswith("$6$salt$")
    assert len(made) == len("$6$salt$") + 86


def test_the_vault_derives_it_and_knows_it_again():
    vault = Vault(
        {
            "device_password": "password-1",
            "snmp_auth": "auth-2-22",
            "snmp_priv": "priv-3-33",
            "radius": "rad-4-44",
            "ntp": "ntp-sixteen-char",
        }
    )
    hashed = vault.get("device_crypt").reveal()
    assert hashed == sha512_crypt("password-1", hashed.split("$")[2])
    assert vault.conceal(f'encrypted-password "{hashed}"') == 'encrypted-password "<<secret:device_crypt>>"'
