"""What a user may ask in a minute is counted for all functions together."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.stub import Stubber
from moto import mock_aws

from causeway.admission.allowance import Allowance
from causeway.conversations.keys import Owner
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyError, Throttled
from causeway.runtime.problems import Problem

TABLE = "sessions"
ADA, BELA, OTHER_ADA = Owner("harbour", "ada"), Owner("harbour", "bela"), Owner("lantern", "ada")
TIERS = {"prime": 6, "member": 3, "guest": 2}


@dataclass
class Clock:
    now: float = 600.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Desk:
    """Questions as several processes count them. refused: what each of them heard; uncounted: why some were let in without a count."""

    client: Any
    clock: Clock = field(default_factory=Clock)
    uncounted: list[DependencyError] = field(default_factory=list)

    def process(self) -> Allowance:
        waiting = Dependency("admission", attempt_seconds=1, budget_seconds=2, retries=(Throttled,), attempts=2, pause=lambda _: None)
        return Allowance(self.client, TABLE, waiting, TIERS, self.uncounted.append, self.clock)

    def asks(self, owner: Owner, tier: str, times: int) -> int:
        """How many of so many questions were let in, each counted by another process."""
        return sum(refusal(lambda: self.process().take(owner, tier)) is None for _ in range(times))

    def rows(self) -> list[Any]:
        found: list[Any] = self.client.scan(TableName=TABLE)["Items"]
        return found


def refusal(ask: Callable[[], None]) -> Problem | None:
    try:
        ask()
    except Problem as problem:
        return problem
    return None


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    for name, value in {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        made = boto3.client("dynamodb", config=Config(retries={"total_max_attempts": 1}))
        made.create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "session_id", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("owner", "session_id")],
            BillingMode="PAY_PER_REQUEST",
        )
        yield Desk(made)


@pytest.mark.parametrize(("tier", "let_in"), [("prime", 6), ("member", 3), ("guest", 2), ("", 2), ("of nobody", 2)])
def test_each_tier_has_its_questions_and_whoever_has_none_has_the_least(desk: Desk, tier: str, let_in: int) -> None:
    assert desk.asks(ADA, tier, 10) == let_in


def test_the_limit_of_one_user_is_no_others_in_the_tenant_or_out_of_it(desk: Desk) -> None:
    desk.asks(ADA, "guest", 5)
    assert desk.asks(BELA, "guest", 1) == desk.asks(OTHER_ADA, "guest", 1) == 1


def test_a_refusal_names_the_limit_and_says_when_the_next_minute_begins(desk: Desk) -> None:
    desk.clock.now = 612.5
    desk.asks(ADA, "member", 3)
    problem = refusal(lambda: desk.process().take(ADA, "member"))
    assert problem is not None
    assert (problem.slug, problem.status, problem.retry_after) == ("too-many-questions", 429, 48)
    assert problem.detail == "You may ask 3 questions a minute, as member; ask again in 48 s."
    desk.clock.now += 48
    assert desk.asks(ADA, "member", 1) == 1


def test_what_was_refused_is_not_counted_and_rows_expire(desk: Desk) -> None:
    desk.asks(ADA, "guest", 9)
    (row,) = desk.rows()
    assert (row["asked"]["N"], row["expires_at"]["N"]) == ("2", "720")


@pytest.mark.parametrize("code", ["ProvisionedThroughputExceededException", "InternalServerError", "AccessDeniedException"])
def test_a_question_that_cannot_be_counted_is_let_in_and_told(desk: Desk, code: str) -> None:
    with Stubber(desk.client) as stubber:
        for _ in range(2):
            stubber.add_client_error("update_item", code)
        assert desk.asks(ADA, "guest", 1) == 1
    assert [each.dependency for each in desk.uncounted] == ["admission"]


def test_only_what_was_not_counted_for_certain_is_counted_again(desk: Desk) -> None:
    for code, attempts in {"ThrottlingException": 2, "InternalServerError": 1}.items():
        with Stubber(desk.client) as stubber:
            for _ in range(attempts):
                stubber.add_client_error("update_item", code)
            desk.asks(ADA, "guest", 1)
            stubber.assert_no_pending_responses()
