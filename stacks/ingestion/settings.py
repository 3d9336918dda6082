"""The section `ingestion` of an environment."""

from pydantic import Field

from stacks.constructs.settings import Section


class Ingestion(Section):
    """From an uploaded file to searchable passages. What one person uploads does not wait behind what is loaded in bulk."""

    max_document_mb: int = Field(default=50, ge=1, le=500)
    max_lost_share: float = Field(
        default=0.2, ge=0, le=1, description="of a document's visible text; a document that lost more is partial, not ready"
    )
    readers: int = Field(ge=2, le=500, description="calls at once that read what people upload")
    bulk_readers: int = Field(ge=2, le=500, description="calls at once that read what is loaded in bulk")
    indexers: int = Field(ge=2, le=500, description="calls at once that embed and index what people upload")
    bulk_indexers: int = Field(ge=2, le=500, description="the same in bulk: so many requests at once reach embedding and search")
    embedding_share: float = Field(default=0.8, gt=0, le=1, description="of models.embedding.texts_a_minute; the rest is left to questions")
    max_receives: int = Field(default=100, ge=20, le=1000, description="deliveries before a message goes to the dead letters")

    @property
    def max_document_bytes(self) -> int:
        return self.max_document_mb * 1024 * 1024
