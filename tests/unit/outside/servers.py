"""Servers on loopback that answer as a test says, byte by byte, with a certificate or without."""

import datetime
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from causeway.outside.addresses import End, Resolver

HOST = "www.books.example"
Serve = Callable[[socket.socket, bytes], None]


@dataclass
class Server:
    """port: where it listens. asked: the requests, whole."""

    port: int
    asked: list[bytes] = field(default_factory=list)

    @property
    def on_loopback(self) -> Resolver:
        return Resolver({HOST: self.port})


@dataclass(frozen=True)
class To(Resolver):
    """Every host is at these ends."""

    where: tuple[End, ...] = ()

    def ends(self, host: str, seconds: float) -> list[End]:
        return list(self.where)


@contextmanager
def serving(serve: Serve | bytes, context: ssl.SSLContext | None = None, port: int = 0) -> Iterator[Server]:
    """serve: answers a connection after its request's head was read; or the answer itself. port: 0 for any."""
    answer = serve if callable(serve) else lambda held, head: held.sendall(serve)
    with socket.create_server(("127.0.0.1", port)) as listener:
        server = Server(listener.getsockname()[1])
        threading.Thread(target=_accept, args=(listener, server, answer, context), daemon=True).start()
        try:
            yield server
        finally:
            with suppress(OSError):  # a thread that waits for callers keeps the port otherwise
                listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, server: Server, answer: Serve, context: ssl.SSLContext | None) -> None:
    while True:
        try:
            held, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(held, server, answer, context), daemon=True).start()


def _serve(held: socket.socket, server: Server, answer: Serve, context: ssl.SSLContext | None) -> None:
    try:
        with context.wrap_socket(held, server_side=True) if context else held as secured:
            head = b""
            while b"\r\n\r\n" not in head and (piece := secured.recv(65536)):
                head += piece
            server.asked.append(head)
            answer(secured, head)
    except OSError:
        return


def reply(body: bytes = b"Hello.", status: str = "200 OK", content_type: str = "text/plain", *headers: str) -> bytes:
    lines = (f"HTTP/1.1 {status}", f"Content-Type: {content_type}", f"Content-Length: {len(body)}", *headers)
    return "\r\n".join((*lines, "", "")).encode() + body


def certificate(folder: Path, host: str = HOST) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """For a server of this name, and for a client that trusts it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{host}.pem"
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cadata=made.public_bytes(serialization.Encoding.PEM).decode())
