"""The function of triggers over its two sources."""

from collections.abc import Sequence
from typing import Any

import pytest

from causeway.runtime.errors import Throttled


class Service:
    """Hears everything but what it is told to fail at."""

    def __init__(self, failing: dict[str, Exception]) -> None:
        self.failing, self.heard, self.given_up = failing, [], []  # type: ignore[var-annotated]

    def hear(self, message: str) -> None:
        for name, error in self.failing.items():
            if f'"{name}"' in message:
                raise error
        self.heard.append(message)

    def give_up(self, message: str) -> None:
        self.given_up.append(message)


def changes(names: Sequence[str], service: Service, monkeypatch: pytest.MonkeyPatch) -> Any:
    import causeway.triggers.assembly

    monkeypatch.setattr(causeway.triggers.assembly, "service_of_triggers", lambda: service)
    from functions import agent_triggered

    monkeypatch.setattr(agent_triggered, "service", lambda: service)
    return agent_triggered.changes([{"eventSource": "aws:dynamodb", "dynamodb": {"SequenceNumber": name}} for name in names])


def test_a_change_that_a_service_keeps_from_being_heard_stays_with_all_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service({"2": Throttled("runs", "busy")})
    assert changes("1234", service, monkeypatch) == {"batchItemFailures": [{"itemIdentifier": "2"}]}
    assert len(service.heard) == 1


def test_a_change_that_can_never_be_read_is_kept_for_a_person_and_those_after_it_are_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service({"2": ValueError("no JSON")})
    assert changes("1234", service, monkeypatch) == {"batchItemFailures": []}
    assert (len(service.heard), len(service.given_up)) == (3, 1)
