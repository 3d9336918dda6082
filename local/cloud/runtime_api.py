"""Lambda's runtime API for one function process: hands out events, and takes answers in pieces as the function sends them."""

from __future__ import annotations

import base64
import json
import queue
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

from local.cloud.worker import Failure

DELIMITER = b"\0" * 8


class Sink:
    """Where the answer to one request goes. put: takes each piece. end: is called behind the last. gone: set when nobody reads any more."""

    def __init__(self, put: Callable[[bytes], None], end: Callable[[], None]) -> None:
        self.put, self.end = put, end
        self.gone = threading.Event()


class Invocation:
    """One event on its way through the runtime API."""

    def __init__(self, event: Any, request_id: str, arn: str, trace_id: str | None, timeout: int, sink: Sink | None) -> None:
        self.body = json.dumps(event).encode()
        self.sink = sink
        self.headers = {
            "Lambda-Runtime-Aws-Request-Id": request_id or str(uuid4()),
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + timeout) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": arn,
            **({"Lambda-Runtime-Trace-Id": trace_id} if trace_id else {}),
        }


class RuntimeApi(ThreadingHTTPServer):
    """Lambda's runtime API for one process."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Calls)
        self.current: Invocation | None = None
        self.idle = threading.Event()
        self.abandoned = False
        self.outcomes: queue.Queue[dict[str, Any]] = queue.Queue()
        self._waiting: queue.Queue[Invocation] = queue.Queue()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def hand_out(self, invocation: Invocation) -> None:
        self.idle.clear()
        self._waiting.put(invocation)

    def next(self) -> Invocation:
        self.idle.set()
        if self.abandoned:  # the function has noticed, and said in its log what it will of it
            self.abandoned = False
            self.outcomes.put({"status": "ok", "result": None})
        self.current = self._waiting.get()
        self.idle.clear()
        return self.current


class _Calls(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: RuntimeApi

    def do_GET(self) -> None:
        invocation = None if self.path.endswith("/restore/next") else self.server.next()
        self._answer(200, invocation.body if invocation else b"", invocation.headers if invocation else {})

    def do_POST(self) -> None:
        if self.path.endswith("/response"):
            self._take_response()
        else:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._answer(202, b"{}", {})
            self.server.outcomes.put(error_of(body))

    def _take_response(self) -> None:
        """Pass each chunk on. A sink whose reader has gone ends the connection, as the function must notice."""
        sink = self.server.current.sink if self.server.current else None
        whole: list[bytes] = []
        while size := int(self.rfile.readline(), 16):
            chunk = self.rfile.read(size)
            self.rfile.readline()
            if sink and sink.gone.is_set():
                self.close_connection = True
                self.server.abandoned = True
                return
            (sink.put if sink else whole.append)(chunk)
        trailers = self._trailers()
        if sink:
            sink.end()
        self._answer(202, b"{}", {})
        failed = trailers.get("Lambda-Runtime-Function-Error-Body")
        self.server.outcomes.put(error_of(json.loads(base64.b64decode(failed))) if failed else {"status": "ok", "result": _plain(whole)})

    def _trailers(self) -> dict[str, str]:
        found = {}
        while line := self.rfile.readline().strip():
            name, _, value = line.decode().partition(": ")
            found[name] = value
        return found

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


def _plain(chunks: list[bytes]) -> str:
    """What a caller who does not stream gets: the body behind the metadata."""
    return b"".join(chunks).rpartition(DELIMITER)[2].decode(errors="replace")


def error_of(body: dict[str, Any]) -> dict[str, Any]:
    return {"status": "error", "body": body, "error": Failure.of(body), "trace": ""}
