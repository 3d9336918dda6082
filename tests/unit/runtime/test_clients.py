import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws

from causeway.runtime.clients import client, forget_clients
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyError, DependencyRejected, DependencyUnavailable, Throttled
from tests.unit.loopback import Reply, Services

ONCE = Dependency("model", attempt_seconds=0.6, budget_seconds=5.0, connect_seconds=0.3, attempts=1)


def converse(dependency: Dependency = ONCE) -> Any:
    """The model's answer, or how the call failed."""
    bedrock = client("bedrock-runtime", **dependency.patience)
    return dependency.call(lambda: bedrock.converse(modelId="m", messages=[]), Deadline.after(10))


def failure() -> DependencyError:
    with pytest.raises(DependencyError) as error:
        converse()
    return error.value


def test_a_client_asks_the_service_that_the_environment_names(services: Services):
    assert converse()["stopReason"] == "end_turn"
    asked = services.asked["model"][0]
    assert asked.path == "/model/m/converse"
    assert "/us-east-1/bedrock/aws4_request" in asked.headers["authorization"]


def test_a_request_carries_the_trace_that_lambda_has_now(services: Services, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "answers")
    for trace in ("Root=1-a;Sampled=1", "Root=1-b;Sampled=0"):
        monkeypatch.setenv("_X_AMZN_TRACE_ID", trace)
        converse()
    assert [asked.headers["x-amzn-trace-id"] for asked in services.asked["model"]] == ["Root=1-a;Sampled=1", "Root=1-b;Sampled=0"]


@pytest.mark.parametrize(
    ("status", "headers", "body", "expected", "reason"),
    [
        (429, {}, {}, Throttled, "429 429"),
        (400, {"x-amzn-ErrorType": "ThrottlingException:http://internal.amazon.com/"}, {}, Throttled, "400 ThrottlingException"),
        (400, {}, {"__type": "com.amazonaws#ThrottlingException"}, Throttled, "400 ThrottlingException"),
        (400, {}, {"code": "SlowDown"}, Throttled, "400 SlowDown"),
        (408, {}, {}, DependencyUnavailable, "408 408"),
        (424, {"x-amzn-ErrorType": "ModelNotReadyException"}, {}, DependencyUnavailable, "424 ModelNotReadyException"),
        (424, {"x-amzn-ErrorType": "ModelErrorException"}, {"originalStatusCode": 400}, DependencyRejected, "400 ModelErrorException"),
        (424, {"x-amzn-ErrorType": "ModelErrorException"}, {"originalStatusCode": 0}, DependencyUnavailable, "500 ModelErrorException"),
        (424, {"x-amzn-ErrorType": "ModelErrorException"}, {}, DependencyUnavailable, "500 ModelErrorException"),
        (500, {}, b"<html>broken</html>", DependencyUnavailable, "500 500"),
        (503, {}, {}, DependencyUnavailable, "503 503"),
        (403, {"x-amzn-ErrorType": "AccessDeniedException"}, {"message": "no"}, DependencyRejected, "403 AccessDeniedException"),
        (404, {}, {}, DependencyRejected, "404 404"),
    ],
)
def test_answers_that_are_none_are_told_apart_and_cost_one_request(
    services: Services, status: int, headers: dict[str, str], body: Any, expected: type[DependencyError], reason: str
):
    services.script("model", Reply(body, status, headers))
    error = failure()
    assert (type(error), error.reason, error.lost) == (expected, reason, False)
    assert len(services.asked["model"]) == 1


def test_a_broken_connection_is_lost(services: Services):
    services.script("model", Reply(None, cut=True))
    error = failure()
    assert (type(error), error.lost) == (DependencyUnavailable, True)


def test_an_answer_that_breaks_off_is_not_lost_for_it_may_be_paid_for(services: Services):
    services.script("model", Reply(b'{"half":', headers={"Content-Length": "100", "Connection": "close"}))
    error = failure()
    assert (type(error), error.lost) == (DependencyUnavailable, False)


def test_an_answer_may_take_longer_than_a_connection(services: Services):
    services.script("model", Reply({"stopReason": "slow"}, seconds=0.6))
    assert converse(Dependency("model", 5.0, 10.0, connect_seconds=0.2))["stopReason"] == "slow"


def test_a_silent_service_is_unavailable_and_not_lost(services: Services):
    services.script("model", Reply({}, seconds=0.6))
    error = failure()
    assert (type(error), error.lost) == (DependencyUnavailable, False)


@pytest.mark.parametrize("host", ["127.0.0.1", "nowhere.invalid"])
def test_a_host_that_cannot_be_reached_is_lost(services: Services, monkeypatch: pytest.MonkeyPatch, host: str):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", f"http://{host}:{unused.getsockname()[1]}")
        forget_clients()
        error = failure()
    assert (type(error), error.lost) == (DependencyUnavailable, True)


def test_credentials_that_were_renewed_sign_the_next_request(services: Services, monkeypatch: pytest.MonkeyPatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", services.url + "/credentials")
    services.script("credentials", *(_short_lived(key) for key in ("first", "second", "third")))
    forget_clients()
    converse()
    converse()
    one, other = (asked.headers for asked in services.asked["model"])
    assert one["x-amz-security-token"] != other["x-amz-security-token"]
    assert one["authorization"].split("/")[0] != other["authorization"].split("/")[0]


def _short_lived(key: str) -> Reply:
    """Credentials so near their end that botocore renews them before every use."""
    expiration = (datetime.now(UTC) + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Reply({"AccessKeyId": key, "SecretAccessKey": "secret", "Token": f"token-{key}", "Expiration": expiration})


def test_an_object_is_sent_without_asking_first(monkeypatch: pytest.MonkeyPatch):
    for name, value in {"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    sent: list[Any] = []
    with mock_aws():
        forget_clients()
        s3 = client("s3")
        s3.create_bucket(Bucket="documents")
        s3.meta.events.register_first("before-send.s3.PutObject", lambda request, **_: sent.append(request.headers))
        s3.put_object(Bucket="documents", Key="a", Body=b"words")
    forget_clients()
    [headers] = sent
    assert "Expect" not in headers
