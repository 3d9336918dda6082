"""What CodeDeploy hears of a new version. A local server plays Lambda and CodeDeploy: it answers for each version as it is told."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from werkzeug import Request, Response

from causeway.documents.ingestion.identity import document_id
from causeway.runtime.clients import forget_clients
from causeway.runtime.streaming import DELIMITER
from functions import check_release
from tests.unit.functions.recording import Context
from tests.unit.http_server import LoopbackServer

ARN = "arn:aws:lambda:us-east-1:000000000000:function:causeway-prod-"
QUESTION = {"id": "returns", "tenant": "harbour", "question": "How long?", "document": "policies/returns.md"}
CANDIDATES = [{"arn": f"{ARN}answers:8", "path": "/v1/answers"}]
HOOK = {"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "e-1"}
RIGHT = document_id("harbour", "policies/returns.md")
SWITCHED_OFF = {"type": "urn:causeway:problem:switched-off"}


def answer(*documents: str, status: int = 200) -> dict[str, Any]:
    """As a function returns it that answers whole."""
    return {"statusCode": status, "body": json.dumps({"answer": "...", "citations": [{"document": each} for each in documents]})}


def problem(body: Any, status: int) -> dict[str, Any]:
    return {"statusCode": status, "body": json.dumps(body)}


def stream(*events: tuple[str, Any]) -> bytes:
    """As a function returns it that answers piece by piece."""
    head = json.dumps({"statusCode": 200, "headers": {"Content-Type": "text/event-stream"}}).encode()
    return head + b"\0" * 8 + b"".join(f"event: {name}\ndata: {json.dumps(data)}\n\n".encode() for name, data in events)


@dataclass
class Aws:
    """says: for a version or alias of a function, what it returns: a body; or a Lambda error and its status."""

    says: dict[str, Any] = field(default_factory=dict)
    in_use: str = "7"
    asked: list[tuple[str, Any]] = field(default_factory=list)
    told: list[dict[str, str]] = field(default_factory=list)
    refusals: int = 0

    def serve(self, request: Request) -> Response:
        if invoked := re.fullmatch(r"/2015-03-31/functions/(?P<function>[^/]+)/invocations", request.path):
            return self._invoke(invoked["function"].rpartition(":")[2], json.loads(request.get_data()))
        if self.refusals:
            self.refusals -= 1
            return Response(json.dumps({"__type": "AccessDeniedException", "message": "not yet"}), 400)
        self.told.append(json.loads(request.get_data()))
        return Response("{}", content_type="application/x-amz-json-1.1")

    def _invoke(self, qualifier: str, event: Any) -> Response:
        self.asked.append((qualifier, event))
        said = self.says[qualifier]
        version = self.in_use if qualifier == "live" else qualifier
        if isinstance(said, Exception):
            return Response('{"errorMessage": "no module"}', 200, {"X-Amz-Function-Error": str(said), "X-Amz-Executed-Version": version})
        if isinstance(said, int):
            return Response('{"Type": "User"}', said, {"x-amzn-ErrorType": "TooManyRequestsException"})
        return Response(said if isinstance(said, bytes) else json.dumps(said), 200, {"X-Amz-Executed-Version": version})

    @property
    def status(self) -> str:
        (told,) = self.told
        assert (told["deploymentId"], told["lifecycleEventHookExecutionId"]) == ("d-1", "e-1")
        return told["status"]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    server, played = LoopbackServer(), Aws()
    server.expect_request(re.compile(".*")).respond_with_handler(played.serve)
    server.start()
    for service in ("LAMBDA", "CODEDEPLOY"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", server.url_for("").rstrip("/"))
    for name, value in {
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "CAUSEWAY_ENVIRONMENT": "prod",
        "CANDIDATES": json.dumps(CANDIDATES),
        "GOLDEN_QUESTIONS": json.dumps([QUESTION]),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("random.uniform", lambda low, high: 0.0)
    forget_clients()
    check_release.settings.cache_clear()
    yield played
    forget_clients()
    check_release.settings.cache_clear()
    server.clear()
    server.stop()


@pytest.fixture
def check(aws: Aws) -> Callable[..., str]:
    @dataclass
    class OfTheHook(Context):
        seconds: float = 600.0
        function_name: str = "check-release"
        memory_limit_in_mb: int = 2048
        invoked_function_arn: str = f"{ARN}check-release"
        aws_request_id: str = "lambda-1"

    def checked(**says: Any) -> str:
        aws.says = {name.removeprefix("v"): said for name, said in says.items()} if says else aws.says
        verdict = check_release.handler(HOOK, OfTheHook())  # type: ignore[arg-type]
        return f"{verdict} {aws.status}"

    return checked


def test_a_version_that_cites_the_document_gets_traffic(check: Callable[..., str], aws: Aws) -> None:
    assert check(live=answer(RIGHT), v8=answer("other", RIGHT)) == "proven Succeeded"
    qualifier, event = aws.asked[-1]
    assert qualifier == "8"
    assert json.loads(event["body"]) == {"question": "How long?"}
    assert event["requestContext"]["authorizer"]["claims"]["custom:tenant"] == "harbour"


def test_a_version_that_no_longer_finds_what_the_one_in_use_finds_gets_no_traffic(check: Callable[..., str], aws: Aws) -> None:
    assert check(live=answer(RIGHT), v8=answer("other")) == "refused Failed"
    assert [each for each, _ in aws.asked] == ["live", "8", "8"], "a model may miss once"


def test_where_the_document_is_not_yet_a_release_goes_on_and_is_counted(
    check: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(live=answer(), v8=answer()) == "unproven Succeeded"
    assert '"ReleasesUnproven":[1.0]' in capsys.readouterr().out.replace(" ", "")


def test_a_proven_release_counts_as_none_unproven(check: Callable[..., str], capsys: pytest.CaptureFixture[str]) -> None:
    check(live=answer(RIGHT), v8=answer(RIGHT))
    assert '"ReleasesUnproven":[0.0]' in capsys.readouterr().out.replace(" ", "")


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(RuntimeError("Unhandled"), id="crashes"),
        pytest.param(problem({"type": "urn:causeway:problem:search-unavailable"}, 503), id="has no search"),
        pytest.param({"no": "reply"}, id="replies in no form of the API"),
        pytest.param(stream(("retrieved", {}), ("error", {"type": "urn:causeway:problem:internal"})), id="fails in the middle of a stream"),
        pytest.param(b"\xff\xfe", id="returns no JSON"),
    ],
)
@pytest.mark.parametrize("live", [answer(), RuntimeError("Unhandled"), SWITCHED_OFF])
def test_a_version_that_fails_gets_no_traffic_whatever_the_one_in_use_does(check: Callable[..., str], said: Any, live: Any) -> None:
    assert check(live=live, v8=said) == "refused Failed"


def test_a_repair_is_let_through_while_the_version_in_use_fails(check: Callable[..., str]) -> None:
    assert check(live=RuntimeError("Unhandled"), v8=answer(RIGHT)) == "proven Succeeded"


def test_while_answers_are_switched_off_a_release_goes_on_unproven(check: Callable[..., str]) -> None:
    off = problem(SWITCHED_OFF, 503)
    assert check(live=off, v8=off) == "unproven Succeeded"


def test_a_version_that_is_switched_off_where_the_one_in_use_answers_gets_no_traffic(check: Callable[..., str]) -> None:
    assert check(live=answer(RIGHT), v8=problem(SWITCHED_OFF, 503)) == "refused Failed"


def test_a_streamed_answer_is_judged_by_its_last_event(check: Callable[..., str]) -> None:
    found = ("retrieved", {"citations": []})
    assert check(live=answer(RIGHT), v8=stream(found, ("done", {"citations": [{"document": RIGHT}]}))) == "proven Succeeded"


@pytest.mark.parametrize("alone", [lambda body: body, lambda body: json.dumps(body.decode()).encode()], ids=["as it is", "as JSON"])
@pytest.mark.parametrize(
    ("last", "heard"),
    [
        (("done", {"citations": [{"document": RIGHT}]}), "proven Succeeded"),
        (("error", {"type": "urn:causeway:problem:internal"}), "refused Failed"),
    ],
)
def test_the_body_of_a_stream_is_judged_without_its_metadata_too(
    check: Callable[..., str], last: tuple[str, Any], heard: str, alone: Callable[[bytes], bytes]
) -> None:
    body = stream(("retrieved", {"citations": []}), last).partition(DELIMITER)[2]
    assert check(live=answer(RIGHT), v8=alone(body)) == heard


def test_a_streamed_answer_that_found_the_document_and_does_not_cite_it_is_refused(check: Callable[..., str]) -> None:
    found = ("retrieved", {"citations": [{"document": RIGHT}]})
    assert check(live=answer(RIGHT), v8=stream(found, ("done", {"citations": []}))) == "refused Failed"


@pytest.mark.parametrize("in_use", ["8", "9"])
def test_a_return_to_a_former_version_is_never_held(check: Callable[..., str], aws: Aws, in_use: str) -> None:
    aws.in_use = in_use
    assert check(live=answer(), v8=RuntimeError("Unhandled")) == "proven Succeeded"


def test_a_version_that_is_throttled_throughout_gets_no_traffic(check: Callable[..., str]) -> None:
    assert check(live=answer(RIGHT), v8=429) == "refused Failed"


def test_rights_that_are_still_spreading_delay_the_verdict_and_do_not_lose_it(check: Callable[..., str], aws: Aws) -> None:
    aws.refusals = 2
    assert check(live=answer(RIGHT), v8=answer(RIGHT)) == "proven Succeeded"


def test_codedeploy_hears_that_it_failed_when_the_check_itself_breaks(
    check: Callable[..., str], aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOLDEN_QUESTIONS", "no JSON")
    with pytest.raises(ValueError, match="GOLDEN_QUESTIONS"):
        check(live=answer(RIGHT), v8=answer(RIGHT))
    assert aws.status == "Failed"


def test_of_two_versions_and_two_questions_the_worst_counts(check: Callable[..., str], aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    both = [*CANDIDATES, {"arn": f"{ARN}answer-stream:9", "path": "/v1/answers/stream"}]
    monkeypatch.setenv("CANDIDATES", json.dumps(both))
    assert check(live=answer(RIGHT), v8=answer(RIGHT), v9=answer()) == "refused Failed"
    assert {event["path"] for qualifier, event in aws.asked if qualifier == "9"} == {"/v1/answers/stream"}
    askers = [event["requestContext"]["authorizer"]["claims"]["sub"] for _, event in aws.asked]
    assert len(askers) > 2
    assert len(set(askers)) == len(askers), "one asker would use up the minute's questions of a user"
