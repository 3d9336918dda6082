from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError
from werkzeug import Response

from local.cloud import clients
from local.cloud.repairs import REPAIRS, _lifecycle_rule, _with_key, repaired, with_deletion_by_s3
from local.cloud.resource_types import EMULATED
from tests.unit.http_server import LoopbackServer


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Response]]:
    """What S3 answers to the deletion of each bucket, by name."""
    answers: dict[str, Response] = {}
    server = LoopbackServer()
    for name in ("full", "gone", "empty"):
        server.expect_request(f"/{name}", method="DELETE").respond_with_handler(lambda request: answers[request.path.strip("/")])
    server.start()
    monkeypatch.setenv("GATEWAY_PORT", str(urlsplit(server.url_for("")).port))
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    clients.client.cache_clear()
    yield answers
    clients.client.cache_clear()
    server.clear()
    server.stop()


def refusal(code: str, status: int) -> Response:
    return Response(f"<Error><Code>{code}</Code><Message>no</Message></Error>", status, content_type="application/xml")


def test_a_bucket_is_deleted_by_s3_which_refuses_one_that_holds_something(s3: dict[str, Response]) -> None:
    s3 |= {"full": refusal("BucketNotEmpty", 409), "gone": refusal("NoSuchBucket", 404), "empty": Response("", 204)}
    dropped: list[str] = []
    handler = with_deletion_by_s3({"create": lambda *_: None, "delete": lambda name, properties: dropped.append(name)})
    with pytest.raises(ClientError, match="BucketNotEmpty"):
        handler["delete"]("full", {})
    handler["delete"]("gone", {})
    handler["delete"]("empty", {})
    assert dropped == []


def test_every_repaired_type_is_one_that_is_emulated() -> None:
    assert set(REPAIRS) <= set(EMULATED)


def test_a_repair_follows_each_create_and_update_with_the_new_properties() -> None:
    seen: list[Any] = []
    handler = {
        "create": lambda logical_id, properties, stack: ("id", {"Arn": "arn"}),
        "update": lambda id, old, new, stack: (id, {"Arn": "arn"}),
        "delete": lambda id, properties: None,
    }
    whole = repaired(handler, lambda id, attributes, properties: seen.append((id, attributes["Arn"], properties)))
    whole["create"]("Logical", {"Size": 1}, "stack")
    whole["update"]("id", {"Size": 1}, {"Size": 2}, "stack")
    assert seen == [("id", "arn", {"Size": 1}), ("id", "arn", {"Size": 2})]
    assert whole["delete"] is handler["delete"]


def test_a_lifecycle_rule_is_said_in_the_words_of_s3() -> None:
    rule = {
        "Id": "old",
        "Status": "Enabled",
        "ExpirationInDays": 30,
        "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
        "Transitions": [{"StorageClass": "GLACIER", "TransitionInDays": 90}],
    }
    assert _lifecycle_rule(rule) == {
        "ID": "old",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "Expiration": {"Days": 30},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
        "Transitions": [{"StorageClass": "GLACIER", "Days": 90, "Date": None}],
    }


def test_encryption_by_kms_without_a_key_names_the_account_s_own() -> None:
    assert _with_key({"SSEAlgorithm": "aws:kms"})["KMSMasterKeyID"] == "alias/aws/s3"
    assert _with_key({"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "mine"})["KMSMasterKeyID"] == "mine"
    assert _with_key({"SSEAlgorithm": "AES256"}) == {"SSEAlgorithm": "AES256"}
