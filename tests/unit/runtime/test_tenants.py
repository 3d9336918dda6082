"""The services are an HTTP server: what it was sent says by whose credentials a row was asked for."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from werkzeug import Request, Response

from causeway.runtime.clients import forget_clients
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyRejected, DependencyUnavailable, Throttled
from causeway.runtime.tenants import TenantClients
from tests.unit.http_server import LoopbackServer

ROLE = "arn:aws:iam::123456789012:role/causeway-test-agent-rows"
RUNS = Dependency("runs", attempt_seconds=1.5, budget_seconds=3.0, connect_seconds=0.5, attempts=1)
ROLE_TAKEN = """<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>ASIA{tenant}{count}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token of {tenant}</SessionToken>
<Expiration>{expires}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"""
REFUSED = "<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>"


class Account:
    """STS and DynamoDB. lasts: of the credentials that are given now; refuses: what STS answers in place of them."""

    def __init__(self) -> None:
        self.taken: list[dict[str, str]] = []
        self.asked: list[tuple[str, str]] = []  # access key and token of each request to the table
        self.lasts = timedelta(hours=1)
        self.refuses: tuple[str, int] | None = None

    def answer(self, request: Request) -> Response:
        if "X-Amz-Target" in request.headers:
            signed = re.search(r"Credential=([^/]+)/", request.headers["Authorization"])
            self.asked.append((signed[1] if signed else "", request.headers.get("X-Amz-Security-Token", "")))
            return Response("{}", content_type="application/x-amz-json-1.0")
        self.taken.append({name: values[0] for name, values in parse_qs(request.get_data(as_text=True)).items()})
        if self.refuses:
            code, status = self.refuses
            return Response(REFUSED.format(code=code), status=status)
        expires = (datetime.now(UTC) + self.lasts).strftime("%Y-%m-%dT%H:%M:%SZ")
        return Response(ROLE_TAKEN.format(tenant=self.tenants[-1], count=len(self.taken), expires=expires))

    @property
    def tenants(self) -> list[str]:
        return [each["Tags.member.1.Value"] for each in self.taken]


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    made, server = Account(), LoopbackServer()
    server.expect_request(re.compile(".*")).respond_with_handler(made.answer)
    server.start()
    variables = {"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKIAFUNCTION", "AWS_SECRET_ACCESS_KEY": "secret"}
    for name, value in {**variables, "AWS_ENDPOINT_URL": server.url_for("").rstrip("/")}.items():
        monkeypatch.setenv(name, value)
    forget_clients()
    yield made
    server.stop()  # type: ignore[no-untyped-call]
    forget_clients()


@pytest.fixture
def clients(account: Account) -> TenantClients:
    return TenantClients(ROLE, connect=0.5, read=1.0)


def ask(clients: TenantClients, tenant: str) -> Any:
    return RUNS.call(lambda: clients.of(tenant).get_item(TableName="runs", Key={"run_key": {"S": f"{tenant}#ada#1"}}))


def test_a_row_is_asked_for_by_credentials_with_the_tenants_tag(account: Account, clients: TenantClients):
    ask(clients, "harbour")
    [taken] = account.taken
    assert (taken["RoleArn"], taken["Tags.member.1.Key"], taken["Tags.member.1.Value"]) == (ROLE, "tenant", "harbour")
    assert "Tags.member.2.Key" not in taken
    assert account.asked == [("ASIAharbour1", "token of harbour")]


def test_tenants_in_turn_never_share_credentials_and_each_role_is_assumed_once(account: Account, clients: TenantClients):
    for tenant in ("harbour", "lighthouse", "harbour", "lighthouse"):
        ask(clients, tenant)
    assert account.tenants == ["harbour", "lighthouse"]
    assert [token for _, token in account.asked] == ["token of harbour", "token of lighthouse"] * 2


def test_credentials_that_expire_in_some_minutes_are_renewed_before_a_request(account: Account, clients: TenantClients):
    account.lasts = timedelta(minutes=5)
    ask(clients, "harbour")
    account.lasts = timedelta(hours=1)
    ask(clients, "harbour")
    ask(clients, "harbour")
    expiring, renewed, again = (key for key, _ in account.asked)
    assert expiring != renewed == again == f"ASIAharbour{len(account.taken)}"


def test_credentials_are_used_on_while_sts_fails_and_they_are_good(account: Account, clients: TenantClients):
    account.lasts = timedelta(minutes=13)  # to be renewed, not yet urgent
    ask(clients, "harbour")
    account.refuses = ("InternalFailure", 500)
    ask(clients, "harbour")
    first, second = (key for key, _ in account.asked)
    assert first == second


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [("AccessDenied", 403, DependencyRejected), ("Throttling", 400, Throttled), ("InternalFailure", 500, DependencyUnavailable)],
)
def test_a_role_that_cannot_be_assumed_fails_as_the_table_does_and_asks_no_row(
    account: Account, clients: TenantClients, code: str, status: int, expected: type[Exception]
):
    account.refuses = (code, status)
    with pytest.raises(expected):
        ask(clients, "harbour")
    assert not account.asked
    assert len(account.taken) == 1


@pytest.mark.parametrize("tenant", ["", "*", "harbour#ada", "a/b", "ha?bour", "../x", "a" * 65])
def test_what_cannot_be_a_tenant_is_never_made_a_tag(account: Account, clients: TenantClients, tenant: str):
    with pytest.raises(ValueError, match="is no tenant"):
        clients.of(tenant)
    assert not account.taken
