"""The answer pipeline as it runs: its steps in order, their clients, and the time each may take."""

from dataclasses import replace
from functools import cache

from causeway.answering.boost import Boost
from causeway.answering.classify import Classify
from causeway.answering.compose import Compose
from causeway.answering.generate import Generate
from causeway.answering.ground import Ground
from causeway.answering.guard import Guard
from causeway.answering.in_claims import InClaims
from causeway.answering.join import Join
from causeway.answering.keep import Keep
from causeway.answering.permit import Permit
from causeway.answering.pipeline import Pipeline, Step
from causeway.answering.recall import Recall
from causeway.answering.record import Record
from causeway.answering.remember import Remember
from causeway.answering.rerank import Rerank
from causeway.answering.retrieve import Retrieve
from causeway.answering.screen import Screen
from causeway.answering.search_only import OrSearchOnly
from causeway.answering.second_opinion import NAME as SECOND_OPINION
from causeway.answering.second_opinion import AskBoth, GroundBoth
from causeway.answering.select import Select
from causeway.answering.settings import AnswerSettings, RetrievalSettings
from causeway.answering.switched_off import SwitchedOff
from causeway.answering.withhold import withholding
from causeway.conversations.archive import Archive
from causeway.conversations.memory import Memory
from causeway.conversations.returning import ArchivedMemory
from causeway.conversations.transaction import Tables
from causeway.models.chat import ChatModel
from causeway.models.converse import Converse, Guardrail
from causeway.models.fallback import Fallback
from causeway.permissions.permissions import Permissions
from causeway.retrieval.current_versions import CurrentVersions
from causeway.retrieval.embedder import Embedder
from causeway.retrieval.queries import Method
from causeway.retrieval.reranker import NAME, Reranker
from causeway.retrieval.retriever import FOR_RERANKING, MIN_CANDIDATES, Retriever
from causeway.retrieval.searcher import Searcher
from causeway.reviews.keeping import Keeping
from causeway.runtime.clients import client
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import Throttled
from causeway.runtime.logs import record_breaker, record_fallback
from causeway.runtime.search import search_client

# Retrieval, reranking and one attempt of the model take at most 26 seconds; the function is stopped at 28 and API Gateway gives up at 29.
RETRIEVAL_SECONDS = 10.0
EMBEDDING = Dependency("embedding", attempt_seconds=2.5, budget_seconds=6.0, connect_seconds=0.5)
SEARCH = Dependency("search", attempt_seconds=2.5, budget_seconds=5.0, connect_seconds=1.25)
# Without it, passages are as they were cut: it is asked once.
NEIGHBOURS = Dependency("search", attempt_seconds=1.0, budget_seconds=1.0, connect_seconds=0.5, attempts=1)
REGISTRY = Dependency("registry", attempt_seconds=1.5, budget_seconds=3.0, connect_seconds=0.5)
PERMISSIONS = Dependency("permissions", attempt_seconds=1.5, budget_seconds=3.0, connect_seconds=0.5)
# It has what retrieval left of its time, or is gone without.
RERANKER = Dependency(NAME, attempt_seconds=2.0, budget_seconds=2.5, connect_seconds=0.5)
MEMORY = Dependency("memory", attempt_seconds=1.5, budget_seconds=3.0, connect_seconds=0.5)
REVIEWS = Dependency("reviews", attempt_seconds=1.5, budget_seconds=3.0, connect_seconds=0.5)
ARCHIVE = Dependency("storage", attempt_seconds=2.0, budget_seconds=4.0, connect_seconds=0.5)
# A slow or failing model is not asked again: each call is paid for.
MODEL = Dependency("model", attempt_seconds=16.0, budget_seconds=27.0, connect_seconds=1.0, retries=(Throttled,), base_seconds=0.4)
# What is left after the first model has taken all its time: the fallback is a fast model.
FALLBACK = replace(MODEL, attempt_seconds=9.0, attempts=2)
# It runs beside the first model, and is not waited for much longer: its failure costs no answer.
SECOND = replace(MODEL, name=SECOND_OPINION, attempt_seconds=14.0, attempts=1)


def answer_pipeline(settings: AnswerSettings) -> Pipeline:
    """Makes every client, so that a cold start pays for them and no caller does."""
    memory = conversations(settings)
    return Pipeline(answer_steps(settings, memory), [Keep(keeping(settings)), Remember(memory), Record()])


def answer_steps(settings: AnswerSettings, memory: Memory) -> list[Step]:
    """From the question to its answer; none of them writes anything but a conversation that comes back from the archive."""
    return [
        Screen(),
        Recall(memory),
        Classify(settings.remembering),
        *finding_steps(settings),
        Compose(),
        _generate(settings),
        Guard(),
        _ground(settings),
    ]


def finding_steps(settings: AnswerSettings, reserved_seconds: float = MODEL.attempt_seconds) -> list[Step]:
    """From a question to the passages that its user may read and a model may be given.

    reserved_seconds: what later steps need of the turn's time.
    """
    return [
        Permit(permissions(settings)),
        Retrieve(_candidates(settings), RETRIEVAL_SECONDS),
        *reranking(settings, reserved_seconds),
        *boosting(settings),
        Select(settings.least_similarity, settings.embedding_languages),
        *joining(settings, reserved_seconds),
        *withholding(settings.instructions_in_documents),
    ]


def conversations(settings: AnswerSettings) -> Memory:
    memory = MEMORY.guarded(record_breaker)
    tables = Tables(settings.memory_table, settings.sessions_table)
    archive = cache(lambda: Archive(client("s3", **ARCHIVE.patience), settings.archive_bucket, ARCHIVE.guarded(record_breaker)))
    return ArchivedMemory(client("dynamodb", **memory.patience), tables, memory, settings.remembering.lifetimes, archive)


def permissions(settings: RetrievalSettings) -> Permissions:
    guarded = PERMISSIONS.guarded(record_breaker)
    return Permissions(client("dynamodb", **guarded.patience), settings.permissions_table, guarded)


def keeping(settings: AnswerSettings) -> Keeping:
    return Keeping(client("dynamodb", **REVIEWS.patience), settings.reviews_table, REVIEWS.guarded(record_breaker))


def _candidates(settings: AnswerSettings) -> Retriever:
    at_least = FOR_RERANKING if settings.rerank_model else MIN_CANDIDATES
    return retriever(settings, words_alone="embedding" in settings.answers_without, at_least=at_least)


def retriever(
    settings: RetrievalSettings, method: Method = "hybrid", words_alone: bool = False, at_least: int = MIN_CANDIDATES
) -> Retriever:
    """The retriever that answers are made from, or the same with one half of the hybrid search. The others: see `Retriever`."""
    embedding, search, registry = (each.guarded(record_breaker) for each in (EMBEDDING, SEARCH, REGISTRY))
    embedder = Embedder.of(settings.embedding_provider, settings.embedding_model, embedding)
    engine = search_client(settings.search_endpoint, timeout=search.connect_seconds)
    searcher = Searcher(engine, settings.indexes, settings.search_pipeline, search, method)
    versions = CurrentVersions(client("dynamodb", **registry.patience), settings.registry_table, registry)
    return Retriever(embedder, searcher, versions, words_alone, at_least)


def reranking(settings: AnswerSettings, reserved_seconds: float = MODEL.attempt_seconds) -> list[Rerank]:
    """The step, or none where no model reranks."""
    if not settings.rerank_model:
        return []
    reranker = Reranker.of(settings.rerank_model, RERANKER.guarded(record_breaker))
    needed = NAME not in settings.answers_without
    return [Rerank(reranker, settings.clear_margin, reserved_seconds, needed, settings.rerank_weight)]


def boosting(settings: AnswerSettings) -> list[Boost]:
    """The step, or none where a domain counts all documents alike."""
    return [Boost(settings.boosts, settings.least_similarity, settings.embedding_languages)] if settings.boosts else []


def joining(settings: AnswerSettings, reserved_seconds: float) -> list[Join]:
    """The step, or none where passages stay as they were cut."""
    if not settings.join_tokens:
        return []
    search = NEIGHBOURS.guarded(record_breaker)
    engine = search_client(settings.search_endpoint, timeout=search.connect_seconds)
    searcher = Searcher(engine, settings.indexes, settings.search_pipeline, search)
    return [Join(searcher, settings.join_tokens, reserved_seconds)]


def _generate(settings: AnswerSettings) -> Step:
    generate = _asking(settings) if settings.generation else SwitchedOff()
    step = OrSearchOnly(generate, settings.least_similarity) if "model" in settings.answers_without else generate
    if not settings.second_model or not settings.generation:
        return step
    second = _converse(settings, settings.second_model, SECOND)
    return AskBoth(step, second, max_tokens=settings.max_output_tokens, temperature=settings.temperature)


def _asking(settings: AnswerSettings) -> Step:
    return Generate(
        chat_model(settings),
        max_tokens=settings.max_output_tokens,
        temperature=settings.temperature,
        unchecked=settings.unchecked,
        wording=settings.wording,
    )


def _ground(settings: AnswerSettings) -> Step:
    ground = Ground(settings.least_similarity, settings.confidence, settings.wording)
    return GroundBoth(ground, settings.wording) if settings.second_model else ground


def chat_model(settings: AnswerSettings) -> ChatModel:
    return Fallback([_converse(settings, model, dependency) for model, dependency in in_order(settings)], record_fallback)


def in_order(settings: AnswerSettings) -> list[tuple[str, Dependency]]:
    """The chat model, and its fallbacks behind it. With one behind it, a throttled model is asked only once more."""
    first = replace(MODEL, attempts=2) if settings.fallback_models else MODEL
    return [(settings.chat_model, first), *((model, FALLBACK) for model in settings.fallback_models)]


def converse(settings: AnswerSettings, model: str, dependency: Dependency) -> Converse:
    guardrail = Guardrail(settings.guardrail_id, settings.guardrail_version)
    return Converse(client("bedrock-runtime", **dependency.patience), model, guardrail, dependency.guarded(record_breaker))


def _converse(settings: AnswerSettings, model: str, dependency: Dependency) -> ChatModel:
    asked = converse(settings, model, dependency)
    return InClaims(asked, record_fallback) if model in settings.models_in_claims else asked
