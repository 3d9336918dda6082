"""Addresses of hosts, resolved and checked here: a connection goes to the address that was checked, never to a name."""

import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

from causeway.agents.tool import Refused
from causeway.runtime.beside import beside

HTTPS = 443
LOOPBACK = "127.0.0.1"
MOST_TRIED = 3  # addresses of a host
# Ranges of IPv6 that stand for addresses of IPv4, and would reach what those may not: RFC 6052, RFC 8215, 6to4, Teredo.
STANDS_FOR_IPV4 = tuple(
    IPv6Network(each) for each in ("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)


@dataclass(frozen=True)
class End:
    """Where a connection goes. tls: false for a server of a test alone."""

    address: str
    port: int = HTTPS
    tls: bool = True


def is_public(address: str) -> bool:
    """Whether an address is one of the public internet, and names no other."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address) and any(found in network for network in STANDS_FOR_IPV4):
        return False
    return _is_of_everybody(found)


def _is_of_everybody(address: IPv4Address | IPv6Address) -> bool:
    of_few = (address.is_private, address.is_loopback, address.is_link_local, address.is_multicast, address.is_reserved)
    return address.is_global and not any((*of_few, address.is_unspecified, getattr(address, "is_site_local", False)))


@dataclass(frozen=True)
class Resolver:
    """loopback: hosts that are servers on this machine, with their ports; environments that protect data have none."""

    loopback: Mapping[str, int] = field(default_factory=dict)
    look_up: Callable[..., Sequence[Any]] = socket.getaddrinfo

    def ends(self, host: str, seconds: float) -> list[End]:
        """Where the host may be reached. Raises Refused if it has no address, or any that is not public."""
        if host in self.loopback:
            return [End(LOOPBACK, self.loopback[host], tls=False)]
        addresses = self._addresses(host, seconds)
        if not all(map(is_public, addresses)):
            raise Refused(f"{host} has an address that is not one of the public internet. It is not asked.")
        return [End(address) for address in sorted(addresses, key=lambda address: ":" in address)[:MOST_TRIED]]

    def _addresses(self, host: str, seconds: float) -> list[str]:
        asked = beside(lambda: self.look_up(host, HTTPS, type=socket.SOCK_STREAM))
        try:
            found = asked.result(timeout=seconds)
        except (OSError, UnicodeError, TimeoutError):
            raise Refused(f"There is no host {host}, or its address could not be found out.") from None
        return list(dict.fromkeys(str(each[4][0]) for each in found))
