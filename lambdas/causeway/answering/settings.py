"""Settings of the answer function."""

from pydantic import Field

from causeway.answering.reading_along import Unchecked
from causeway.answering.withhold import Handling
from causeway.retrieval.embedder import Provider
from causeway.runtime.settings import Settings


class RetrievalSettings(Settings):
    """What finding passages needs.

    search_endpoint: host of the domain, or a whole URL.
    embedding_model: an endpoint's name (sagemaker) or a model id (bedrock).
    """

    search_endpoint: str
    search_index: str
    search_pipeline: str
    embedding_provider: Provider
    embedding_model: str
    registry_table: str


class AnswerSettings(RetrievalSettings):
    """least_similarity: (1 + cosine) / 2 from which a passage counts as near the question; it depends on the embedding model.
    instructions_in_documents: whether sentences of a document that instruct a model are kept from answers, or quoted like others.
    unchecked: whether a streamed sentence is held until it is checked, or shown and taken back when no passage carries it.
    """

    least_similarity: float = Field(gt=0.5, lt=1)
    instructions_in_documents: Handling
    chat_model: str
    guardrail_id: str
    guardrail_version: str
    max_output_tokens: int = Field(700, ge=1, le=4096)
    temperature: float = Field(0.0, ge=0, le=1)
    unchecked: Unchecked = "held"
