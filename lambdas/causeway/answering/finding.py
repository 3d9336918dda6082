"""The steps that find passages, as they run: their clients, and the time each may take."""

from causeway.answering.boost import Boost
from causeway.answering.fitted import fitted
from causeway.answering.join import Join
from causeway.answering.permit import Permit
from causeway.answering.pipeline import Step
from causeway.answering.rerank import Rerank
from causeway.answering.retrieve import Retrieve
from causeway.answering.select import Select
from causeway.answering.services import MODEL, permissions
from causeway.answering.settings import AnswerSettings, RetrievalSettings
from causeway.answering.withhold import withholding
from causeway.retrieval.current_versions import CurrentVersions
from causeway.retrieval.embedder import Embedder
from causeway.retrieval.generations import Generation, Generations
from causeway.retrieval.queries import Method
from causeway.retrieval.reranker import NAME, Reranker
from causeway.retrieval.retriever import FOR_RERANKING, MIN_CANDIDATES, Finds, Retriever, Routed
from causeway.retrieval.searcher import Searcher
from causeway.runtime.clients import client
from causeway.runtime.dependencies import Dependency
from causeway.runtime.logs import record_breaker
from causeway.runtime.search import search_client

# Retrieval, reranking and one attempt of the model take at most 26 seconds; the function is stopped at 28 and API Gateway gives up at 29.
RETRIEVAL_SECONDS = 10.0
EMBEDDING = Dependency("embedding", attempt_seconds=2.5, budget_seconds=6.0, connect_seconds=0.5)
SEARCH = Dependency("search", attempt_seconds=2.5, budget_seconds=5.0, connect_seconds=1.25)
# Without it, passages are as they were cut: it is asked once.
NEIGHBOURS = Dependency("search", attempt_seconds=1.0, budget_seconds=1.0, connect_seconds=0.5, attempts=1)
REGISTRY = Dependency("registry", attempt_seconds=1.5, budget_seconds=3.0, connect_seconds=0.5)
# It has what retrieval left of its time, or is gone without.
RERANKER = Dependency(NAME, attempt_seconds=2.0, budget_seconds=2.5, connect_seconds=0.5)


def finding_steps(settings: AnswerSettings, reserved_seconds: float = MODEL.attempt_seconds) -> list[Step]:
    """From a question to the passages that its user may read and a model may be given.

    reserved_seconds: what later steps need of the turn's time.
    """
    return [
        Permit(permissions(settings)),
        Retrieve(_candidates(settings), RETRIEVAL_SECONDS),
        *reranking(settings, reserved_seconds),
        *boosting(settings),
        fitted(settings, lambda each: Select(each.least_similarity, each.embedding_languages)),
        *joining(settings, reserved_seconds),
        *withholding(settings.instructions_in_documents),
    ]


def _candidates(settings: AnswerSettings) -> Finds:
    at_least = FOR_RERANKING if settings.rerank_model else MIN_CANDIDATES
    return retriever(settings, words_alone="embedding" in settings.answers_without, at_least=at_least)


def retriever(settings: RetrievalSettings, method: Method = "hybrid", words_alone: bool = False, at_least: int = MIN_CANDIDATES) -> Finds:
    """What answers are made from, or the same with one half of the hybrid search. The others: see `Retriever`."""
    embedding, search, registry = (each.guarded(record_breaker) for each in (EMBEDDING, SEARCH, REGISTRY))
    engine = search_client(settings.search_endpoint, timeout=search.connect_seconds)
    searcher = Searcher(engine, settings.indexes, settings.search_pipeline, search, method)
    table = client("dynamodb", **registry.patience)
    versions = CurrentVersions(table, settings.registry_table, registry)

    def made(generation: Generation) -> Retriever:
        pipeline = settings.with_model(generation).search_pipeline
        own = searcher.of(generation.number, pipeline)
        return Retriever(Embedder.of(generation, embedding), own, versions, words_alone, at_least)

    first, known = settings.first_generation, {each.embedding.vectors for each in settings.by_model}
    made(first)  # its clients, while the function initialises
    return Routed(Generations(table, settings.registry_table, registry, first), made, lambda each: each.vectors not in known)


def reranking(settings: AnswerSettings, reserved_seconds: float = MODEL.attempt_seconds) -> list[Step]:
    """The step, or none where no model reranks."""
    if not settings.rerank_model:
        return []
    reranker = Reranker.of(settings.rerank_model, RERANKER.guarded(record_breaker))
    needed = NAME not in settings.answers_without
    return [fitted(settings, lambda each: Rerank(reranker, each.clear_margin, reserved_seconds, needed, each.rerank_weight))]


def boosting(settings: AnswerSettings) -> list[Step]:
    """The step, or none where a domain counts all documents alike."""
    if not settings.boosts:
        return []
    return [fitted(settings, lambda each: Boost(each.boosts, each.least_similarity, each.embedding_languages))]


def joining(settings: AnswerSettings, reserved_seconds: float) -> list[Join]:
    """The step, or none where passages stay as they were cut."""
    if not settings.join_tokens:
        return []
    search = NEIGHBOURS.guarded(record_breaker)
    engine = search_client(settings.search_endpoint, timeout=search.connect_seconds)
    searcher = Searcher(engine, settings.indexes, settings.search_pipeline, search)
    return [Join(searcher, settings.join_tokens, reserved_seconds)]
