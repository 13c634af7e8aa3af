"""A few lines of RouterOS, and what they let through."""

from ros_site import PARSER

from homeroom.policy.model import Rule
from homeroom.prefix import ANY, Prefix

parse = Prefix.parse
GROUND = "/ip address add address=192.168.1.1/24 interface=ether2\n/ipv6 address add address=2001:db8:1::1/64 interface=ether2\n"


def read(rules, family=4, ground=GROUND):
    """The list that packets meet that come in by ether2 to be forwarded."""
    menu = "ip" if family == 4 else "ipv6"
    text = ground + "".join(f"/{menu} firewall filter {rule}\n" for rule in rules)
    access = PARSER.access(text)
    (name,) = [use.name for use in access.applied if (use.interface, use.hook) == ("ether2", "through")]
    return access.by_name()[family, name].rules


def one(said, family=4):
    return read([f"add chain=forward {said}"], family)[0]


def everything(action, family=4, **more):
    return Rule(action, "ip", ANY[family], ANY[family], **more)
