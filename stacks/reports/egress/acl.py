"""Network access lists: what a list of numbered rules lets through, exactly, for ranges of addresses and ports."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Literal

Ports = tuple[int, int]
Outcome = Literal["allow", "deny"]
ANY_PORT: Ports = (0, 65535)
EVERYWHERE = IPv4Network("0.0.0.0/0")


@dataclass(frozen=True)
class Entry:
    """protocol: `tcp`, `udp`, another's number, or `-1` for all."""

    number: int
    outwards: bool
    outcome: Outcome
    protocol: str
    network: IPv4Network
    ports: Ports


@dataclass(frozen=True)
class Packets:
    """Of one protocol, to or from the addresses of a network, at ports of a range."""

    protocol: str
    network: IPv4Network
    ports: Ports


def outcomes(entries: Sequence[Entry], packets: Packets) -> set[Outcome]:
    """What becomes of the packets, of which some may pass and some not. entries: of one direction, in any order."""
    return _decided(sorted(entries, key=lambda each: each.number), packets)


def _decided(entries: Sequence[Entry], packets: Packets) -> set[Outcome]:
    if not entries:
        return {"deny"}
    first, rest = entries[0], entries[1:]
    met = _common(first, packets)
    if met is None:
        return _decided(rest, packets)
    return {first.outcome}.union(*(_decided(rest, piece) for piece in _without(packets, met)))


def _common(entry: Entry, packets: Packets) -> Packets | None:
    if entry.protocol not in ("-1", packets.protocol):
        return None
    network, ports = common_network(entry.network, packets.network), _overlap(entry.ports, packets.ports)
    return Packets(packets.protocol, network, ports) if network and ports else None


def common_network(one: IPv4Network, other: IPv4Network) -> IPv4Network | None:
    """The addresses of both: of two networks that overlap, one is within the other."""
    if not one.overlaps(other):
        return None
    return one if one.prefixlen >= other.prefixlen else other


def _overlap(one: Ports, other: Ports) -> Ports | None:
    low, high = max(one[0], other[0]), min(one[1], other[1])
    return (low, high) if low <= high else None


def _without(packets: Packets, part: Packets) -> Iterator[Packets]:
    for network in minus(packets.network, [part.network]):
        yield Packets(packets.protocol, network, packets.ports)
    for ports in ((packets.ports[0], part.ports[0] - 1), (part.ports[1] + 1, packets.ports[1])):
        if ports[0] <= ports[1]:
            yield Packets(packets.protocol, part.network, ports)


def minus(network: IPv4Network, others: Iterable[IPv4Network]) -> list[IPv4Network]:
    """What of a network is in none of the others."""
    left = [network]
    for other in others:
        left = [piece for each in left for piece in _minus_one(each, other)]
    return left


def _minus_one(network: IPv4Network, other: IPv4Network) -> list[IPv4Network]:
    if not network.overlaps(other):
        return [network]
    return list(network.address_exclude(other)) if other.prefixlen > network.prefixlen else []
