"""HTTP servers on 127.0.0.1 that keep connections open, serve many callers at once and log no request."""

import socket
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

JSON = (("Content-Type", "application/json"),)


class Handler(BaseHTTPRequestHandler):
    """Reads the whole request before it sends the whole answer."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def body(self) -> bytes:
        """The request's body; it can be read once."""
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def answer(self, status: int, content: bytes, headers: Iterable[tuple[str, str]] = JSON) -> None:
        """Send the answer. headers: without Content-Length, which is added."""
        self.send_response_only(status)
        for name, value in (*headers, ("Content-Length", str(len(content)))):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def begin_stream(self, content_type: str) -> None:
        """Begin an answer that is sent in pieces."""
        self.send_response_only(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def send_piece(self, piece: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))

    def end_stream(self) -> None:
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not logged: they contain the text of documents and questions."""


class Server(ThreadingHTTPServer):
    """A server that is bound and does not serve yet. port: 0 for any free port."""

    request_queue_size = 128  # with the default of 5, a sixth simultaneous caller waits a second or is refused

    def __init__(self, port: int, handler: type[Handler]) -> None:
        super().__init__(("127.0.0.1", port), handler)


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number
