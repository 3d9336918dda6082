import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from causeway.runtime.clients import forget_clients
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyError, DependencyRejected, DependencyUnavailable, Throttled
from causeway.runtime.signed import Operation
from tests.unit.loopback import Reply, Services, services

__all__ = ["services"]


def operation() -> Operation:
    return Operation("bedrock-runtime", "Converse", "/model/m/converse", connect=0.3, read=0.3)


def converse(model: Operation | None = None) -> Any:
    """The model's answer, or how the call failed."""
    asked = model or operation()
    return Dependency("model", 0.6, 5.0, attempts=1).call(lambda: asked({"messages": []}), Deadline.after(10))


def failure() -> DependencyError:
    with pytest.raises(DependencyError) as error:
        converse()
    return error.value


def test_json_goes_out_signed_for_the_service_and_comes_back_parsed(services: Services):
    assert converse()["stopReason"] == "end_turn"
    asked = services.asked["model"][0]
    assert (asked.path, asked.body, asked.headers["content-type"]) == ("/model/m/converse", {"messages": []}, "application/json")
    assert "/us-east-1/bedrock/aws4_request" in asked.headers["authorization"]
    assert (asked.headers["host"], asked.headers["user-agent"]) == (services.url.removeprefix("http://"), "causeway")


def test_a_request_carries_the_trace_that_lambda_has_now_outside_its_signature(services: Services, monkeypatch: pytest.MonkeyPatch):
    model = operation()
    for trace in ("Root=1-a;Sampled=1", "Root=1-b;Sampled=0"):
        monkeypatch.setenv("_X_AMZN_TRACE_ID", trace)
        converse(model)
    assert [asked.headers["x-amzn-trace-id"] for asked in services.asked["model"]] == ["Root=1-a;Sampled=1", "Root=1-b;Sampled=0"]
    assert "x-amzn-trace-id" not in services.asked["model"][0].headers["authorization"]


def test_connections_are_kept(services: Services):
    model = operation()
    ports = set()
    for _ in range(3):
        converse(model)
        ports.add(services.asked["model"][-1].port)
    assert len(ports) == 1


@pytest.mark.parametrize(
    ("status", "headers", "body", "expected", "reason"),
    [
        (429, {}, {}, Throttled, "429"),
        (400, {}, {"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException"}, Throttled, "400 ThrottlingException"),
        (400, {"x-amzn-ErrorType": "ThrottlingException:http://internal.amazon.com/"}, {}, Throttled, "400 ThrottlingException"),
        (400, {}, {"code": "SlowDown"}, Throttled, "400 SlowDown"),
        (400, {}, {"Code": "RequestLimitExceeded"}, Throttled, "400 RequestLimitExceeded"),
        (408, {}, {}, DependencyUnavailable, "408"),
        (424, {"x-amzn-ErrorType": "ModelNotReadyException"}, {}, DependencyUnavailable, "424 ModelNotReadyException"),
        (424, {"x-amzn-ErrorType": "ModelError"}, {"OriginalStatusCode": 503}, DependencyUnavailable, "503 ModelError"),
        (424, {"x-amzn-ErrorType": "ModelError"}, {"OriginalStatusCode": 400}, DependencyRejected, "400 ModelError"),
        (424, {"x-amzn-ErrorType": "ModelError"}, {}, DependencyUnavailable, "500 ModelError"),
        (424, {"x-amzn-ErrorType": "ModelError"}, {"OriginalStatusCode": 0}, DependencyUnavailable, "500 ModelError"),
        (424, {"x-amzn-ErrorType": "ModelErrorException"}, {"originalStatusCode": 400}, DependencyRejected, "400 ModelErrorException"),
        (424, {"x-amzn-ErrorType": "ModelErrorException"}, {}, DependencyUnavailable, "500 ModelErrorException"),
        (400, {}, {"__type": "RequestThrottledException"}, Throttled, "400 RequestThrottledException"),
        (400, {}, {"__type": "RequestTimeoutException"}, DependencyUnavailable, "400 RequestTimeoutException"),
        (500, {}, b"<html>broken</html>", DependencyUnavailable, "500"),
        (503, {}, [], DependencyUnavailable, "503"),
        (403, {"x-amzn-ErrorType": "AccessDeniedException"}, {"message": "no"}, DependencyRejected, "403 AccessDeniedException"),
        (404, {}, b"", DependencyRejected, "404"),
        (302, {"Location": "/model/m/converse"}, {}, DependencyRejected, "302"),
        (200, {}, b"{", DependencyUnavailable, "200 MalformedAnswer"),
        (200, {}, b"\xff\xfe", DependencyUnavailable, "200 MalformedAnswer"),
    ],
)
def test_answers_that_are_none_are_told_apart(
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
    services.script("model", Reply({"slow": True}, seconds=0.6))
    assert converse(Operation("bedrock-runtime", "Converse", "/model/m/converse", connect=0.2, read=5.0)) == {"slow": True}


def test_a_silent_service_is_unavailable_and_not_lost(services: Services):
    services.script("model", Reply({}, seconds=0.6))
    error = failure()
    assert (type(error), error.lost) == (DependencyUnavailable, False)


@pytest.mark.parametrize("host", ["127.0.0.1", "nowhere.invalid"])
def test_a_host_that_cannot_be_reached_is_lost(services: Services, monkeypatch: pytest.MonkeyPatch, host: str):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{unused.getsockname()[1]}")
        error = failure()
    assert (type(error), error.lost) == (DependencyUnavailable, True)


def test_a_url_may_carry_a_path(services: Services, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", services.url + "/proxy/")
    converse()
    assert services.asked["model"][0].path == "/proxy/model/m/converse"


def test_credentials_that_were_renewed_sign_the_next_request(services: Services, monkeypatch: pytest.MonkeyPatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", services.url + "/credentials")
    services.script("credentials", *(_short_lived(key) for key in ("first", "second", "third")))
    forget_clients()
    model = operation()
    converse(model)
    converse(model)
    one, other = (asked.headers for asked in services.asked["model"])
    assert one["x-amz-security-token"] != other["x-amz-security-token"]
    assert one["authorization"].split("/")[0] != other["authorization"].split("/")[0]


def _short_lived(key: str) -> Reply:
    """Credentials so near their end that botocore renews them before every use."""
    expiration = (datetime.now(UTC) + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Reply({"AccessKeyId": key, "SecretAccessKey": "secret", "Token": f"token-{key}", "Expiration": expiration})
