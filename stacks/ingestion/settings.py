"""The section `ingestion` of an environment."""

from pydantic import Field

from stacks.constructs.settings import Section


class Reindex(Section):
    """A new generation of the index beside the old one."""

    segments: int = Field(default=4, ge=1, le=40, description="parts of the registry that are filled beside each other")
    writers_seconds: int = Field(
        default=330, ge=5, le=3600, description="after which no call is under way that began before a change; a function takes 300 at most"
    )
    step_seconds: int = Field(default=1800, ge=5, le=86_400, description="that 10, 50 and 100 % of the users search the new index")
    look_seconds: int = Field(default=300, ge=1, le=3600, description="between two comparisons meanwhile")
    kept_seconds: int = Field(default=7 * 86_400, ge=1, le=14 * 86_400, description="that the old index stays, written and ready")


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
    reindex: Reindex = Reindex()
    max_receives: int = Field(default=100, ge=20, le=1000, description="deliveries before a message goes to the dead letters")

    @property
    def max_document_bytes(self) -> int:
        return self.max_document_mb * 1024 * 1024
