"""Function workers: one process per concurrent call, under the functions' interpreter, with AWS's environment and paths.

ministack leases, pools and ends the workers; this module starts them and talks to them.
"""

from __future__ import annotations

import json
import os
import queue
import select
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from local.cloud import emulator, unpacked
from local.cloud.options import Options

runtime = emulator.part("core.lambda_runtime")
service = emulator.part("services.lambda_svc")

RUNTIME_SCRIPT = Path(__file__).with_name("function_runtime.py")
END_MARK = "\x1eend"
AWS_INIT_SECONDS = 10
AWS_PATH = "/usr/local/bin:/usr/bin:/bin:/opt/bin"
LOG_WAIT_SECONDS = 0.25

LOADING = threading.BoundedSemaphore(os.cpu_count() or 2)  # many cold starts at once would all be too slow


class Failure(str):
    """An error message that contains the whole body of AWS's answer."""

    body: dict[str, Any]

    @classmethod
    def of(cls, body: dict[str, Any]) -> Failure:
        failure = cls(body["errorMessage"])
        failure.body = body
        return failure


class InitFailed(RuntimeError):
    """The handler could not be loaded."""

    def __init__(self, body: dict[str, Any]) -> None:
        super().__init__(body["errorMessage"])
        self.body = body


class FunctionWorker(runtime.Worker):  # type: ignore[misc, name-defined]
    """One execution environment. As on AWS, it survives an exception and ends with a timeout."""

    options: Options

    def invoke(
        self, event: Any, request_id: str, *, trace_id: str | None = None, invoked_function_arn: str = "", **_: Any
    ) -> dict[str, Any]:
        """One invocation, in ministack's form: {status, result | error, log, trace, cold_start}."""
        with self._lock:
            cold = self._proc is None or self._proc.poll() is not None
            timeout = int(self.config.get("Timeout", 3))
            try:
                if cold:
                    with LOADING:
                        self._spawn()
                self._send(
                    {"event": event, "request_id": request_id, "arn": invoked_function_arn, "trace_id": trace_id, "timeout": timeout}
                )
                answer = self._receive(timeout, f"Task timed out after {timeout}.00 seconds")
            except InitFailed as broken:
                answer = {"status": "error", "body": broken.body}
            if answer["status"] == "error":
                answer |= {"error": Failure.of(answer["body"]), "trace": ""}
            return {**answer, "log": self._log(), "cold_start": cold}

    def _spawn(self) -> None:
        """Start the process and load the handler. Raises InitFailed."""
        code, opt = self._unpacked()
        answers, into = os.pipe()
        self._proc = subprocess.Popen(
            [str(self.options.function_python), "-I", "-u", str(RUNTIME_SCRIPT), str(into)],
            cwd=code,
            env=self._environment(code, opt),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            pass_fds=[into],
        )
        os.close(into)
        self._answers = os.fdopen(answers, "r", encoding="utf-8")
        self._logs: queue.Queue[str] = queue.Queue()
        threading.Thread(target=collect_logs, args=(self._proc.stdout, self._logs.put), daemon=True).start()
        self._load(code, opt)

    def _unpacked(self) -> tuple[Path, Path | None]:
        """Folders of the code and of the layers, for a new process with a temporary folder of its own."""
        self._discard_tmpdir()
        self._tmpdir = tempfile.mkdtemp(prefix="function-", dir=self.options.folder / "tmp")
        code = unpacked.unpack(self.options.folder / "code", [self.code_zip])
        layers = [service._resolve_layer_zip(each) for each in self.config.get("Layers", [])]
        return code, unpacked.unpack(self.options.folder / "code", layers) if layers else None

    def _load(self, code: Path, opt: Path | None) -> None:
        module, _, handler = self.config["Handler"].rpartition(".")
        self._send({"launcher": os.getpid(), "paths": import_paths(code, opt), "module": module.replace("/", "."), "handler": handler})
        seconds = max(AWS_INIT_SECONDS, int(self.config.get("Timeout", 3)))
        answer = self._receive(seconds, f"Init timed out after {seconds}.00 seconds")
        if answer["status"] != "ready":
            raise InitFailed(answer["body"])
        self._init_log = self._log()

    def _environment(self, code: Path, opt: Path | None) -> dict[str, str]:
        """AWS's variables for a function, the function's own, and the address of this cloud; none of the host's."""
        config = self.config
        now = datetime.now(UTC)
        name, version = config["FunctionName"], config.get("Version", "$LATEST")
        _, region = runtime._account_region_from_function_config(config)
        return {
            "PATH": AWS_PATH,
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "TMPDIR": self._tmpdir,
            "AWS_ENDPOINT_URL": self.options.url,
            **config.get("Environment", {}).get("Variables", {}),
            **runtime.execution_credentials(config),
            "AWS_DEFAULT_REGION": region,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{config['Runtime']}",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config.get("MemorySize", 128)),
            "AWS_LAMBDA_FUNCTION_NAME": name,
            "AWS_LAMBDA_FUNCTION_VERSION": version,
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": config.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": f"{now:%Y/%m/%d}/[{version}]{uuid4().hex}",
            "AWS_REGION": region,
            "LAMBDA_TASK_ROOT": str(code),
            "LD_LIBRARY_PATH": f"{opt}/lib" if opt else "",
            "_HANDLER": config["Handler"],
        }

    def _send(self, message: dict[str, Any]) -> None:
        assert self._proc.stdin is not None
        try:
            self._proc.stdin.write(json.dumps(message) + "\n")
            self._proc.stdin.flush()
        except OSError:
            """It died; _receive sees that."""

    def _receive(self, seconds: float, when_late: str) -> dict[str, Any]:
        """The worker's next answer. A worker that is late or has ended is killed, and the answer is an error."""
        poll = select.poll()
        poll.register(self._answers, select.POLLIN | select.POLLHUP)
        in_time = bool(poll.poll(seconds * 1000))
        line = self._answers.readline() if in_time else ""
        if line.endswith("\n"):
            answer: dict[str, Any] = json.loads(line)
            return answer
        runtime.kill_workers([_Process(self._proc)])
        body = {"errorType": "Runtime.ExitError", "errorMessage": "Runtime exited before it answered"}
        return {"status": "error", "body": body if in_time else {"errorType": "Sandbox.Timedout", "errorMessage": when_late}}

    def _log(self) -> str:
        """The output since the last answer."""
        try:
            return str(self.__dict__.pop("_init_log", "")) + self._logs.get(timeout=LOG_WAIT_SECONDS)
        except (AttributeError, queue.Empty):
            return ""

    def _discard_tmpdir(self) -> None:
        if self._tmpdir:
            shutil.rmtree(self._tmpdir, ignore_errors=True)


class _Process:
    """A process in the form that ministack's kill_workers expects; its folder is kept for the next one."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._proc = process

    def _discard_tmpdir(self) -> None:
        """Nothing to discard."""


def import_paths(code: Path, opt: Path | None) -> list[str]:
    """The first entries of sys.path in AWS's order: the code, then the layers."""
    if opt is None:
        return [str(code)]
    return [str(code), *(str(each) for each in sorted(opt.glob("python/lib/python3.*/site-packages"))), str(opt / "python")]


def collect_logs(output: Any, put: Callable[[str], None]) -> None:
    """Split a worker's output at the end marks; each piece is the log of one invocation, and the last is that of a worker that ended."""
    lines: list[str] = []
    for line in output:
        if line.rstrip("\n").endswith(END_MARK):
            lines.append(line.rstrip("\n").removesuffix(END_MARK))
            put("".join(lines))
            lines = []
        else:
            lines.append(line)
    put("".join(lines))
