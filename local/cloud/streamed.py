"""Functions that stream: a worker whose process talks to Lambda's runtime API, served here, through the wrapper that AWS would start.

The process is started as on AWS: the script that AWS_LAMBDA_EXEC_WRAPPER names gets the function's Python and the runtime's own loop as
arguments. What the function sends goes to the sink of its request as it comes, or into the result where nobody listens.
"""

from __future__ import annotations

import base64
import json
import os
import queue
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

from local.cloud.functions import LOADING, LOG_WAIT_SECONDS, Failure, FunctionWorker

WRAPPER = "AWS_LAMBDA_EXEC_WRAPPER"
TASK_ROOT = "/var/task"
DELIMITER = b"\0" * 8
LINE_SECONDS = 0.02  # after which no further line is waited for


class Sink:
    """Where the answer to one request goes. put: takes each piece. end: is called behind the last. gone: set when nobody reads any more."""

    def __init__(self, put: Callable[[bytes], None], end: Callable[[], None]) -> None:
        self.put, self.end = put, end
        self.gone = threading.Event()


SINKS: dict[str, Sink] = {}  # by API Gateway's id of the request


class StreamedWorker(FunctionWorker):
    """One execution environment of a function with a wrapper."""

    _api: RuntimeApi | None = None

    def invoke(
        self, event: Any, request_id: str, *, trace_id: str | None = None, invoked_function_arn: str = "", **_: Any
    ) -> dict[str, Any]:
        with self._lock:
            cold = self._proc is None or self._proc.poll() is not None
            timeout = int(self.config.get("Timeout", 3))
            if cold:
                with LOADING:
                    self._spawn()
            assert self._api is not None
            listener = SINKS.get(str(((event or {}).get("requestContext") or {}).get("requestId")))
            self._api.hand_out(Invocation(event, request_id, invoked_function_arn, trace_id, timeout, listener))
            answer = self._outcome(timeout)
            return {**answer, "log": self._written(), "cold_start": cold}

    def _written(self) -> str:
        """What the process has printed for the event at hand: all that came until it asked for the next one."""
        assert self._api is not None
        self._api.idle.wait(LOG_WAIT_SECONDS)
        lines = []
        with suppress(queue.Empty):
            while True:
                lines.append(self._logs.get(timeout=LINE_SECONDS))
        return "".join(lines)

    def _outcome(self, timeout: int) -> dict[str, Any]:
        assert self._api is not None
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            try:
                return self._api.outcomes.get(timeout=0.05)
            except queue.Empty:
                if self._proc.poll() is not None:
                    return _error({"errorType": "Runtime.ExitError", "errorMessage": "Runtime exited before it answered"})
        self._proc.kill()
        return _error({"errorType": "Sandbox.Timedout", "errorMessage": f"Task timed out after {timeout}.00 seconds"})

    def _spawn(self) -> None:
        """Start the process; unlike the other workers' it says nothing until it asks for its first event."""
        code, opt = self._unpacked()
        self._api = RuntimeApi()
        environment = self._environment(code, opt)
        wrapper = environment.pop(WRAPPER).replace(TASK_ROOT, str(code), 1)
        packages = [str(each) for each in sorted(opt.glob("python/lib/python3.*/site-packages"))] + [str(opt / "python")] if opt else []
        self._proc = subprocess.Popen(
            [wrapper, str(self.options.function_python), "bootstrap.py"],
            cwd=code,
            env={**environment, "AWS_LAMBDA_RUNTIME_API": self._api.address, "PYTHONPATH": os.pathsep.join(packages)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        self._logs = queue.Queue()
        threading.Thread(target=_pass_lines, args=(self._proc.stdout, self._logs.put), daemon=True).start()


def _pass_lines(output: Any, put: Callable[[str], None]) -> None:
    for line in output:
        put(line)


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
            self.server.outcomes.put(_error(body))

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
        self.server.outcomes.put(_error(json.loads(base64.b64decode(failed))) if failed else {"status": "ok", "result": _plain(whole)})

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


def _error(body: dict[str, Any]) -> dict[str, Any]:
    return {"status": "error", "body": body, "error": Failure.of(body), "trace": ""}
