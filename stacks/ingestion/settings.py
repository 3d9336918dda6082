"""The section `ingestion` of an environment."""

from pydantic import Field

from stacks.constructs.settings import Section


class Ingestion(Section):
    """From an uploaded file to searchable passages."""

    max_document_mb: int = Field(default=50, ge=1, le=500)
    max_lost_share: float = Field(
        default=0.2, ge=0, le=1, description="of a document's visible text; a document that lost more is partial, not ready"
    )
    concurrency: int = Field(ge=2, le=500, description="reserved concurrency of each worker function")
    starter_concurrency: int = Field(ge=2, le=500, description="reserved concurrency of the function that starts executions")
    max_receives: int = Field(default=5, ge=2, le=20, description="deliveries before an event goes to the dead letters")

    @property
    def max_document_bytes(self) -> int:
        return self.max_document_mb * 1024 * 1024
