"""Which generation of the index a user's request goes to, and which ones are written."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from causeway.retrieval.generations import ROW, SECONDS_KEPT, Generation, Generations, Live
from causeway.runtime.clients import client, forget_clients
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyError
from tests.unit.loopback import make_table

FIRST = Generation(number=1, provider="sagemaker", model="bge")
SECOND = Generation(number=2, provider="sagemaker", model="bge", chunking="small")
USERS = [("harbour", f"user-{n}") for n in range(10_000)]
REGISTRY = Dependency("registry", 0.2, 0.4, connect_seconds=0.1, attempts=1)
LATER = Deadline.after(3600)


class Clock:
    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "us-east-1")
    with mock_aws():
        forget_clients()
        make_table("registry", "tenant", "document_id")
        yield "registry"
    forget_clients()


def written(live: Live) -> None:
    client("dynamodb").put_item(TableName="registry", Item={**ROW, "live": {"S": live.model_dump_json()}})


def test_each_share_is_kept_and_whoever_is_in_one_is_in_every_greater_one() -> None:
    before: set[tuple[str, str]] = set()
    for share in (0, 10, 50, 100):
        live = Live(serving=FIRST, beside=SECOND, share=share)
        within = {user for user in USERS if live.searched(*user) == SECOND}
        assert abs(len(within) / len(USERS) - share / 100) < 0.02
        assert before <= within
        before = within


def test_another_re_index_begins_with_other_users() -> None:
    third = SECOND.model_copy(update={"number": 3})
    one, other = (
        {user for user in USERS if Live(serving=FIRST, beside=each, share=10).searched(*user) == each} for each in (SECOND, third)
    )
    assert len(one & other) < len(one) / 2


def test_without_a_row_the_first_generation_is_alone(table: str) -> None:
    live = Generations(client("dynamodb"), table, REGISTRY, FIRST).live(LATER)
    assert (live.written, live.searched("harbour", "ada")) == ((FIRST,), FIRST)


def test_a_change_is_seen_within_seconds_and_by_who_reads_it_anew_at_once(table: str) -> None:
    clock = Clock()
    generations = Generations(client("dynamodb"), table, REGISTRY, FIRST, clock)
    assert generations.live(LATER).written == (FIRST,)
    written(Live(serving=FIRST, beside=SECOND))
    clock.seconds += SECONDS_KEPT - 0.1
    assert generations.live(LATER).written == (FIRST,)
    assert generations.now(LATER).written == (FIRST, SECOND)
    assert generations.live(LATER).written == (FIRST, SECOND)
    written(Live(serving=SECOND))
    clock.seconds += SECONDS_KEPT
    assert generations.live(LATER).written == (SECOND,)


def test_while_the_registry_cannot_be_read_what_was_known_holds(table: str) -> None:
    clock = Clock()
    generations = Generations(client("dynamodb"), table, REGISTRY, FIRST, clock)
    written(Live(serving=SECOND))
    assert generations.live(LATER).serving == SECOND
    client("dynamodb").delete_table(TableName=table)
    clock.seconds += 60
    assert generations.live(LATER).serving == SECOND
    with pytest.raises(DependencyError):
        Generations(client("dynamodb"), table, REGISTRY, FIRST).live(LATER)
    with pytest.raises(DependencyError):
        generations.now(LATER)
