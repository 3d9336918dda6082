from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from causeway.agents.records import TenantRecords
from causeway.agents.tool import Changed
from causeway.runtime.clients import client, forget_clients
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import Throttled
from tests.unit.loopback import make_table

TABLE = Dependency("records", attempt_seconds=2.0, budget_seconds=4.0)
OLD, NEW = {"state": "packed", "items": ["é", 3]}, {"state": "sent"}


@pytest.fixture(autouse=True)
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "us-east-1"}.items():
        monkeypatch.setenv(name, value)
    forget_clients()
    with mock_aws():
        make_table("records", "record_key", "item")
        yield
    forget_clients()


def records(tenant: str = "north", made: Any = None) -> TenantRecords:
    return TenantRecords(lambda _: made or client("dynamodb"), "records", TABLE, tenant)


def test_a_record_is_read_as_it_was_written() -> None:
    records().put("orders", "1", OLD, key="a")
    assert records().get("orders", "1") == OLD
    assert records().get("orders", "2") is None
    assert records().get("boats", "1") is None


def test_another_tenant_has_records_of_its_own_under_the_same_id() -> None:
    records().put("orders", "1", OLD, key="a")
    assert records("south").get("orders", "1") is None
    records("south").put("orders", "1", NEW, key="a")
    assert records().get("orders", "1") == OLD


def test_the_client_is_that_of_the_tenant() -> None:
    asked: list[str] = []

    def of(tenant: str) -> Any:
        asked.append(tenant)
        return client("dynamodb")

    TenantRecords(of, "records", TABLE, "south").get("orders", "1")
    assert asked == ["south"]


def test_the_same_write_again_changes_nothing_even_when_others_have_written_since() -> None:
    records().put("orders", "1", OLD, key="a")
    records().put("orders", "1", NEW, key="b", before=OLD)
    records().put("orders", "1", OLD, key="c", before=NEW)
    records().put("orders", "1", NEW, key="b", before=OLD)  # as it was before the first time
    assert records().get("orders", "1") == OLD
    records().put("orders", "1", OLD, key="a")
    assert records().get("orders", "1") == OLD


@pytest.mark.parametrize("before", [None, NEW, {**OLD, "state": "lost"}])
def test_a_record_that_is_no_longer_as_it_was_read_is_left_alone(before: Any) -> None:
    records().put("orders", "1", OLD, key="a")
    with pytest.raises(Changed):
        records().put("orders", "1", {"state": "gone"}, key="b", before=before)
    assert records().get("orders", "1") == OLD


def test_a_record_that_is_gone_is_not_made_anew() -> None:
    with pytest.raises(Changed):
        records().put("orders", "1", NEW, key="b", before=OLD)


class Meddling:
    """A client between whose reading and writing somebody else writes, so many times."""

    def __init__(self, times: int, content: Any) -> None:
        self._left, self._content = times, content

    def get_item(self, **request: Any) -> Any:
        return client("dynamodb").get_item(**request)

    def put_item(self, **request: Any) -> Any:
        if self._left:
            self._left -= 1
            records().put("orders", "1", self._content, key=f"other-{self._left}", before=records().get("orders", "1"))
        return client("dynamodb").put_item(**request)


def test_a_writer_who_was_overtaken_looks_again() -> None:
    records().put("orders", "1", OLD, key="a")
    with pytest.raises(Changed):
        records(made=Meddling(1, NEW)).put("orders", "1", {"state": "mine"}, key="b", before=OLD)
    assert records().get("orders", "1") == NEW


def test_a_writer_who_was_overtaken_by_the_same_content_writes_over_it() -> None:
    records().put("orders", "1", OLD, key="a")
    records(made=Meddling(2, OLD)).put("orders", "1", NEW, key="b", before=OLD)
    assert records().get("orders", "1") == NEW


def test_a_writer_whom_others_always_overtake_is_told_to_come_again() -> None:
    records().put("orders", "1", OLD, key="a")
    with pytest.raises(Throttled):
        records(made=Meddling(99, OLD)).put("orders", "1", NEW, key="b", before=OLD)


def test_only_the_last_hundred_writes_are_remembered() -> None:
    before: Any = None
    for number in range(103):
        after = {"state": str(number)}
        records().put("orders", "1", after, key=str(number), before=before)
        before = after
    records().put("orders", "1", {"state": "x"}, key="3", before={"state": "2"})
    with pytest.raises(Changed):
        records().put("orders", "1", {"state": "x"}, key="2", before={"state": "1"})
