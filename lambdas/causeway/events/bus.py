"""The event bus: what happened is published there, for whoever has a rule for it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from causeway.events.event import SOURCE, Event
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyUnavailable

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

AT_ONCE = 10  # of one request, EventBridge's limit


class EventBus:
    """Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "events"."""

    def __init__(self, client: "EventBridgeClient", name: str, dependency: Dependency) -> None:
        """client: one that has the patience of `dependency`."""
        self._client, self._name, self._dependency = client, name, dependency

    def publish(self, event: Event) -> None:
        """An event may arrive twice: whoever hears of it must be able to hear of it again."""
        self.publish_all([event])

    def publish_all(self, events: Sequence[Event]) -> None:
        """After an error, some may have been published."""
        for start in range(0, len(events), AT_ONCE):
            entries = [self._entry(event) for event in events[start : start + AT_ONCE]]
            self._dependency.call(lambda entries=entries: self._put(entries))  # type: ignore[misc]

    def _entry(self, event: Event) -> Any:
        return {"EventBusName": self._name, "Source": SOURCE, "DetailType": event.detail_type, "Detail": event.model_dump_json()}

    def _put(self, entries: list[Any]) -> None:
        """EventBridge answers 200 to what it did not take, and says so in the entry."""
        answer = self._client.put_events(Entries=entries)
        if answer["FailedEntryCount"]:
            refused = next(entry for entry in answer["Entries"] if "ErrorCode" in entry)
            raise DependencyUnavailable(self._dependency.name, f"{refused['ErrorCode']}: {refused.get('ErrorMessage')}")
