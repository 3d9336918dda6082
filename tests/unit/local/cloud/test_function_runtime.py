import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.settings import ROOT

SCRIPT = ROOT / "local" / "cloud" / "function_runtime.py"
HANDLERS = """
import sys
class BadDocument(Exception): pass
def echo(event, context):
    print("said")
    return {"event": event, "name": context.function_name, "left": context.get_remaining_time_in_millis()}
def fail(event, context):
    raise BadDocument("no text")
def paths(event, context):
    return sys.path
"""
VARIABLES = {
    "AWS_LAMBDA_FUNCTION_NAME": "f",
    "AWS_LAMBDA_FUNCTION_VERSION": "1",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
    "AWS_LAMBDA_LOG_GROUP_NAME": "/f",
    "AWS_LAMBDA_LOG_STREAM_NAME": "s",
}


class Worker:
    """One process of the runtime script, spoken to as the launcher does."""

    def __init__(self, code: Path, handler: str) -> None:
        answers, into = os.pipe()
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-u", str(SCRIPT), str(into)],
            env=VARIABLES,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            pass_fds=[into],
        )
        os.close(into)
        self.answers = os.fdopen(answers)
        module, _, name = handler.rpartition(".")
        self.first = self.send({"launcher": os.getpid(), "paths": [str(code)], "module": module, "handler": name})

    def send(self, message: dict[str, Any]) -> dict[str, Any]:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.answers.readline())
        return answer

    def invoke(self, event: Any) -> dict[str, Any]:
        return self.send({"event": event, "request_id": "r-1", "arn": "arn:f", "trace_id": None, "timeout": 3})

    def end(self) -> str:
        return self.process.communicate()[0]


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Any]:
    (tmp_path / "handlers.py").write_text(HANDLERS)
    made: list[Worker] = []

    def make(handler: str) -> Worker:
        made.append(Worker(tmp_path, handler))
        return made[-1]

    yield make
    for each in made:
        each.process.kill()
        each.process.communicate()
        each.answers.close()


def test_a_handler_gets_event_and_context_and_its_print_is_the_log(worker: Any) -> None:
    echo = worker("handlers.echo")
    answer = echo.invoke({"x": 1})
    assert answer["status"] == "ok"
    assert answer["result"]["event"] == {"x": 1}
    assert 0 < answer["result"]["left"] <= 3000
    assert echo.end().startswith("\x1eend\nsaid\n\x1eend")


def test_an_exception_is_answered_under_its_own_name_and_the_worker_lives_on(worker: Any) -> None:
    fail = worker("handlers.fail")
    assert fail.invoke({})["body"]["errorType"] == "BadDocument"
    assert fail.invoke({})["body"]["errorMessage"] == "no text"
    assert "[ERROR] BadDocument: no text" in fail.end()


def test_a_missing_dependency_is_said_as_aws_says_it(worker: Any, tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("import not_in_any_layer")
    assert worker("broken.handler").first["body"]["errorType"] == "Runtime.ImportModuleError"


def test_a_missing_handler_is_said_as_aws_says_it(worker: Any) -> None:
    assert worker("handlers.nothing").first["body"]["errorType"] == "Runtime.HandlerNotFound"


def test_the_code_comes_first_on_the_path_and_the_repository_is_not_there(worker: Any, tmp_path: Path) -> None:
    found = worker("handlers.paths").invoke({})["result"]
    assert found[0] == str(tmp_path)
    assert str(ROOT) not in found
    assert str(SCRIPT.parent) not in found
