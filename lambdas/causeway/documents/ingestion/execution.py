"""What each task of the state machine takes and gives. The state machine itself reads a few of these fields, too.

    register:   Change     -> Registered, or Settled
    read:       Registered -> WasRead
    embed:      WasRead    -> Embedded
    index:      Embedded   -> Settled
    quarantine: Caught     -> Refused
    remove:     Change     -> Settled

A task ignores fields that it does not know: `register` is started again with the input of a later task.
"""

from typing import Literal, Self

from pydantic import BaseModel

from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.reasons import Reason
from causeway.documents.ingestion.report import Report

Outcome = Literal["unchanged", "indexed", "removed", "kept", "superseded"]


class Settled(Change):
    """Nothing is left to do.

    outcome: unchanged (the version is current already), indexed, removed, kept (only a former version of the object was
    erased), or superseded (a newer event has the document).
    """

    outcome: Outcome

    @classmethod
    def of(cls, change: Change, outcome: Outcome) -> Self:
        """change: whatever a task has made of it."""
        return cls.model_validate({**change.model_dump(), "outcome": outcome})


class Registered(Change):
    """A version to ingest. raw_key: of its bytes in the documents bucket."""

    outcome: Literal["new"] = "new"
    version: str
    raw_key: str


class WasRead(Registered):
    """passages_key: of the passages in the documents bucket, as JSON lines. passages: how many.

    shortfall: why the document is not called ready, None if it is.
    """

    passages_key: str
    passages: int
    title: str
    language: str
    report: Report
    shortfall: Reason | None = None


class Embedded(WasRead):
    """embeddings_key: of the vectors in the documents bucket, one JSON line for each passage, in order."""

    embeddings_key: str


class Failure(BaseModel):
    """An error as Step Functions caught it. Error: the exception's class. Cause: JSON of Lambda's report, or any text."""

    Error: str
    Cause: str


class Caught(Change):
    """A task failed. version, raw_key: None before the document was registered."""

    version: str | None = None
    raw_key: str | None = None
    state: Literal["quarantined", "failed"]
    error: Failure


class Refused(Caught):
    reason: Reason
