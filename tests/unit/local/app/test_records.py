from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws

from causeway.agents.records import TenantRecords
from causeway.runtime.clients import client, forget_clients
from local.app import records
from local.app.domain import Domain, User
from local.console import Trouble
from tests.unit.loopback import make_table

USERS = (User("ada", "harbour"), User("bela", "lantern"))
ORDERS = "- {tenant: harbour, id: H-1, record: {state: sent}}\n- {tenant: lantern, id: H-1, record: {state: packed}}\n"


@pytest.fixture(autouse=True)
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "us-east-1"}.items():
        monkeypatch.setenv(name, value)
    forget_clients()
    with mock_aws():
        make_table("records", "record_key", "item")
        monkeypatch.setattr(records, "client", client)
        monkeypatch.setattr(records, "parameter", {"data/records-table": "records"}.__getitem__)
        yield
    forget_clients()


def domain(folder: Path, **files: str) -> Domain:
    """files: contents of records/KIND.yaml, by kind."""
    (folder / "records").mkdir(exist_ok=True)
    for kind, content in files.items():
        (folder / "records" / f"{kind}.yaml").write_text(content)
    return Domain("Books", USERS, (), folder)


def of(tenant: str) -> TenantRecords:
    return TenantRecords(lambda _: client("dynamodb"), "records", records.TABLE, tenant)


def test_records_are_put_where_the_tools_of_their_tenant_find_them(tmp_path: Path) -> None:
    records.settle(domain(tmp_path, orders=ORDERS, stock="- {tenant: harbour, id: rebecca, record: {copies: 3}}"))
    assert of("harbour").get("orders", "H-1") == {"state": "sent"}
    assert of("lantern").get("orders", "H-1") == {"state": "packed"}
    assert of("harbour").get("stock", "rebecca") == {"copies": 3}


def test_what_users_have_changed_stays_and_new_records_come_in(tmp_path: Path) -> None:
    records.settle(domain(tmp_path, orders=ORDERS))
    of("harbour").put("orders", "H-1", {"state": "returned"}, key="a", before={"state": "sent"})
    more = ORDERS.replace("sent", "lost") + "- {tenant: harbour, id: H-2, record: {state: sent}}\n"
    records.settle(domain(tmp_path, orders=more))
    assert of("harbour").get("orders", "H-1") == {"state": "returned"}
    assert of("harbour").get("orders", "H-2") == {"state": "sent"}


def test_a_record_that_something_else_has_put_there_stays(tmp_path: Path) -> None:
    of("harbour").put("orders", "H-1", {"state": "theirs"}, key="theirs")
    records.settle(domain(tmp_path, orders=ORDERS))
    assert of("harbour").get("orders", "H-1") == {"state": "theirs"}
    assert of("lantern").get("orders", "H-1") == {"state": "packed"}


def test_a_domain_without_records_needs_none(tmp_path: Path) -> None:
    records.settle(domain(tmp_path))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("- {tenant: harbour, id: H-1}", "'record'"),
        ("- harbour", "another shape"),
        ("orders: {", "another shape"),
        ("- {tenant: stranger, id: H-1, record: {}}", "records of stranger"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, content: str, told: str) -> None:
    with pytest.raises(Trouble) as refused:
        records.settle(domain(tmp_path, orders=content))
    assert str(tmp_path / "records" / "orders.yaml") in str(refused.value)
    assert told in str(refused.value)
