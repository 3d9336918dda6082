"""What an access list lets through, for ranges of addresses and ports."""

from ipaddress import IPv4Network
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from stacks.reports.egress.acl import Entry, Packets, minus, outcomes

SMALL = IPv4Network("10.0.0.0/29")


def entry(number: int, outcome: Literal["allow", "deny"], network: str, low: int = 0, high: int = 65535, protocol: str = "tcp") -> Entry:
    return Entry(number, True, outcome, protocol, IPv4Network(network), (low, high))


def test_the_lowest_number_decides() -> None:
    entries = [entry(200, "allow", "0.0.0.0/0"), entry(100, "deny", "10.0.0.0/8")]
    assert outcomes(entries, Packets("tcp", IPv4Network("10.1.0.0/16"), (443, 443))) == {"deny"}
    assert outcomes(entries, Packets("tcp", IPv4Network("11.0.0.0/8"), (443, 443))) == {"allow"}
    assert outcomes(entries, Packets("tcp", IPv4Network("0.0.0.0/0"), (443, 443))) == {"allow", "deny"}


def test_what_no_entry_speaks_of_is_refused() -> None:
    assert outcomes([entry(1, "allow", "0.0.0.0/0", 1024)], Packets("tcp", SMALL, (443, 443))) == {"deny"}
    assert outcomes([entry(1, "allow", "0.0.0.0/0")], Packets("udp", SMALL, (53, 53))) == {"deny"}
    assert outcomes([entry(1, "allow", "0.0.0.0/0", protocol="-1")], Packets("udp", SMALL, (53, 53))) == {"allow"}


def test_two_halves_make_a_whole() -> None:
    halves = [entry(1, "allow", "10.0.0.0/30"), entry(2, "allow", "10.0.0.4/30", 0, 1023), entry(3, "allow", "10.0.0.4/30", 1024, 65535)]
    assert outcomes(halves, Packets("tcp", SMALL, (0, 65535))) == {"allow"}
    assert outcomes(halves[:-1], Packets("tcp", SMALL, (0, 65535))) == {"allow", "deny"}


networks = st.sampled_from([*SMALL.subnets(new_prefix=32), *SMALL.subnets(new_prefix=31), *SMALL.subnets(new_prefix=30), SMALL])
ports = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda pair: (min(pair), max(pair)))
lists = st.lists(st.tuples(st.sampled_from(["allow", "deny"]), networks, ports), max_size=6)


@given(lists, networks, ports)
def test_it_agrees_with_asking_for_every_single_packet(
    drawn: list[tuple[Literal["allow", "deny"], IPv4Network, tuple[int, int]]], network: IPv4Network, asked: tuple[int, int]
) -> None:
    entries = [Entry(number, True, outcome, "tcp", each, ports) for number, (outcome, each, ports) in enumerate(drawn)]

    def single(address: object, port: int) -> str:
        met = (each for each in entries if address in each.network and each.ports[0] <= port <= each.ports[1])
        return next((each.outcome for each in met), "deny")

    every = {single(address, port) for address in network for port in range(asked[0], asked[1] + 1)}
    assert outcomes(entries, Packets("tcp", network, asked)) == every


@given(networks, st.lists(networks, max_size=3))
def test_what_is_left_of_a_network_is_what_no_other_has(network: IPv4Network, others: list[IPv4Network]) -> None:
    left = {address for piece in minus(network, others) for address in piece}
    assert left == {address for address in network if not any(address in other for other in others)}
