"""Settings of the answer function."""

from typing import Annotated

from pydantic import BeforeValidator, Field, Json

from causeway.answering.confidence import Confidence
from causeway.answering.reading_along import Unchecked
from causeway.answering.turn import Missing
from causeway.answering.withhold import Handling
from causeway.conversations.intents import Remembering
from causeway.retrieval.boosts import Boosts
from causeway.retrieval.embeddings import EmbeddingSettings
from causeway.retrieval.indexes import IndexSettings
from causeway.safety.passages import Wording


def _listed(value: object) -> object:
    return value.split(",") if isinstance(value, str) else value


class RetrievalSettings(IndexSettings, EmbeddingSettings):
    """What finding passages needs.

    search_endpoint: host of the domain, or a whole URL. search_pipeline: of the embedding model.
    """

    search_endpoint: str
    search_pipeline: str
    registry_table: str
    permissions_table: str


class AnswerSettings(RetrievalSettings):
    """least_similarity: (1 + cosine) / 2 from which a passage counts as near the question; it depends on the embedding model.

    rerank_model: Bedrock model id; without it the search's order stays. clear_margin, rerank_weight: see
    `causeway.answering.rerank.Rerank`.
    boosts: how much more the domain counts passages of some documents than others; JSON.
    join_tokens: how many tokens the neighbours that are joined to cut passages may add to a prompt; 0: none is joined.
    embedding_languages: those whose meaning the embedding model knows, ISO 639 codes with commas between.
    answers_without: services without which questions are answered less well, a list with commas. A missing service that is not in it
    fails the request.
    remembering: how long what is remembered, by kind of question; JSON.
    fallback_models: asked in this order when the chat model is throttled or unavailable; a list with commas.
    second_model: asked beside the chat model, for a second opinion; "" for none.
    models_in_claims: those of all these that are asked for claims in JSON; a list with commas.
    instructions_in_documents: whether sentences of a document that instruct a model are kept from answers, or quoted like others.
    confidence: how sure an answer is by its signals, and what is done with it; JSON.
    generation: whether a model writes answers; an operator's switch turns it off.
    wording: whether claims may have words and an order of their own, or those of their passages alone.
    unchecked: whether a streamed sentence is held until it is checked, or shown and taken back when no passage carries it.
    """

    least_similarity: float = Field(gt=0.5, lt=1)
    embedding_languages: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(min_length=1)
    answers_without: Annotated[tuple[Missing, ...], BeforeValidator(_listed)] = ()
    rerank_model: str = ""
    clear_margin: float | None = Field(None, gt=0, le=1)
    rerank_weight: float = Field(1.0, gt=0, le=1)
    boosts: Json[Boosts] = Boosts()
    join_tokens: int = Field(0, ge=0, le=8192)
    instructions_in_documents: Handling
    chat_model: str
    memory_table: str
    sessions_table: str
    reviews_table: str
    second_model: str = ""
    archive_bucket: str
    remembering: Json[Remembering] = Remembering()
    fallback_models: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    models_in_claims: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    guardrail_id: str
    guardrail_version: str
    max_output_tokens: int = Field(700, ge=1, le=4096)
    temperature: float = Field(0.0, ge=0, le=1)
    generation: bool = True
    unchecked: Unchecked = "held"
    wording: Wording = "own"
    confidence: Json[Confidence]
