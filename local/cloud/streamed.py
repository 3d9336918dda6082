"""Functions that stream: a worker whose process talks to Lambda's runtime API, served here, through the wrapper that AWS would start.

The process is started as on AWS: the script that AWS_LAMBDA_EXEC_WRAPPER names gets the function's Python and the runtime's own loop as
arguments. What the function sends goes to the sink of its request as it comes, or into the result where nobody listens.
"""

from __future__ import annotations

import os
import queue
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from local.cloud.runtime_api import Invocation, RuntimeApi, Sink, error_of
from local.cloud.worker import LOADING, LOG_WAIT_SECONDS, FunctionWorker

WRAPPER = "AWS_LAMBDA_EXEC_WRAPPER"
TASK_ROOT = "/var/task"
LINE_SECONDS = 0.02  # after which no further line is waited for


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
                    return error_of({"errorType": "Runtime.ExitError", "errorMessage": "Runtime exited before it answered"})
        self._proc.kill()
        return error_of({"errorType": "Sandbox.Timedout", "errorMessage": f"Task timed out after {timeout}.00 seconds"})

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
