"""Where on the web a tool may go: URLs read in one strict way, and the list of hosts and paths that a domain allows.

What two readers of a URL might read differently is refused: users, ports, addresses in any notation, hosts that are not ASCII,
backslashes, control characters, and paths that climb or hide a slash.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote, unquote

LONGEST_URL = 2000
_URL = re.compile(r"https://(?P<host>[^/?#]*)(?P<path>/[^?#]*)?(?:\?(?P<query>[^#]*))?(?:#.*)?", re.IGNORECASE)
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# The last label begins with a letter, which no address does, be it written in decimal, octal or hexadecimal numbers.
_HOST = re.compile(rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?")
_UNREADABLE = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029]")
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
_KEPT = "/%:@!$&'()*+,;=~-._"  # of paths, as RFC 3986 says; other characters are encoded


class Forbidden(ValueError):
    """A URL that is not followed; the message says why, for the model."""


@dataclass(frozen=True)
class Place:
    """A page or an operation of a host, always by HTTPS on its usual port. path: begins with "/". query: without "?"."""

    host: str
    path: str
    query: str = ""

    @property
    def target(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path

    def __str__(self) -> str:
        return f"https://{self.host}{self.target}"


def place_of(url: str) -> Place:
    """What a URL names. Raises Forbidden."""
    if len(url) > LONGEST_URL:
        raise Forbidden(f"the address has {len(url)} characters; at most {LONGEST_URL} are taken")
    if _UNREADABLE.search(url):
        raise Forbidden("the address has spaces, control characters or backslashes in it")
    found = _URL.fullmatch(url)
    if found is None:
        raise Forbidden("the address does not begin with https:// and a host")
    return Place(_host(found["host"]), _path(found["path"] or "/"), _encoded(found["query"] or "", "query", _KEPT + "?"))


def _host(written: str) -> str:
    host = written.lower().removesuffix(":443")
    if "@" in host:
        raise Forbidden("the address names a user before its host")
    if ":" in host:
        raise Forbidden("the address names a port; only the usual one of https is taken")
    if not host.isascii():
        raise Forbidden("the host is not written in ASCII")
    if len(host) > 253 or not _HOST.fullmatch(host):
        raise Forbidden("the address names no host by a whole name, such as www.example.com; numbers, a dot at the end and % are not taken")
    return host


def _path(written: str) -> str:
    path = _encoded(written, "path", _KEPT)
    plain = unquote(path)
    if _ENCODED.search(plain):
        raise Forbidden("the path is encoded twice")
    if _UNREADABLE.search(plain.replace(" ", "")) or plain.count("/") != path.count("/"):
        raise Forbidden("the path hides a slash, a backslash or a control character")
    if any(segment.partition(";")[0] in (".", "..") for segment in plain.split("/")):
        raise Forbidden("the path has . or .. in it")
    return path


def _encoded(written: str, part: str, kept: str) -> str:
    if "%" in _ENCODED.sub("", written):
        raise Forbidden(f"the {part} has a % that encodes nothing")
    return quote(written, safe=kept)


@dataclass(frozen=True)
class Allowed:
    """Hosts with the paths below which everything may be read. places: in the order in which people are told."""

    places: tuple[Place, ...]

    @classmethod
    def of(cls, urls: Iterable[str]) -> Self:
        """urls: such as https://www.example.com/events/; what ends in "/" allows everything below. Raises ValueError."""
        places = tuple(place_of(url) for url in urls)
        if not places or any(place.query for place in places):
            raise ValueError("a list of pages names at least one, each by host and path without a query")
        return cls(places)

    def __contains__(self, place: Place) -> bool:
        return any(place.host == each.host and _below(place.path, each.path) for each in self.places)

    def checked(self, url: str) -> Place:
        """Raises Forbidden for what is not on the list, with the list."""
        place = place_of(url)
        if place not in self:
            raise Forbidden(f"{place.host}{place.path} is not on the list of pages that may be read: {', '.join(map(str, self.places))}")
        return place


def _below(path: str, allowed: str) -> bool:
    return path == allowed or path.startswith(allowed if allowed.endswith("/") else f"{allowed}/")
