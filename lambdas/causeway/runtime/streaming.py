"""The loop of a function that streams its answer.

Python's managed runtime sends an answer only when it is whole. The script `stream` beside this file, named by AWS_LAMBDA_EXEC_WRAPPER,
starts this loop in place of the runtime's own. It takes one event after the other from Lambda's runtime API and sends what the handler
writes, piece by piece, in the form that API Gateway expects of a streaming integration: a JSON object with status and headers, eight
zero bytes, and the body. Sources: "Using the Lambda runtime API for custom runtimes" and "Set up a Lambda proxy integration with
payload response streaming in API Gateway", AWS documentation of 2026. See docs/decisions/157-a-loop-that-streams.md.
"""

import base64
import json
import os
import select
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from typing import Any

from causeway.runtime.errors import Gone

API = "/2018-06-01/runtime"
CONTENT_TYPE = "application/vnd.awslambda.http-integration-response"
DELIMITER = b"\0" * 8
ERROR_TYPE, ERROR_BODY = "Lambda-Runtime-Function-Error-Type", "Lambda-Runtime-Function-Error-Body"
SNAP_START = "snap-start"


@dataclass(frozen=True)
class Context:
    """What a handler is told of its invocation, by the names of AWS's own context object. deadline_ms: since the epoch."""

    aws_request_id: str
    invoked_function_arn: str
    deadline_ms: int
    function_name: str
    function_version: str
    memory_limit_in_mb: str
    log_group_name: str
    log_stream_name: str

    def get_remaining_time_in_millis(self) -> int:
        return max(0, self.deadline_ms - int(time.time() * 1000))


class Answer:
    """The answer to one event: `start` once, then `write` as often as needed. Both raise Gone when nobody reads any more."""

    def __init__(self, connection: HTTPConnection, request_id: str) -> None:
        self._connection, self._request_id = connection, request_id
        self.started = False

    def start(self, status: int, headers: Mapping[str, str]) -> None:
        self._connection.putrequest("POST", f"{API}/invocation/{self._request_id}/response")
        for name, value in {
            "Content-Type": CONTENT_TYPE,
            "Lambda-Runtime-Function-Response-Mode": "streaming",
            "Transfer-Encoding": "chunked",
            "Trailer": f"{ERROR_TYPE}, {ERROR_BODY}",
        }.items():
            self._connection.putheader(name, value)
        self.started = True
        self._guarded(self._connection.endheaders)
        self.write(json.dumps({"statusCode": status, "headers": dict(headers)}).encode() + DELIMITER)

    def write(self, piece: bytes) -> None:
        if piece:  # an empty chunk would end the answer
            self._still_read()
            self._guarded(lambda: self._connection.send(b"%x\r\n%s\r\n" % (len(piece), piece)))

    def end(self, failure: Mapping[str, Any] | None = None) -> None:
        """failure: what went wrong after the answer had begun."""
        trailers = "" if failure is None else f"{ERROR_TYPE}: {failure['errorType']}\r\n{ERROR_BODY}: {_encoded(failure)}\r\n"
        self._guarded(lambda: self._connection.send(f"0\r\n{trailers}\r\n".encode()))
        _read(self._connection.getresponse())

    def _still_read(self) -> None:
        """The runtime API answers behind our last chunk; what comes earlier, an answer or the connection's end, says that nobody reads."""
        if select.select([self._connection.sock], [], [], 0)[0]:
            raise Gone("the call has been ended")

    @staticmethod
    def _guarded(send: Callable[[], None]) -> None:
        try:
            send()
        except OSError as error:
            raise Gone(str(error)) from error


Handler = Callable[[dict[str, Any], Context, Answer], None]


def serve(handler: Handler, address: str) -> None:
    """Answer one event after the other, for ever. address: host and port of the runtime API."""
    waiting, answering = HTTPConnection(address), HTTPConnection(address)
    while True:
        waiting.request("GET", f"{API}/invocation/next")
        event = waiting.getresponse()
        body = _read(event)
        if trace := event.headers.get("Lambda-Runtime-Trace-Id"):
            os.environ["_X_AMZN_TRACE_ID"] = trace
        context = _context(event)
        _answer(handler, json.loads(body), context, Answer(answering, context.aws_request_id), answering)


def _answer(handler: Handler, event: dict[str, Any], context: Context, answer: Answer, connection: HTTPConnection) -> None:
    try:
        handler(event, context, answer)
        if not answer.started:
            raise RuntimeError("the handler began no answer")
        answer.end()
    except Gone:
        print(json.dumps({"level": "INFO", "message": "caller gone", "function_request_id": context.aws_request_id}), flush=True)
        connection.close()
    except Exception as error:
        failure = _failure(error, context.aws_request_id)
        if answer.started:
            _despite_the_caller(answer, failure, connection)
        else:
            _post(connection, f"{API}/invocation/{context.aws_request_id}/error", failure)


def _despite_the_caller(answer: Answer, failure: Mapping[str, Any], connection: HTTPConnection) -> None:
    try:
        answer.end(failure)
    except (Gone, OSError):
        connection.close()


def main() -> None:
    """Load the handler that _HANDLER names and serve it."""
    for output in (sys.stdout, sys.stderr):
        output.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # a line kept back would be lost when the process is frozen
    address = os.environ["AWS_LAMBDA_RUNTIME_API"]
    sys.path[1:1] = _layers()
    try:
        module, _, name = os.environ["_HANDLER"].rpartition(".")
        handler: Handler = getattr(__import__(module.replace("/", "."), fromlist=[name]), name)
        if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == SNAP_START:
            _wait_for_restore(address)
    except Exception as error:
        _post(HTTPConnection(address), f"{API}/init/error", _failure(error, None))
        sys.exit(1)
    serve(handler, address)


def _layers() -> list[str]:
    """Where layers put packages, as the runtime's own loop looks for them; none where PYTHONPATH names them already."""
    if os.environ.get("PYTHONPATH"):
        return []
    return [f"/opt/python/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages", "/opt/python"]


def _wait_for_restore(address: str) -> None:
    """Run the hooks around the snapshot, as the runtime's own loop does; the answer comes when a snapshot has been restored."""
    hooks = sys.modules.get("snapshot_restore_py")  # part of the managed runtime; who registers hooks has imported it
    for function, arguments, options in reversed(hooks.get_before_snapshot() if hooks else []):
        function(*arguments, **options)
    connection = HTTPConnection(address)
    connection.request("GET", f"{API}/restore/next")
    _read(connection.getresponse())
    try:
        for function, arguments, options in hooks.get_after_restore() if hooks else []:
            function(*arguments, **options)
    except Exception as error:
        _post(HTTPConnection(address), f"{API}/restore/error", {**_failure(error, None), "errorType": "Runtime.AfterRestoreError"})
        sys.exit(65)


def _context(event: HTTPResponse) -> Context:
    environ, told = os.environ, event.headers
    return Context(
        aws_request_id=told["Lambda-Runtime-Aws-Request-Id"],
        invoked_function_arn=told.get("Lambda-Runtime-Invoked-Function-Arn", ""),
        deadline_ms=int(told["Lambda-Runtime-Deadline-Ms"]),
        function_name=environ["AWS_LAMBDA_FUNCTION_NAME"],
        function_version=environ["AWS_LAMBDA_FUNCTION_VERSION"],
        memory_limit_in_mb=environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
        log_group_name=environ["AWS_LAMBDA_LOG_GROUP_NAME"],
        log_stream_name=environ["AWS_LAMBDA_LOG_STREAM_NAME"],
    )


def _failure(error: Exception, request_id: str | None) -> dict[str, Any]:
    """The body that AWS keeps of an exception; the exception is also logged, on one line."""
    trace = traceback.format_exception(error)
    print(f"[ERROR] {type(error).__name__}: {error}\r{''.join(trace)}".replace("\n", "\r"), file=sys.stderr, flush=True)
    body = {"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": trace[1:-1]}
    return {**body, "requestId": request_id} if request_id else body


def _post(connection: HTTPConnection, path: str, failure: Mapping[str, Any]) -> None:
    headers = {"Content-Type": "application/json", ERROR_TYPE: str(failure["errorType"])}
    connection.request("POST", path, json.dumps(failure).encode(), headers)
    _read(connection.getresponse())


def _read(response: HTTPResponse) -> bytes:
    """The whole body, so that the connection can be used again. Raises RuntimeError for an answer that is no success."""
    body = response.read()
    if response.status >= 300:
        raise RuntimeError(f"the runtime API answered {response.status}: {body[:500]!r}")
    return body


def _encoded(failure: Mapping[str, Any]) -> str:
    return base64.b64encode(json.dumps(failure).encode()).decode()
