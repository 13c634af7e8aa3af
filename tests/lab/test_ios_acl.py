import pytest

from homeroom.lab.ios.acl import Unreadable, extended, standard


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("permit udp any host 10.0.0.1 eq 53", "permit udp any host 10.0.0.1 eq domain"),
        ("permit tcp 10.0.0.5 0.0.0.255 any eq 443", "permit tcp 10.0.0.0 0.0.0.255 any eq 443"),
        ("permit tcp any range 1 80 any established log", "permit tcp any range 1 www any established log"),
        ("deny ip 10.0.0.1 0.0.0.0 0.0.0.0 255.255.255.255", "deny ip host 10.0.0.1 any"),
        ("permit icmp any any echo", "permit icmp any any echo"),
        ("permit icmp any any 3 4", "permit icmp any any 3 4"),
        ("permit tcp any any eq www 443 8080", "permit tcp any any eq www 443 8080"),
        ("permit udp any eq bootpc any eq bootps", "permit udp any eq bootpc any eq bootps"),
        ("permit ip any any dscp ef", "permit ip any any dscp ef"),
        ("permit 89 any any", "permit 89 any any"),
        ("permit tcp any any match-all +ack -fin", "permit tcp any any match-all +ack -fin"),
        ("evaluate REFLECTED", "evaluate REFLECTED"),
        ("permit ip object-group SERVERS any", "permit ip object-group SERVERS any"),
    ],
)
def test_ipv4_entries_are_kept_as_ios_prints_them(typed, kept):
    assert extended(typed, 4) == kept
    assert extended(kept, 4) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("permit tcp any host 2001:db8::53 eq 53", "permit tcp any host 2001:DB8::53 eq domain"),
        ("deny ipv6 2001:db8::/32 ::/0", "deny ipv6 2001:DB8::/32 any"),
        ("deny ipv6 2001:db8::1/128 any log", "deny ipv6 host 2001:DB8::1 any log"),
        ("permit icmp any any nd-na", "permit icmp any any nd-na"),
    ],
)
def test_ipv6_entries_are_kept_as_ios_prints_them(typed, kept):
    assert extended(typed, 6) == kept
    assert extended(kept, 6) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("permit 10.0.0.0 0.255.255.255", "permit 10.0.0.0 0.255.255.255"),
        ("permit host 10.0.0.1", "permit 10.0.0.1"),
        ("permit 10.0.0.1", "permit 10.0.0.1"),
        ("deny any log", "deny any log"),
        ("permit 10.0.0.1 0.0.0.0", "permit 10.0.0.1"),
    ],
)
def test_standard_entries(typed, kept):
    assert standard(typed) == kept


@pytest.mark.parametrize(
    ("body", "family", "word"),
    [
        ("permit bogus any any", 4, 1),
        ("permit tcp any", 4, -1),
        ("permit tcp any any eq", 4, -1),
        ("permit tcp any any eq bogus", 4, 5),
        ("permit tcp any any range 1", 4, -1),
        ("permit tcp any any bogus", 4, 4),
        ("permit ip 10.0.0.300 0.0.0.0 any", 4, 2),
        ("permit ip 2001:db8::1 any any", 4, 2),
        ("permit ipv6 10.0.0.1 any", 6, 2),
        ("permit ipv6 2001:db8::/200 any", 6, 2),
        ("permit ip any any eq 80", 4, 4),
        ("permit", 4, -1),
    ],
)
def test_an_entry_ios_refuses_names_the_word(body, family, word):
    with pytest.raises(Unreadable) as caught:
        extended(body, family)
    assert caught.value.word == word
