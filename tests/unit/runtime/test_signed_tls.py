"""Whom the signed calls trust, seen at a server with a certificate of its own making."""

import ipaddress
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from causeway.runtime.clients import forget_clients
from causeway.runtime.faults import dependency_error
from causeway.runtime.signed import Operation


class _Answers(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:
        pass


def certificate(folder: Path, address: str) -> Path:
    """A file with a key and its certificate, signed by itself, for one address."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - timedelta(1), now + timedelta(1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
    file = folder / f"{address}.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(secret + made.sign(key, SHA256()).public_bytes(Encoding.PEM))
    return file


@pytest.fixture(params=["127.0.0.1"])
def server(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A server at 127.0.0.1 with a certificate for the address of the parameter; the file that holds it."""
    file = certificate(tmp_path, request.param)
    running = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    running.socket = context.wrap_socket(running.socket, server_side=True)
    threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    url = f"https://127.0.0.1:{running.server_address[1]}"
    variables = {"AWS_ENDPOINT_URL": url, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    forget_clients()
    yield file
    forget_clients()
    running.shutdown()
    running.server_close()


def ask() -> object:
    return Operation("dynamodb", "BatchGetItem", connect=2.0, read=2.0)({})


@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
def test_a_server_of_a_trusted_authority_is_asked(server: Path, variable: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)
    monkeypatch.setenv(variable, str(server))
    assert ask() == {}


def refusal() -> str:
    with pytest.raises(Exception, match="SSL") as error:  # urllib3's own class, which faults knows
        ask()
    found = dependency_error("registry", error.value)
    assert found is not None
    return f"{found.kind}: {error.value}"


def test_a_server_that_nobody_vouches_for_is_not(server: Path):
    assert "CERTIFICATE_VERIFY_FAILED" in refusal()


@pytest.mark.parametrize("server", ["127.0.0.2"], indirect=True)
def test_a_server_with_the_certificate_of_another_is_not(server: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_CA_BUNDLE", str(server))
    assert "mismatch" in refusal()
