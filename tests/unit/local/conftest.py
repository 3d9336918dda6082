import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer

import pytest


@pytest.fixture
def serving():
    """Runs an HTTP server on a free port for the length of a `with`; gives its address."""

    @contextmanager
    def serve(server: ThreadingHTTPServer) -> Iterator[str]:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    return serve
