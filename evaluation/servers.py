"""The local OpenSearch and the embedding model of the laptop, started for a program that measures and stopped at its end.

The search server is `local.search`, the model is served by `local.models.embedding_host` with `sagemaker/embedding/code`.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import urllib3
from pydantic_core import from_json, to_json

from causeway.retrieval.embedder import BATCH, Purpose, Vector
from causeway.retrieval.schema import DIMENSIONS
from local import places, settings
from local.app import weights
from local.loopback import free_port
from local.process import Process
from local.servers import processes

HEAP_MB = 1536  # ten thousand documents are written at once; with 512 the server turned some away
CODE = settings.ROOT / "sagemaker" / "embedding" / "code"
PYTHON = places.CLOUD_VENV / "bin" / "python"


class HostedModel:
    """An `EmbeddingModel`: the host's own address in place of a SageMaker endpoint's name.

    dimensions: that the model has; the others are 0, which leaves every angle as it is without them.
    """

    batch = BATCH

    def __init__(self, url: str, dimensions: int = DIMENSIONS) -> None:
        self._url, self._dimensions = url + "/invocations", dimensions
        self._http = urllib3.PoolManager(maxsize=4, retries=False)

    def __call__(self, texts: Sequence[str], purpose: Purpose) -> list[Vector]:
        body = to_json({"inputs": list(texts), "kind": purpose})
        answer = self._http.request(
            "POST", self._url, body=body, headers={"Content-Type": "application/json", "Accept": "application/json"}
        )
        if answer.status != 200:
            raise ValueError(f"the embedding host answered {answer.status}: {answer.data[:300]!r}")
        vectors: list[Vector] = from_json(answer.data)["embeddings"]
        rest = [0.0] * (DIMENSIONS - self._dimensions)
        return [[*vector[: self._dimensions], *rest] for vector in vectors]


class HostedReranker:
    """A `RerankModel`: the small model that answers in Bedrock's place on the local AWS."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._http = urllib3.PoolManager(maxsize=4, retries=False)

    def __call__(self, question: str, texts: Sequence[str]) -> list[float]:
        body = to_json({"api_version": 2, "query": question, "documents": list(texts)})
        answer = self._http.request("POST", self._url, body=body)
        if answer.status != 200:
            raise ValueError(f"the reranking host answered {answer.status}: {answer.data[:300]!r}")
        scores = {result["index"]: result["relevance_score"] for result in from_json(answer.data)["results"]}
        return [scores[place] for place in range(len(texts))]


@dataclass(frozen=True)
class Servers:
    """search_url: of OpenSearch. model, reranker: those of the local environment."""

    search_url: str
    model: HostedModel
    reranker: HostedReranker


@contextmanager
def running(folder: Path, dimensions: int = DIMENSIONS) -> Iterator[Servers]:
    """All of them, with their data, logs and model in `folder`, which keeps the search server's data for the next run.

    dimensions: of the embedding model.
    """
    os.environ.update(settings.State().aws_variables())  # the search client signs; the local server checks no signature
    ports = {name: free_port() for name in ("search", "engine", "model", "reranker")}
    search = ["local.search", "--folder", folder / "search", "--port", ports["search"], "--engine-port", ports["engine"]]
    search += ["--heap", HEAP_MB]
    model = ["local.models.embedding_host", "--folder", model_folder(folder / "model"), "--port", ports["model"]]
    reranker = ["local.models.reranking", "--port", ports["reranker"]]
    search_url, model_url, reranker_url = (f"http://127.0.0.1:{ports[name]}" for name in ("search", "model", "reranker"))
    with (
        serving(search, search_url + "/", folder / "search.log"),
        serving(model, model_url + "/ping", folder / "model.log"),
        serving(reranker, reranker_url + "/", folder / "reranker.log"),
    ):
        yield Servers(search_url, HostedModel(model_url, dimensions), HostedReranker(reranker_url))


def model_folder(folder: Path) -> Path:
    """The model folder as the app puts it together on the local AWS: weights of the package, code of `sagemaker/`."""
    shutil.copytree(CODE, folder / "code", dirs_exist_ok=True)
    for name, source in weights.FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(weights.installed(source), folder / name)
    return folder


@contextmanager
def serving(module: Sequence[object], url: str, log: Path, python: Path = PYTHON) -> Iterator[None]:
    """One module as a server, until the end of the block. url: answers when it has started."""
    process = processes.serve([python, "-m", *module], log=log, folder=settings.ROOT, variables={"PYTHONUNBUFFERED": "1"})
    try:
        processes.wait_for(url, process, what=str(module[0]), log=log)
        yield
    finally:
        processes.stop([Process.of(process.pid)])
