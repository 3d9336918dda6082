"""Events on the bus: what is sent, and what EventBridge did not take although it answered."""

import json
from typing import Any, ClassVar

import pytest

from causeway.events.bus import EventBus
from causeway.events.event import Event
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyUnavailable

EVENTS = Dependency("events", attempt_seconds=0.1, budget_seconds=1.0, pause=lambda seconds: None)
TAKEN: Any = {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}
REFUSED: Any = {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "ThrottlingException", "ErrorMessage": "slow down"}]}


class OrderPlaced(Event):
    """order: id."""

    detail_type: ClassVar[str] = "Order placed"

    order: str


class Bridge:
    """Answers with these, the last again and again. sent: entries."""

    def __init__(self, *answers: Any) -> None:
        self._answers, self.sent = list(answers), list[dict[str, str]]()

    def put_events(self, *, Entries: list[dict[str, str]]) -> Any:
        self.sent += Entries
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


def bus(bridge: Any) -> EventBus:
    return EventBus(bridge, "causeway-test", EVENTS)


def test_an_event_is_sent_with_its_names_and_its_detail() -> None:
    bridge = Bridge(TAKEN)
    bus(bridge).publish(OrderPlaced(order="H-1"))
    [entry] = bridge.sent
    assert (entry["EventBusName"], entry["Source"], entry["DetailType"]) == ("causeway-test", "causeway", "Order placed")
    assert json.loads(entry["Detail"]) == {"order": "H-1"}


def test_an_event_that_was_not_taken_is_sent_again() -> None:
    bridge = Bridge(REFUSED, TAKEN)
    bus(bridge).publish(OrderPlaced(order="H-1"))
    assert len(bridge.sent) == 2


def test_an_event_that_is_never_taken_is_an_error_that_says_why() -> None:
    with pytest.raises(DependencyUnavailable, match="ThrottlingException: slow down"):
        bus(Bridge(REFUSED)).publish(OrderPlaced(order="H-1"))


def test_a_schema_has_the_name_that_event_bridge_gives_custom_events() -> None:
    assert OrderPlaced.schema_name() == "causeway@OrderPlaced"
    assert OrderPlaced.schema_of_event()["properties"]["detail-type"]["enum"] == ["Order placed"]
