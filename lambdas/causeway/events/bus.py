"""The event bus: what happened is published there, for whoever has a rule for it."""

from typing import TYPE_CHECKING, Any

from causeway.events.event import SOURCE, Event
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyUnavailable

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient


class EventBus:
    """Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "events"."""

    def __init__(self, client: "EventBridgeClient", name: str, dependency: Dependency) -> None:
        """client: one that has the patience of `dependency`."""
        self._client, self._name, self._dependency = client, name, dependency

    def publish(self, event: Event) -> None:
        """An event may arrive twice: whoever hears of it must be able to hear of it again."""
        self._dependency.call(lambda: self._put(event))

    def _put(self, event: Event) -> None:
        """EventBridge answers 200 to what it did not take, and says so in the entry."""
        entry: Any = {"EventBusName": self._name, "Source": SOURCE, "DetailType": event.detail_type, "Detail": event.model_dump_json()}
        answer = self._client.put_events(Entries=[entry])
        if answer["FailedEntryCount"]:
            refused = answer["Entries"][0]
            raise DependencyUnavailable(self._dependency.name, f"{refused.get('ErrorCode')}: {refused.get('ErrorMessage')}")
