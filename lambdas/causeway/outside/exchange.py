"""One request by HTTPS to an address that was checked: bounded in time and size, never forwarded."""

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Protocol

from causeway.agents.places import Place
from causeway.agents.tool import Refused
from causeway.outside.addresses import End, Resolver
from causeway.runtime.deadlines import Deadline

MOST_BYTES = 3_000_000
PIECE = 65_536
AGENT = "causeway-agent/1"


class Unanswered(Exception):
    """A request was sent, and no answer that can be read came: whether it was served is not known. The message is for the model."""


@dataclass(frozen=True)
class Reply:
    """headers: by their names in lower case. body: as it was sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def content_type(self) -> str:
        """Without parameters, in lower case; "" when none was named."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True)
class Request:
    """headers: not shown when this is printed; one of them may be a key."""

    method: str
    place: Place
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = None


class Sends(Protocol):
    """Whoever sends requests outside."""

    def send(self, request: Request, deadline: Deadline) -> Reply:
        """Raises Refused if nothing was sent, Unanswered if it was and no answer came that can be read."""
        ...


class Exchange:
    """Sends requests. most_bytes: of an answer's body. trust: whose certificates are taken; None for those of this machine."""

    def __init__(self, resolver: Resolver, most_bytes: int = MOST_BYTES, trust: ssl.SSLContext | None = None) -> None:
        self._resolver, self._most = resolver, most_bytes
        self._trust = trust or ssl.create_default_context()

    def send(self, request: Request, deadline: Deadline) -> Reply:
        """Raises Refused if nothing was sent, Unanswered if it was and no answer came that can be read."""
        host = request.place.host
        with closing(self._connected(host, deadline)) as connection, _ended_by(deadline, connection.sock):
            try:
                headers = {"User-Agent": AGENT, "Accept-Encoding": "identity", **request.headers, "Connection": "close"}
                connection.request(request.method, request.place.target, request.body, headers)
                return self._read(host, connection.getresponse(), deadline)
            except (OSError, http.client.HTTPException, ValueError) as error:
                late = "did not answer in time" if deadline.left() == 0 else "broke off its answer"
                raise Unanswered(f"{host} {late} ({type(error).__name__}).") from error

    def _connected(self, host: str, deadline: Deadline) -> http.client.HTTPConnection:
        failures = []
        for end in self._resolver.ends(host, deadline.left()):
            try:
                return self._connection(host, end, deadline)
            except OSError as error:  # a certificate that does not fit is one
                failures.append(type(error).__name__)
        raise Refused(f"{host} cannot be reached ({', '.join(failures)}). Nothing was asked.")

    def _connection(self, host: str, end: End, deadline: Deadline) -> http.client.HTTPConnection:
        """Raises OSError. The connection goes to the address; the certificate has to be that of the name."""
        timeout = deadline.left()
        if timeout == 0:
            raise TimeoutError
        connection = http.client.HTTPConnection(host, timeout=timeout)
        connection.sock = socket.create_connection((end.address, end.port), timeout)
        if end.tls:
            secured = self._trust.wrap_socket(connection.sock, server_hostname=host, do_handshake_on_connect=False)
            connection.sock = secured
            try:
                with _ended_by(deadline, secured):
                    secured.do_handshake()
            except BaseException:
                connection.close()
                raise
        return connection

    def _read(self, host: str, response: http.client.HTTPResponse, deadline: Deadline) -> Reply:
        headers = {name.lower(): value for name, value in response.getheaders()}
        encoding = headers.get("content-encoding", "identity").lower()
        if encoding != "identity":
            raise Unanswered(f"{host} sent its answer in the encoding {encoding!r}, which nobody asked for. It was not read.")
        body = bytearray()
        while piece := response.read1(PIECE):
            body += piece
            if len(body) > self._most:
                raise Unanswered(f"{host} sent more than {self._most:,} bytes. It was not read.")
        if deadline.left() == 0:
            raise TimeoutError
        if response.length:
            raise http.client.IncompleteRead(bytes(body), response.length)
        return Reply(response.status, headers, bytes(body))


@contextmanager
def _ended_by(deadline: Deadline, held: socket.socket) -> Iterator[None]:
    """Whoever sends one byte after another is cut off at the deadline all the same."""
    timer = threading.Timer(deadline.left(), _shut, [held])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _shut(held: socket.socket) -> None:
    with suppress(OSError):
        socket.socket.shutdown(held, socket.SHUT_RDWR)
