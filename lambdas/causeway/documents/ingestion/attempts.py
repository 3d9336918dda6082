"""What happens to a message whose work fails: busy services are waited for without end, faults of ours a few times."""

from collections.abc import Callable
from math import ceil
from typing import TypeVar

from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.quarantine import fail
from causeway.documents.ingestion.registry import Registry
from causeway.documents.ingestion.store import Store
from causeway.documents.ingestion.told import Told
from causeway.runtime.deliveries import Deliveries, Delivery
from causeway.runtime.errors import DependencyError, DependencyRejected
from causeway.runtime.logs import logger, record_failure

MAX_ATTEMPTS = 5  # of one event, after a fault of ours or the death of its worker

Message = TypeVar("Message", bound=Change)


class Attempts:
    """Messages of one call, worked on one by one."""

    def __init__(self, deliveries: Deliveries, registry: Registry, documents: Store, told: Told) -> None:
        self._deliveries, self._registry, self._documents, self._told = deliveries, registry, documents, told

    def of(self, delivery: Delivery, read: Callable[[str], Message | None], work: Callable[[Delivery, Message], None]) -> None:
        """Raises no error: a message is finished by `work`, put off, or left to come again.

        read: the change in a message's body, None for one that means nothing. Raises ValueError for one that is none of ours: it comes
        again until it goes to the dead letters.
        """
        try:
            change = read(delivery.body)
            if change is None or self._is_given_up(delivery, change):
                self._deliveries.finish([delivery])
            else:
                work(delivery, change)
        except Exception as error:
            self.not_done(delivery, error)

    def not_done(self, delivery: Delivery, error: Exception) -> None:
        """It waits for a busy service, or comes again after a fault of ours."""
        if isinstance(error, DependencyError):
            self.put_off([delivery], error)
        else:
            logger.error("not handled", exc_info=error, extra={"message_id": delivery.id})

    def put_off(self, deliveries: list[Delivery], error: DependencyError | None = None, seconds: int | None = None) -> None:
        """They wait for a busy service, as long as it takes, or for the next call. What a service rejects, or what even the queue does not
        take, comes again.

        seconds: see `Deliveries.put_off`.
        """
        if error:
            record_failure(error)
        if isinstance(error, DependencyRejected):
            return
        if seconds is None and error and error.retry_after:
            seconds = ceil(error.retry_after)
        try:
            for delivery in deliveries:
                self._deliveries.put_off(delivery, seconds)
        except DependencyError as of_queue:
            record_failure(of_queue)

    def _is_given_up(self, delivery: Delivery, change: Change) -> bool:
        """Counted only for a message that has come again: its worker may have died of another one.

        A deletion is never given up, nor what is cut again, nor what is left to do once a document can be searched: it comes again until it
        goes to the dead letters, from where it can be sent again.
        """
        if change.action != "ingest" or not delivery.came_again or self._registry.attempt(change) <= MAX_ATTEMPTS:
            return False
        record = self._registry.get(change.tenant, change.document_id)
        if record and record.is_of(change) and record.state in ("ready", "partial"):
            return False
        if fail(change, self._registry, self._documents):
            self._told.failed(change)
        return True
