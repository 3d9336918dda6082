"""The check of a release against functions as deployed: a version that is really broken gets no traffic, one that answers gets it.

CodeDeploy does not run here: the hook gets the event that it would send, and a local server hears the verdict.
"""

import json
import re
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from werkzeug import Response

from causeway.runtime.clients import forget_clients
from functions import check_release
from local import settings
from local.app.aws import client
from stacks.assistant.golden import golden_questions
from tests.unit.functions.recording import Context
from tests.unit.http_server import LoopbackServer

PATHS = {"causeway-local-answers": "/v1/answers", "causeway-local-answer-stream": "/v1/answers/stream"}


@dataclass
class OfTheHook(Context):
    seconds: float = 600.0
    function_name: str = "check-release"
    memory_limit_in_mb: int = 2048
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:000000000000:function:check-release"
    aws_request_id: str = "lambda-1"


@contextmanager
def new_version(function, **changed):
    """ARN of a version whose variables differ so from those in use."""
    functions = client("lambda")
    before = functions.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
    functions.update_function_configuration(FunctionName=function, Environment={"Variables": before | changed})
    try:
        made = functions.publish_version(FunctionName=function)
        yield made["FunctionArn"]
        functions.delete_function(FunctionName=function, Qualifier=made["Version"])
    finally:
        functions.update_function_configuration(FunctionName=function, Environment={"Variables": before})


@pytest.fixture
def judged(monkeypatch):
    """What CodeDeploy hears of versions of functions."""
    state, told = settings.read(), []
    server = LoopbackServer()
    server.expect_request(re.compile(".*")).respond_with_handler(
        lambda request: told.append(json.loads(request.get_data())) or Response("{}", content_type="application/x-amz-json-1.1")
    )
    server.start()

    def judge(**candidates):
        found = [{"arn": arn, "path": PATHS[f"causeway-local-{name.replace('_', '-')}"]} for name, arn in candidates.items()]
        for name, value in {
            "AWS_REGION": state.region,
            "AWS_ACCESS_KEY_ID": state.access_key_id,
            "AWS_SECRET_ACCESS_KEY": settings.SECRET_ACCESS_KEY,
            "AWS_ENDPOINT_URL": state.cloud_url,
            "AWS_ENDPOINT_URL_CODEDEPLOY": server.url_for("").rstrip("/"),
            "CAUSEWAY_ENVIRONMENT": "local",
            "CANDIDATES": json.dumps(found),
            "GOLDEN_QUESTIONS": json.dumps(golden_questions("bookshop")),
        }.items():
            monkeypatch.setenv(name, value)
        forget_clients()
        check_release.settings.cache_clear()
        verdict = check_release.handler({"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "e-1"}, OfTheHook())
        return verdict, told[-1]["status"]

    yield judge
    server.clear()
    server.stop()
    check_release.settings.cache_clear()
    forget_clients()


def test_new_versions_that_answer_golden_questions_get_traffic(bookshop, judged):
    with (
        new_version("causeway-local-answers", RELEASE="new") as answers,
        new_version("causeway-local-answer-stream", RELEASE="new") as stream,
    ):
        assert judged(answers=answers, answer_stream=stream) == ("proven", "Succeeded")


def test_a_version_that_searches_an_index_without_passages_gets_no_traffic(bookshop, judged):
    with new_version("causeway-local-answers", REGISTRY_TABLE="a-table-that-is-not-there") as answers:
        assert judged(answers=answers) == ("refused", "Failed")


def test_a_streaming_version_that_cannot_start_gets_no_traffic(bookshop, judged):
    with new_version("causeway-local-answer-stream", SEARCH_ENDPOINT="") as stream:
        assert judged(answer_stream=stream) == ("refused", "Failed")


def test_a_version_that_finds_nothing_similar_enough_is_held_although_it_answers(bookshop, judged):
    with new_version("causeway-local-answers", LEAST_SIMILARITY="0.999") as answers:
        assert judged(answers=answers) == ("refused", "Failed")
