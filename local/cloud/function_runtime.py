"""Runs one function as AWS's Python runtime does. Started by local.cloud.worker under the functions' own interpreter.

Standard library only, and nothing of this repository: it is a script. Standard input carries one JSON line to start with
({paths, module, handler, limits...}) and one per invocation; answers go to the file descriptor named by the first argument;
standard output and error are the function's log, in which a line with the invocation's end mark closes each invocation.
"""

import importlib
import json
import os
import sys
import threading
import time
import traceback
from typing import IO, Any

ANSWERS = int(sys.argv[1])
END_MARK = "\x1eend"
LAUNCHER_CHECK_SECONDS = 2


class Context:
    """The context object of a handler's call."""

    identity = None
    client_context = None
    tenant_id = None

    def __init__(self, call: dict[str, Any]) -> None:
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.invoked_function_arn = call["arn"]
        self.aws_request_id = call["request_id"]
        self._deadline = time.time() + call["timeout"]

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._deadline - time.time()) * 1000))

    def log(self, message: object) -> None:
        sys.stdout.write(str(message))


def failure(error: Exception, request_id: str | None) -> dict[str, Any]:
    """The body that AWS returns for an exception; the exception is also logged."""
    trace = traceback.format_exception(type(error), error, error.__traceback__ and error.__traceback__.tb_next)
    print(f"[ERROR] {type(error).__name__}: {error}\n{''.join(trace)}".rstrip(), file=sys.stderr)
    body = {"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": trace[1:-1]}
    return {**body, "requestId": request_id} if request_id else body


def load(start: dict[str, Any]) -> tuple[Any, dict[str, Any] | None]:
    """The handler, or AWS's error for a handler that cannot be loaded."""
    try:
        module = importlib.import_module(start["module"])
    except ImportError as error:
        body = failure(error, None)
        return None, {
            **body,
            "errorType": "Runtime.ImportModuleError",
            "errorMessage": f"Unable to import module '{start['module']}': {error}",
        }
    except Exception as error:
        return None, failure(error, None)
    handler = getattr(module, start["handler"], None)
    if handler is None:
        return None, {
            "errorType": "Runtime.HandlerNotFound",
            "errorMessage": f"Handler '{start['handler']}' missing on module '{start['module']}'",
        }
    return handler, None


def invoke(handler: Any, call: dict[str, Any]) -> str:
    """The answer of one invocation as JSON."""
    if call.get("trace_id"):
        os.environ["_X_AMZN_TRACE_ID"] = call["trace_id"]
    try:
        return json.dumps({"status": "ok", "result": handler(call["event"], Context(call))})
    except Exception as error:
        return json.dumps({"status": "error", "body": failure(error, call["request_id"])})


def answer(pipe: IO[str], text: str) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    os.write(1, f"{END_MARK}\n".encode())
    pipe.write(text + "\n")
    pipe.flush()


def end_with_the_launcher(launcher: int) -> None:
    """End this worker when the launcher is gone: a launcher that was killed cannot end its workers."""
    while os.getppid() == launcher:
        time.sleep(LAUNCHER_CHECK_SECONDS)
    os._exit(1)


def main() -> None:
    requests = os.fdopen(os.dup(0), "r", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    pipe = os.fdopen(ANSWERS, "w", encoding="utf-8")
    start = json.loads(requests.readline())
    threading.Thread(target=end_with_the_launcher, args=(start["launcher"],), daemon=True).start()
    sys.path[:0] = start["paths"]
    handler, broken = load(start)
    answer(pipe, json.dumps({"status": "error", "body": broken} if broken else {"status": "ready"}))
    for line in requests if handler else ():
        answer(pipe, invoke(handler, json.loads(line)))


main()
