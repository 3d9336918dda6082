"""Settings of the function that erases."""

from pydantic import Field, Json

from causeway.erasure.places import Retention
from causeway.runtime.settings import Settings


class ErasingSettings(Settings):
    """settle_seconds: between the passes; no request of before the first one is at work any more by then.

    queue: URL from which erasures come. tenant_role: that reaches rows of runs.
    """

    erasures_table: str
    erasure_queue: str
    memory_table: str
    sessions_table: str
    archive_bucket: str
    reviews_table: str
    batches_table: str
    permissions_table: str
    registry_table: str
    incoming_bucket: str
    documents_bucket: str
    audit_bucket: str
    agent_runs_table: str
    tenant_role: str
    settle_seconds: float = Field(ge=0)
    retention: Json[Retention]
