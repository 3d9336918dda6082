"""Many workers and one rate: each waits for those before it, and who would wait too long takes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from moto import mock_aws

from causeway.runtime.errors import Throttled
from causeway.runtime.shared_rate import SharedRate

TABLE = "rates"
START = 1_000.0


@dataclass
class Clock:
    """Time passes only while somebody waits."""

    now: float = START
    waited: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.waited.append(seconds)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name, value in {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        made = boto3.client("dynamodb")
        made.create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield made


def rate(client: Any, clock: Clock, a_minute: float = 60) -> SharedRate:
    return SharedRate(client, TABLE, {"id": {"S": "model"}}, a_minute, clock, clock.pause)


def test_each_begins_when_those_before_it_are_over(client: Any) -> None:
    clock = Clock()
    for _ in range(3):
        rate(client, clock).take(2, patience=20)
    assert clock.waited == [0, 2, 4]


def test_an_idle_rate_is_not_saved_up(client: Any) -> None:
    clock = Clock()
    rate(client, clock).take(1, patience=20)
    clock.now += 1_000
    rate(client, clock).take(5, patience=20)
    rate(client, clock).take(1, patience=20)
    assert clock.waited == [0, 0, 5]


def test_a_part_larger_than_the_patience_begins_when_it_is_its_turn(client: Any) -> None:
    clock = Clock()
    rate(client, clock).take(100, patience=5)
    assert clock.waited == [0]


def test_who_would_wait_too_long_takes_nothing_and_hears_how_much_longer_it_is(client: Any) -> None:
    clock = Clock()
    rate(client, clock).take(30, patience=5)
    with pytest.raises(Throttled) as raised:
        rate(client, clock).take(1, patience=5)
    assert raised.value.retry_after == pytest.approx(25)
    rate(client, clock).take(1, patience=30)
    assert clock.waited == [0, 30]


def test_the_more_patient_comes_before_what_is_told_to_come_later(client: Any) -> None:
    """An upload beside a load in bulk: the load reserves 5 seconds ahead at most, so the upload is next."""
    clock = Clock()
    bulk, upload = rate(client, clock), rate(client, clock)
    bulk.take(10, patience=5)
    for _ in range(5):
        with pytest.raises(Throttled):
            bulk.take(10, patience=5)
    upload.take(1, patience=20)
    assert clock.waited == [0, 10]


def test_a_worker_that_loses_the_race_for_an_idle_rate_comes_next(client: Any) -> None:
    clock = Clock()
    other = rate(boto3.client("dynamodb"), clock)
    writes = 0

    def overtake(**_: Any) -> None:
        """Between the write that finds no parts before it and the one that begins anew."""
        nonlocal writes
        writes += 1
        if writes == 2:
            other.take(1, patience=0)

    client.meta.events.register("before-call.dynamodb.UpdateItem", overtake)
    rate(client, clock).take(1, patience=1)
    assert clock.waited == [0, 1]
    assert writes == 3
