"""The answer pipeline as it runs: its steps in order, their clients, and the time each may take."""

from causeway.answering.compose import Compose
from causeway.answering.generate import Generate
from causeway.answering.ground import Ground
from causeway.answering.guard import Guard
from causeway.answering.pipeline import Pipeline, Step
from causeway.answering.record import Record
from causeway.answering.retrieve import Retrieve
from causeway.answering.screen import Screen
from causeway.answering.select import Select
from causeway.answering.settings import AnswerSettings, RetrievalSettings
from causeway.answering.withhold import withholding
from causeway.models.converse import Converse, Guardrail
from causeway.retrieval.current_versions import CurrentVersions
from causeway.retrieval.embedder import Embedder
from causeway.retrieval.queries import Method
from causeway.retrieval.retriever import Retriever
from causeway.retrieval.searcher import Searcher
from causeway.runtime.clients import client
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import Throttled
from causeway.runtime.search import search_client

# Retrieval and one attempt of the model take at most 26 seconds; the function is stopped at 28 and API Gateway gives up at 29.
RETRIEVAL_SECONDS = 10.0
EMBEDDING = Dependency("embedding", attempt_seconds=2.5, budget_seconds=6.0, connect_seconds=0.5)
SEARCH = Dependency("search", attempt_seconds=2.5, budget_seconds=5.0, connect_seconds=1.25)
REGISTRY = Dependency("registry", attempt_seconds=1.5, budget_seconds=3.0, connect_seconds=0.5)
# A slow or failing model is not asked again: each call is paid for.
MODEL = Dependency("model", attempt_seconds=16.0, budget_seconds=27.0, connect_seconds=1.0, retries=(Throttled,), base_seconds=0.4)


def answer_pipeline(settings: AnswerSettings) -> Pipeline:
    """Makes every client, so that a cold start pays for them and no caller does. A reranker goes between Retrieve and Select."""
    steps: list[Step] = [
        Screen(),
        Retrieve(retriever(settings), RETRIEVAL_SECONDS),
        Select(settings.least_similarity),
        *withholding(settings.instructions_in_documents),
        Compose(),
        _generate(settings),
        Guard(),
        Ground(settings.least_similarity),
    ]
    return Pipeline(steps, Record())


def retriever(settings: RetrievalSettings, method: Method = "hybrid") -> Retriever:
    """The retriever that answers are made from, or the same with one half of the hybrid search."""
    embedder = Embedder.of(settings.embedding_provider, settings.embedding_model, EMBEDDING)
    engine = search_client(settings.search_endpoint, timeout=SEARCH.connect_seconds)
    searcher = Searcher(engine, settings.search_index, settings.search_pipeline, SEARCH, method)
    versions = CurrentVersions(client("dynamodb", **REGISTRY.patience), settings.registry_table, REGISTRY)
    return Retriever(embedder, searcher, versions)


def _generate(settings: AnswerSettings) -> Generate:
    return Generate(
        chat_model(settings), max_tokens=settings.max_output_tokens, temperature=settings.temperature, unchecked=settings.unchecked
    )


def chat_model(settings: AnswerSettings) -> Converse:
    guardrail = Guardrail(settings.guardrail_id, settings.guardrail_version)
    return Converse(client("bedrock-runtime", **MODEL.patience), settings.chat_model, guardrail, MODEL)
