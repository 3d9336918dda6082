"""What becomes of documents, told to the log, to the metrics and to the event bus."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aws_lambda_powertools.metrics import MetricUnit, single_metric

from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.events import DocumentFailed, DocumentIndexed
from causeway.documents.ingestion.handed import WasRead
from causeway.events.bus import EventBus
from causeway.events.event import Event
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyRejected, DependencyUnavailable
from causeway.runtime.logs import hashed, logger, metrics

if TYPE_CHECKING:
    from causeway.documents.ingestion.read import Taken

EVENTS = Dependency("events", attempt_seconds=5.0, budget_seconds=20.0, connect_seconds=1.0)


class Told:
    """Raises Throttled or DependencyUnavailable when the bus does not take an event or rejects it: what is told waits for it."""

    def __init__(self, bus: EventBus) -> None:
        self._bus = bus

    def taken(self, change: Change, taken: "Taken") -> None:
        extra: dict[str, object] = {"document": change.document_id, "tenant": hashed(change.tenant), "outcome": taken.outcome}
        if isinstance(taken.handed, WasRead):
            extra |= {"passages": taken.handed.passages, "lost_share": round(taken.handed.report.lost_share, 3)}
        if taken.reason is None or taken.outcome == "duplicate":
            logger.info("taken", extra=extra)
            return
        logger.warning("refused", extra={**extra, "reason": taken.reason.code})
        with single_metric(name="DocumentsQuarantined", unit=MetricUnit.Count, value=1) as metric:
            metric.add_dimension(name="reason", value=taken.reason.code)

    def indexed(self, documents: Sequence[WasRead]) -> None:
        if not documents:
            return
        self._publish([DocumentIndexed.of(document) for document in documents])
        metrics.add_metric("DocumentsIndexed", MetricUnit.Count, len(documents))
        metrics.add_metric("DocumentsReadInPart", MetricUnit.Count, sum(document.shortfall is not None for document in documents))
        metrics.add_metric("PassagesIndexed", MetricUnit.Count, sum(document.passages for document in documents))
        metrics.flush_metrics()

    def failed(self, change: Change) -> None:
        """A fault on our side is no quarantine: it has a metric of its own."""
        self._publish([DocumentFailed.of(change)])
        logger.error("failed", extra={"document": change.document_id, "tenant": hashed(change.tenant)})
        metrics.add_metric("DocumentsFailed", MetricUnit.Count, 1)
        metrics.flush_metrics()

    def _publish(self, events: Sequence[Event]) -> None:
        try:
            self._bus.publish_all(events)
        except DependencyRejected as error:
            raise DependencyUnavailable(error.dependency, error.reason) from error
