"""Only addresses of the public internet are connected to, whatever a name says."""

import threading
from collections.abc import Sequence
from typing import Any

import pytest

from causeway.agents.tool import Refused
from causeway.outside.addresses import End, Resolver, is_public

PUBLIC = ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"]
NOT_PUBLIC = [
    "0.0.0.0",
    "10.0.10.7",
    "100.64.0.1",
    "127.0.0.1",
    "127.8.8.8",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1",
    "2001:0:1::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]


def resolver(*addresses: str) -> Resolver:
    return Resolver(look_up=lambda *_, **__: [(0, 0, 0, "", (address, 443)) for address in addresses])


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_addresses_of_networks_machines_and_groups_are_not(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(Refused, match="not one of the public internet"):
        resolver(address).ends("www.books.example", 1.0)


@pytest.mark.parametrize("hidden", ["10.0.0.1", "::1"])
def test_a_host_with_one_address_that_is_not_public_is_not_asked_at_all(hidden: str) -> None:
    for order in ([PUBLIC[0], hidden], [hidden, PUBLIC[0]]):
        with pytest.raises(Refused):
            resolver(*order).ends("www.books.example", 1.0)


def test_connections_go_to_the_addresses_that_were_checked_those_of_ipv4_first() -> None:
    found = resolver(PUBLIC[2], PUBLIC[0], PUBLIC[0], PUBLIC[1]).ends("www.books.example", 1.0)
    assert found == [End(PUBLIC[0]), End(PUBLIC[1]), End(PUBLIC[2])]


def test_a_host_without_an_address_is_told() -> None:
    def nothing(*_: Any, **__: Any) -> Sequence[Any]:
        raise OSError("no such host")

    with pytest.raises(Refused, match=r"no host www\.books\.example"):
        Resolver(look_up=nothing).ends("www.books.example", 1.0)


def test_a_name_server_that_does_not_answer_is_not_waited_for() -> None:
    with pytest.raises(Refused, match="could not be found out"):
        Resolver(look_up=lambda *_, **__: threading.Event().wait(20)).ends("www.books.example", 0.05)  # type: ignore[arg-type, return-value]


def test_this_machine_is_reached_by_hosts_of_the_setting_alone() -> None:
    found = Resolver({"www.books.example": 18443}, look_up=lambda *_, **__: [(0, 0, 0, "", ("127.0.0.1", 443))])
    assert found.ends("www.books.example", 1.0) == [End("127.0.0.1", 18443, tls=False)]
    with pytest.raises(Refused):
        found.ends("shop.books.example", 1.0)
