"""Secrets are kept for minutes, read anew when their service refuses them, and forgotten when somebody takes them away."""

from collections.abc import Iterator

import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from causeway.runtime.breakers import Instant
from causeway.runtime.clients import client, forget_clients
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyError, DependencyRejected, DependencyUnavailable
from causeway.runtime.secrets import SECRETS, Secrets, is_usable

FIRST, SECOND = "key-of-spring-2026", "key-of-summer-2026"


class Safe:
    """Secrets whose clock the test moves, over a stubbed client."""

    def __init__(self) -> None:
        made = client("secretsmanager", **SECRETS.patience)
        self.stubs, self.seconds = Stubber(made), 0.0
        self.failures: list[DependencyError] = []
        self.secrets = Secrets(made, "causeway-dev-tool-", self.failures.append, lambda: Instant(self.seconds, 0.0))
        self.stubs.activate()

    def holds(self, value: str) -> None:
        """For one more read."""
        answer = {"SecretString": value} if value else {}
        self.stubs.add_response("get_secret_value", answer, {"SecretId": "causeway-dev-tool-wholesaler"})

    def fails(self, code: str, status: int, times: int = 1) -> None:
        for _ in range(times):
            self.stubs.add_client_error("get_secret_value", code, http_status_code=status)

    @property
    def value(self) -> str:
        return self.secrets.value("wholesaler", Deadline.after(20.0))

    @property
    def renewed(self) -> str:
        return self.secrets.renewed("wholesaler", Deadline.after(20.0))


@pytest.fixture
def safe(monkeypatch: pytest.MonkeyPatch) -> Iterator[Safe]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    forget_clients()
    made = Safe()
    yield made
    made.stubs.assert_no_pending_responses()
    forget_clients()


def test_a_secret_is_read_once_in_five_minutes(safe: Safe) -> None:
    safe.holds(FIRST)
    assert [safe.value for _ in range(20)] == [FIRST] * 20
    safe.seconds = 300
    safe.holds(SECOND)
    assert safe.value == SECOND


def test_a_secret_that_is_refused_is_read_anew_but_not_at_each_refusal(safe: Safe) -> None:
    safe.holds(FIRST)
    assert safe.value == FIRST
    safe.seconds = 30
    safe.holds(SECOND)
    assert [safe.renewed for _ in range(20)] == [SECOND] * 20
    assert safe.value == SECOND


def test_while_nobody_can_be_asked_the_last_value_stays(safe: Safe) -> None:
    safe.holds(FIRST)
    assert safe.value == FIRST
    safe.seconds = 300
    safe.fails("InternalServiceError", 500, times=2)
    assert safe.value == FIRST
    assert [each.kind for each in safe.failures] == ["unavailable"]


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException"])
def test_a_secret_that_was_taken_away_is_used_no_longer(safe: Safe, code: str) -> None:
    safe.holds(FIRST)
    assert safe.value == FIRST
    safe.seconds = 300
    safe.fails(code, 400)
    with pytest.raises(DependencyRejected, match=code):
        _ = safe.value
    safe.fails("InternalServiceError", 500, times=2)
    with pytest.raises(DependencyUnavailable):
        _ = safe.value


def test_a_secret_that_was_never_read_is_an_error_when_nobody_can_be_asked(safe: Safe, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(**event: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://secretsmanager.us-east-1.amazonaws.com")

    safe.stubs.deactivate()
    client("secretsmanager", **SECRETS.patience).meta.events.register("before-send", unreachable)
    with pytest.raises(DependencyError, match="EndpointConnectionError"):
        _ = safe.value


@pytest.mark.parametrize("value", ["", "short", " padded-with-blanks ", "two\r\nX-Injected: lines", "nöt-ascii-at-all", "x" * 4097])
def test_what_no_header_can_hold_is_not_sent_and_not_repeated_in_the_error(safe: Safe, value: str) -> None:
    assert not is_usable(value)
    safe.holds(value)
    with pytest.raises(DependencyRejected) as refused:
        _ = safe.value
    assert not value or value not in str(refused.value)


def test_a_value_is_not_shown_when_what_holds_it_is_printed(safe: Safe) -> None:
    safe.holds(FIRST)
    assert safe.value == FIRST
    assert FIRST not in repr(vars(safe.secrets))
