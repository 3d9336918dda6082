"""The two answer functions as they run: ours on what its layer ships and the AWS runtime has, and LangChain's."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import peers
from benchmarks.measure import ROOT, Unavailable, version
from local import places

NOWHERE = "http://127.0.0.1:9"
CONFIGURATION = {
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "AKIDBENCHMARK",
    "AWS_SECRET_ACCESS_KEY": "benchmark",
    "AWS_SESSION_TOKEN": "benchmark",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_LAMBDA_FUNCTION_NAME": "causeway-local-answers",
    "CAUSEWAY_ENVIRONMENT": "local",
    "POWERTOOLS_SERVICE_NAME": "answers",
    "POWERTOOLS_METRICS_NAMESPACE": "Causeway",
    "POWERTOOLS_LOG_LEVEL": "INFO",
    "SEARCH_INDEX": "passages",
    "SEARCH_PIPELINE": "hybrid",
    "EMBEDDING_PROVIDER": "sagemaker",
    "EMBEDDING_MODEL": "embedding",
    "LEAST_SIMILARITY": "0.6",
    "CONFIDENCE": '{"intercept": 1, "weights": {"support": 1}, "thresholds": {"default": {"answer": 0.95, "verify": 0.1}}}',
    "EMBEDDING_LANGUAGES": "en",
    "CHAT_MODEL": "anthropic.claude-3-haiku-20240307-v1:0",
    "GUARDRAIL_ID": "gr0123456789",
    "GUARDRAIL_VERSION": "1",
    "REGISTRY_TABLE": "documents",
    "MEMORY_TABLE": "memory",
    "SESSIONS_TABLE": "sessions",
    "QUESTIONS_A_MINUTE": '{"prime": 6000}',
    "REVIEWS_TABLE": "reviews",
    "PERMISSIONS_TABLE": "permissions",
    "ARCHIVE_BUCKET": "archive",
    "INSTRUCTIONS_IN_DOCUMENTS": "withheld",
    "SWITCHES": "causeway/switches/switches",
    "EXPERIMENTS": "causeway/experiments/experiments",
    "SWITCH_SECONDS": "30",
    "PYTHONDONTWRITEBYTECODE": "1",
}


@dataclass(frozen=True)
class Request:
    """A POST. resource: the route, with names of `parameters` in braces. expects: what the body of every right answer has in it."""

    resource: str
    body: Mapping[str, Any]
    expects: str
    parameters: Mapping[str, str] = field(default_factory=dict)


QUESTION = Request("/v1/answers", {"question": "How long do I have to return a book?"}, "[1]")


class Process:
    """A process that has imported a handler; `start` is what that cost, as handler_process says."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.start: dict[str, float] = json.loads(self._read())

    def answer(self, requests: int) -> float:
        """Mean CPU milliseconds of one request."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{requests}\n")
        self._process.stdin.flush()
        return float(self._read())

    def _read(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args!r} ended with {self._process.wait()}")
        return line


@dataclass(frozen=True)
class Handler:
    """name: as the tables show it. interpreter: with the AWS runtime's packages. path: import roots before its own, first wins.

    variables: settings beside CONFIGURATION.
    """

    name: str
    interpreter: Path
    module: str
    path: tuple[Path, ...]
    request: Request = QUESTION
    variables: Mapping[str, str] = field(default_factory=dict)

    @contextmanager
    def process(self, url: str = NOWHERE) -> Iterator[Process]:
        """A fresh process that has just imported the handler; url answers every service."""
        command = [str(self.interpreter), str(ROOT / "benchmarks" / "handler_process.py"), self.module, json.dumps(asdict(self.request))]
        path = ":".join(str(folder) for folder in self.path)
        own = {"AWS_ENDPOINT_URL": url, "SEARCH_ENDPOINT": url, "PYTHONPATH": path}
        environment = {**CONFIGURATION, **self.variables, **own}
        with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            yield Process(process)
            assert process.stdin is not None
            process.stdin.close()

    def cold_start(self) -> dict[str, float]:
        """What the import costs a fresh process."""
        with self.process() as process:
            return process.start

    def first_request(self, url: str) -> dict[str, float]:
        """As `cold_start`, with first_cpu_ms of the first request, and both_cpu_ms of import and first request."""
        with self.process(url) as process:
            first = process.answer(1)
            return {**process.start, "first_cpu_ms": first, "both_cpu_ms": process.start["import_cpu_ms"] + first}


def layer(name: str = "answering") -> Path:
    """A layer's packages, built for this host exactly as the local environment ships them."""
    from stacks import environment
    from stacks.constructs.layer import build

    return build(name, environment.load("local").functions) / "python"


def asset(name: str = "answers") -> Path:
    """A function's code, built for this host exactly as the local environment ships it."""
    from stacks.constructs.code import build

    return build(name, byte_code=True)


def function_interpreter() -> Path:
    """With the AWS runtime's packages and nothing else; AWS ships them with their byte code. Raises Unavailable if it is not installed."""
    if not places.FUNCTION_VENV.exists():
        raise Unavailable("the functions' interpreter is not installed: run `make up` or `make test` once")
    interpreter = places.FUNCTION_VENV / "bin" / "python"
    subprocess.run([str(interpreter), "-m", "compileall", "-q", str(places.FUNCTION_VENV / "lib")], check=True)
    return interpreter


@contextmanager
def causeway() -> Iterator[Handler]:
    """Ours on the function's asset and the layer, with byte code as AWS gets it, and nothing else but the AWS runtime's packages."""
    yield Handler("causeway", function_interpreter(), "functions.answers", (asset(), layer()))


def langchain() -> Handler:
    interpreter = peers.interpreter("langchain")
    return Handler(f"LangChain ({version(interpreter, 'langchain-aws')})", interpreter, "langchain_handler", (peers.REQUIREMENTS,))


@contextmanager
def instant_server() -> Iterator[str]:
    """The URL of an instant server that runs for as long as the block."""
    command = [sys.executable, "-m", "benchmarks.instant_server"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.terminate()
