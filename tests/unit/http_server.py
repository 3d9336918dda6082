"""The HTTP server of pytest-httpserver, that stops at once: it looks every half second whether it is to stop, once for each test."""

from pytest_httpserver import HTTPServer

LOOKS_EVERY_SECONDS = 0.005


class LoopbackServer(HTTPServer):
    """Answers each request on a thread of its own, so that a slow one holds up no other."""

    def __init__(self) -> None:
        super().__init__("127.0.0.1", threaded=True)

    def thread_target(self) -> None:
        assert self.server is not None
        self.server.serve_forever(LOOKS_EVERY_SECONDS)
