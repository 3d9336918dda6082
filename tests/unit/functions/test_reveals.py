"""Tokens that privacy officers turn back."""

import importlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from causeway.documents.ingestion.runs import sealed_beside
from causeway.documents.intake import Intake
from causeway.permissions.administration import Administration
from causeway.runtime.clients import client
from causeway.runtime.dependencies import Dependency
from causeway.safety.personal.policy import PersonalData
from tests.unit.documents.cloud import DOCUMENTS, PERMISSIONS, TOKEN_KEY, Cloud, Context, cloud, tokens_of
from tests.unit.functions.test_answers import Response, content, event
from tests.unit.loopback import AUDIT

__all__ = ["cloud"]

Call = Callable[..., Response]
IBAN = "DE89 3704 0044 0532 0130 00"
WHY = {"reason": "a refund went to the wrong account"}


@pytest.fixture
def call(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Call:
    """As Pia, a privacy officer of harbour, unless another name is given, of the refunds, unless another document is."""
    monkeypatch.setenv("AUDIT_BUCKET", AUDIT)
    module = importlib.import_module("functions.reveals")
    for cached in (module.settings, module.registry, module.permissions, module.documents, module.records):
        cached.cache_clear()
    client("s3").create_bucket(Bucket=AUDIT)
    administration().enrol("harbour", "pia", ["privacy-officers"])
    cloud.intake = Intake(personal_data=PersonalData(kinds={"iban": "tokenise"}))
    cloud.run(cloud.upload("refunds.md", f"# Refunds\n\nWe pay to {IBAN} within a week.".encode()))

    def send(
        body: Any = WHY, *, token: str = token(), name: str = "pia", tenant: str = "harbour", document: str = "refunds.md"
    ) -> Response:
        document_id = cloud.record(document).document_id
        request = event(body, method="POST", path=f"/v1/documents/{document_id}/tokens/{token}", tenant=tenant)
        request["requestContext"]["authorizer"]["claims"] |= {"sub": f"{name}-sub", "cognito:username": name}
        return module.handler(request, Context())  # type: ignore[no-any-return]

    return send


def token(value: str = IBAN) -> str:
    return tokens_of("harbour").token("iban", value)


def administration() -> Administration:
    return Administration(client("dynamodb"), PERMISSIONS, Dependency("permissions", 2.0, 4.0))


def records() -> list[dict[str, Any]]:
    """What was written down, in the order of its keys."""
    s3 = client("s3")
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=AUDIT).get("Contents", [])]
    return [json.loads(s3.get_object(Bucket=AUDIT, Key=key)["Body"].read()) for key in keys]


def test_an_officer_sees_the_value_and_it_is_written_down_who_saw_it_and_why(call: Call, cloud: Cloud) -> None:
    shown = call()
    assert (shown["statusCode"], content(shown)["value"], content(shown)["kind"]) == (200, IBAN, "iban")
    (told,) = records()
    assert told.pop("at")
    assert told == {
        "reveal": content(shown)["reveal_id"],
        "tenant": "harbour",
        "user": "pia-sub",
        "document": cloud.record("refunds.md").document_id,
        "token": token(),
        "kind": "iban",
        **WHY,
    }
    call()
    assert len(records()) == 2


@pytest.mark.parametrize(("name", "tenant", "status"), [("ada", "harbour", 403), ("", "harbour", 403), ("pia", "lantern", 403)])
def test_nobody_else_sees_it(call: Call, name: str, tenant: str, status: int) -> None:
    assert call(name=name, tenant=tenant)["statusCode"] == status
    assert records() == []


def test_an_officer_of_another_tenant_finds_no_such_document(call: Call) -> None:
    administration().enrol("lantern", "lena", ["privacy-officers"])
    assert call(name="lena", tenant="lantern")["statusCode"] == 404


def test_an_officer_sees_nothing_of_a_closed_folder(call: Call, cloud: Cloud) -> None:
    cloud.run(cloud.upload("staff/pay.md", f"# Pay\n\nTo {IBAN}.".encode()))
    assert call(document="staff/pay.md")["statusCode"] == 200
    administration().restrict("harbour", "staff/", ["staff"])
    assert call(document="staff/pay.md")["statusCode"] == 404
    assert len(records()) == 1


@pytest.mark.parametrize("other", ["a" * 16, "A" * 16, "a" * 15, "..%2f", "0" * 16])
def test_what_is_no_token_of_the_document_is_not_found(call: Call, other: str) -> None:
    assert call(token=other)["statusCode"] == 404
    assert records() == []


def test_a_token_of_a_former_version_is_gone_with_it(call: Call, cloud: Cloud) -> None:
    cloud.run(cloud.upload("refunds.md", b"# Refunds\n\nWe pay in coins."))
    assert call()["statusCode"] == 404


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "        "}, {"reason": "x" * 501}, {**WHY, "more": 1}])
def test_a_reason_must_be_given(call: Call, body: Any) -> None:
    assert call(body)["statusCode"] == 400
    assert records() == []


def test_nothing_is_shown_that_cannot_be_written_down(call: Call) -> None:
    client("s3").delete_bucket(Bucket=AUDIT)
    shown = call()
    assert shown["statusCode"] == 502
    assert "0532" not in str(shown)


def test_a_value_of_another_key_is_not_opened(call: Call) -> None:
    kms = client("kms")
    key = kms.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]["KeyId"]
    before = token()
    kms.update_alias(AliasName=TOKEN_KEY, TargetKeyId=key)
    assert token() != before
    shown = call(token=before)
    assert (shown["statusCode"], content(shown)["type"]) == (409, "urn:causeway:problem:sealed")
    assert records() == []


def test_a_document_without_tokens_has_none(call: Call, cloud: Cloud) -> None:
    cloud.run(cloud.upload("plain.md", b"# Plain\n\nNothing."))
    key = sealed_beside(str(cloud.record("plain.md").passages_key))
    assert key not in {each["Key"] for each in client("s3").list_objects_v2(Bucket=DOCUMENTS)["Contents"]}
    assert call(document="plain.md")["statusCode"] == 404
