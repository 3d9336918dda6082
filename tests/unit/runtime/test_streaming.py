"""The loop that streams, against a runtime API of our own over real HTTP, in a process of its own as Lambda starts it."""

import base64
import json
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

LAMBDAS = Path(__file__).resolve().parents[3] / "lambdas"
LOOP = "causeway/runtime"
HANDLERS = """
import time

def told(event, context, answer):
    answer.start(200, {"Content-Type": "text/event-stream"})
    for word in event["words"]:
        answer.write(word.encode())
        time.sleep(event.get("pause", 0))

def silent(event, context, answer):
    pass

def late(event, context, answer):
    answer.start(200, {})
    answer.write(b"half")
    raise ValueError("the rest is missing")

def broken(event, context, answer):
    raise KeyError("nothing")

def context(event, context, answer):
    answer.start(200, {})
    answer.write(f"{context.function_name} {context.aws_request_id} {context.get_remaining_time_in_millis() > 0}".encode())
"""


@dataclass
class Posted:
    """path: of the request. pieces: chunks of its body with the time at which each came. trailers: behind them."""

    path: str
    headers: dict[str, str]
    pieces: list[tuple[float, bytes]] = field(default_factory=list)
    trailers: dict[str, str] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        return b"".join(piece for _, piece in self.pieces)


class RuntimeApi(ThreadingHTTPServer):
    """events: what `next` hands out. posted: what the function sent."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.events: queue.Queue[dict[str, Any]] = queue.Queue()
        self.posted: queue.Queue[Posted] = queue.Queue()
        self.cut_off = threading.Event()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def ask(self, event: dict[str, Any]) -> Posted:
        self.events.put(event)
        return self.posted.get(timeout=10)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: RuntimeApi

    def do_GET(self) -> None:
        if self.path.endswith("/restore/next"):
            return self._answer(200, b"", {})
        event = self.server.events.get()
        told = {
            "Lambda-Runtime-Aws-Request-Id": event.get("id", "1"),
            "Lambda-Runtime-Deadline-Ms": str(int(time.time() * 1000) + 5000),
            "Lambda-Runtime-Invoked-Function-Arn": "arn",
            "Lambda-Runtime-Trace-Id": "Root=1-2",
        }
        self._answer(200, json.dumps(event).encode(), told)

    def do_POST(self) -> None:
        posted = Posted(self.path, dict(self.headers))
        if self.headers.get("Transfer-Encoding") == "chunked":
            while size := int(self.rfile.readline(), 16):
                posted.pieces.append((time.monotonic(), self.rfile.read(size)))
                self.rfile.readline()
                if self.server.cut_off.is_set():
                    self.server.posted.put(posted)
                    self.close_connection = True
                    self.connection.close()
                    return
            while line := self.rfile.readline().strip():
                name, _, value = line.decode().partition(": ")
                posted.trailers[name] = value
        else:
            posted.pieces.append((time.monotonic(), self.rfile.read(int(self.headers["Content-Length"]))))
        self._answer(202, b"{}", {})
        self.server.posted.put(posted)

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def api() -> Iterator[RuntimeApi]:
    server = RuntimeApi()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@dataclass
class Function:
    process: subprocess.Popen[str]
    api: RuntimeApi


@pytest.fixture
def started(api: RuntimeApi, tmp_path: Path) -> Iterator[Any]:
    """Starts the function with one of HANDLERS, as the wrapper does."""
    root = tmp_path / "task"
    (root / LOOP).mkdir(parents=True)
    for name in ("causeway/__init__.py", *(f"{LOOP}/{each}" for each in ("__init__.py", "errors.py", "streaming.py", "stream"))):
        shutil.copy(LAMBDAS / name, root / name)
    (root / "handlers.py").write_text(HANDLERS)
    running: list[subprocess.Popen[str]] = []

    def start(handler: str, **variables: str) -> Function:
        environ = {
            "PATH": os.environ["PATH"],
            "AWS_LAMBDA_RUNTIME_API": api.address,
            "LAMBDA_TASK_ROOT": str(root),
            "_HANDLER": f"handlers.{handler}",
            "AWS_LAMBDA_FUNCTION_NAME": "answers",
            "AWS_LAMBDA_FUNCTION_VERSION": "1",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            "AWS_LAMBDA_LOG_GROUP_NAME": "group",
            "AWS_LAMBDA_LOG_STREAM_NAME": "stream",
            **variables,
        }
        command = [str(root / LOOP / "stream"), sys.executable, "/var/runtime/bootstrap.py"]
        process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        running.append(process)
        return Function(process, api)

    yield start
    for process in running:
        process.kill()
        process.communicate()


def test_an_answer_has_status_and_headers_before_its_body(api: RuntimeApi, started: Any) -> None:
    started("told")
    posted = api.ask({"id": "abc", "words": ["one ", "two"]})
    metadata, _, body = posted.body.partition(b"\0" * 8)
    assert posted.path == "/2018-06-01/runtime/invocation/abc/response"
    assert json.loads(metadata) == {"statusCode": 200, "headers": {"Content-Type": "text/event-stream"}}
    assert body == b"one two"
    assert posted.headers["Lambda-Runtime-Function-Response-Mode"] == "streaming"
    assert posted.headers["Content-Type"] == "application/vnd.awslambda.http-integration-response"
    assert not posted.trailers


def test_each_piece_leaves_when_it_is_written(api: RuntimeApi, started: Any) -> None:
    started("told")
    api.ask({"words": []})
    pieces = api.ask({"words": ["one", "two", "three"], "pause": 0.3}).pieces[1:]
    assert [piece for _, piece in pieces] == [b"one", b"two", b"three"]
    assert all(after - before > 0.2 for (before, _), (after, _) in pairwise(pieces))


def test_one_process_answers_one_event_after_the_other(api: RuntimeApi, started: Any) -> None:
    started("told")
    answers = [api.ask({"id": str(number), "words": [str(number)]}) for number in range(20)]
    assert [answer.body.partition(b"\0" * 8)[2] for answer in answers] == [str(number).encode() for number in range(20)]


def test_an_error_before_the_answer_is_posted_as_the_invocation_s(api: RuntimeApi, started: Any) -> None:
    function = started("broken")
    posted = api.ask({"id": "abc"})
    assert posted.path == "/2018-06-01/runtime/invocation/abc/error"
    assert posted.headers["Lambda-Runtime-Function-Error-Type"] == "KeyError"
    assert json.loads(posted.body)["errorMessage"] == "'nothing'"
    assert api.ask({"id": "next"}).path.endswith("/next/error"), "it lives on"
    function.process.kill()
    assert "[ERROR] KeyError" in function.process.communicate()[1]


def test_an_error_within_the_answer_is_in_the_trailers(api: RuntimeApi, started: Any) -> None:
    started("late")
    posted = api.ask({"id": "abc"})
    assert posted.body.endswith(b"half")
    assert posted.trailers["Lambda-Runtime-Function-Error-Type"] == "ValueError"
    assert json.loads(base64.b64decode(posted.trailers["Lambda-Runtime-Function-Error-Body"]))["errorMessage"] == "the rest is missing"


def test_a_handler_that_answers_nothing_is_an_error(api: RuntimeApi, started: Any) -> None:
    started("silent")
    assert api.ask({"id": "abc"}).path == "/2018-06-01/runtime/invocation/abc/error"


def test_when_nobody_reads_the_handler_ends_and_the_next_event_is_answered(api: RuntimeApi, started: Any) -> None:
    started("told")
    api.ask({"words": []})
    api.cut_off.set()
    began = time.monotonic()
    api.ask({"words": ["word "] * 1000, "pause": 0.1})
    api.cut_off.clear()
    assert api.ask({"id": "next", "words": ["here"]}).body.endswith(b"here")
    assert time.monotonic() - began < 5


def test_a_handler_that_cannot_be_loaded_is_an_error_of_the_init(api: RuntimeApi, started: Any) -> None:
    function = started("nowhere")
    assert api.posted.get(timeout=10).path == "/2018-06-01/runtime/init/error"
    assert function.process.wait(timeout=5) == 1


def test_the_context_names_function_and_request(api: RuntimeApi, started: Any) -> None:
    started("context")
    assert api.ask({"id": "abc"}).body.endswith(b"answers abc True")
