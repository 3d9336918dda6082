"""The check of a release as a function of the local AWS, against versions of the functions that answer: one that is really broken gets no
traffic. CodeDeploy does not run here: the check gets the event that it would send, and a local server hears the verdict.
"""

import io
import json
import re
import zipfile
from contextlib import contextmanager

import pytest
from werkzeug import Response

from local.app.aws import client
from stacks.assistant.golden import golden_questions
from stacks.constructs.code import build
from tests.local.conftest import MISSING
from tests.unit.http_server import LoopbackServer

ANSWERS, STREAM = "causeway-local-answers", "causeway-local-answer-stream"
PATHS = {ANSWERS: "/v1/answers", STREAM: "/v1/answers/stream"}
CHECK = "causeway-local-check-release"


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


def own_role():
    """ARN of a role that may do what prod's template lets the check do."""
    iam = client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    calls = [client("lambda").get_function_configuration(FunctionName=each)["FunctionArn"] + ":*" for each in (ANSWERS, STREAM)]
    invoke = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": calls}
    trusted, allowed = ({"Version": "2012-10-17", "Statement": [each]} for each in (trust, invoke))
    iam.create_role(RoleName=CHECK, AssumeRolePolicyDocument=json.dumps(trusted))
    iam.put_role_policy(RoleName=CHECK, PolicyName="check", PolicyDocument=json.dumps(allowed))
    return iam.get_role(RoleName=CHECK)["Role"]["Arn"]


@pytest.fixture
def judged(bookshop):
    """What CodeDeploy hears of versions of functions, and what the check returned."""
    functions, told = client("lambda"), []
    server = LoopbackServer()
    server.expect_request(re.compile(".*")).respond_with_handler(
        lambda request: told.append(json.loads(request.get_data())) or Response("{}", content_type="application/x-amz-json-1.1")
    )
    server.start()
    beside, role = functions.get_function_configuration(FunctionName=ANSWERS), own_role()
    functions.create_function(
        FunctionName=CHECK,
        Runtime=beside["Runtime"],
        Role=role,
        Handler="functions.check_release.handler",
        Code={"ZipFile": zipped(build("check-release"))},
        Layers=[each["Arn"] for each in beside["Layers"]],
        Timeout=600,
        MemorySize=beside["MemorySize"],
    )

    def judge(*candidates):
        variables = {
            "AWS_ENDPOINT_URL_CODEDEPLOY": server.url_for("").rstrip("/"),
            "CAUSEWAY_ENVIRONMENT": "local",
            "POWERTOOLS_SERVICE_NAME": "check-release",
            "POWERTOOLS_METRICS_NAMESPACE": "causeway-local",
            "CANDIDATES": json.dumps([{"arn": arn, "path": PATHS[arn.split(":")[-2]]} for arn in candidates]),
            "GOLDEN_QUESTIONS": json.dumps(golden_questions("bookshop")),
        }
        functions.update_function_configuration(FunctionName=CHECK, Environment={"Variables": variables})
        hook = {"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "e-1"}
        answer = functions.invoke(FunctionName=CHECK, Payload=json.dumps(hook))
        said = answer["Payload"].read()
        assert "FunctionError" not in answer, said
        assert (told[-1]["deploymentId"], told[-1]["lifecycleEventHookExecutionId"]) == ("d-1", "e-1")
        return json.loads(said), told[-1]["status"]

    yield judge
    functions.delete_function(FunctionName=CHECK)
    client("iam").delete_role_policy(RoleName=CHECK, PolicyName="check")
    client("iam").delete_role(RoleName=CHECK)
    server.clear()
    server.stop()


def zipped(folder):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for file in folder.rglob("*"):
            archive.write(file, file.relative_to(folder))
    return written.getvalue()


def test_new_versions_that_answer_golden_questions_get_traffic(judged):
    with new_version(ANSWERS, RELEASE="new") as answers, new_version(STREAM, RELEASE="new") as stream:
        assert judged(answers, stream) == ("proven", "Succeeded")


def test_a_version_that_cannot_read_what_it_needs_gets_no_traffic(judged):
    with new_version(ANSWERS, REGISTRY_TABLE=MISSING) as answers:
        assert judged(answers) == ("refused", "Failed")


def test_a_streaming_version_that_cannot_start_gets_no_traffic(judged):
    with new_version(STREAM, SEARCH_ENDPOINT="") as stream:
        assert judged(stream) == ("refused", "Failed")


def test_a_version_that_finds_nothing_similar_enough_is_held_although_it_answers(judged):
    with new_version(ANSWERS, LEAST_SIMILARITY="0.999") as answers:
        assert judged(answers) == ("refused", "Failed")
