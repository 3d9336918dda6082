"""Operators switch, and the deployed functions follow within a minute."""

import copy
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from local.app.api import Reply, call
from local.app.aws import client
from local.app.people import Person
from local.console import Trouble
from local.settings import ACCOUNT, REGION
from operating import experiment, switch
from tests.local.conftest import Deployment

MINUTE = 60.0
QUESTION = "How long can I return a book?"
STACK = "causeway-local-switches"
ASSETS = f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}"  # where the CDK puts its own templates


@pytest.fixture
def switchboard(bookshop: Deployment) -> Iterator[Deployment]:
    """The deployment, with every switch on again at the end."""
    yield bookshop
    for name in ("answers", "generation", "agents", "uploads"):
        for tenant in ("", "harbour"):
            put(name, "on", tenant)


def put(name: str, value: str, tenant: str = "") -> None:
    switch.main({"NAME": name, "VALUE": value, "TENANT": tenant})


def awaited(ask: Callable[[], Reply], wanted: Callable[[Reply], bool]) -> float:
    """Seconds until a reply is as wanted."""
    began = time.monotonic()
    while not wanted(ask()):
        assert time.monotonic() - began < MINUTE
        time.sleep(0.5)
    return time.monotonic() - began


def test_answers_of_a_tenant_go_off_and_on_within_a_minute_and_the_other_tenants_stay(switchboard: Deployment) -> None:
    ada, bela = switchboard.ada, switchboard.bela
    assert switchboard.ask(ada, QUESTION).status == 200
    put("answers", "off", "harbour")
    awaited(lambda: switchboard.ask(ada, QUESTION), lambda reply: reply.status == 503)
    refused = switchboard.ask(ada, QUESTION)
    assert (refused.body["type"], refused.headers["retry-after"]) == ("urn:causeway:problem:switched-off", "60")
    awaited(lambda: call("POST", "/v1/answers/stream", ada, {"question": QUESTION}), lambda reply: reply.status == 503)
    assert switchboard.ask(bela, "When is the shop open?").status == 200
    put("answers", "on", "harbour")
    awaited(lambda: switchboard.ask(ada, QUESTION), lambda reply: reply.status == 200)


def test_agents_of_a_tenant_go_off_and_on_within_a_minute_and_teams_with_them(switchboard: Deployment) -> None:
    def say(person: Person) -> Reply:
        return call("POST", "/v1/agents/service/turns", person, {"message": "What day is it?"})

    ada, bela = switchboard.ada, switchboard.bela
    assert say(ada).status == 200
    put("agents", "off", "harbour")
    awaited(lambda: say(ada), lambda reply: reply.status == 503)
    awaited(lambda: call("POST", "/v1/teams/complaint/runs", ada, {"task": "Look."}), lambda reply: reply.status == 503)
    assert say(bela).status == 200
    put("agents", "on", "harbour")
    awaited(lambda: say(ada), lambda reply: reply.status == 200)


def test_without_generation_the_deployment_quotes_its_passages(switchboard: Deployment) -> None:
    put("generation", "off")
    awaited(lambda: switchboard.ask(switchboard.ada, QUESTION), lambda reply: reply.body.get("degraded") == ["model"])
    put("generation", "on")
    awaited(lambda: switchboard.ask(switchboard.ada, QUESTION), lambda reply: reply.body.get("degraded") == [])


def test_what_is_off_stays_off_when_the_stack_is_deployed_again(switchboard: Deployment) -> None:
    ada = switchboard.ada
    put("uploads", "off")
    awaited(lambda: call("POST", "/v1/documents", ada, {"name": "new.md"}), lambda reply: reply.status == 503)
    with _another_release():
        time.sleep(5)  # longer than functions keep what they know
        assert call("POST", "/v1/documents", ada, {"name": "new.md"}).status == 503
    put("uploads", "on")
    awaited(lambda: call("POST", "/v1/documents", ada, {"name": "new.md"}), lambda reply: reply.status == 201)


@contextmanager
def _another_release() -> Iterator[None]:
    """The validators of the switches differ from the release before. At the end that one is back: other tests share this deployment."""
    body = client("cloudformation").get_template(StackName=STACK)["TemplateBody"]
    before = json.loads(body) if isinstance(body, str) else body
    template = copy.deepcopy(before)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::AppConfig::ConfigurationProfile":
            resource["Properties"]["Description"] = "another release"
    _deploy(template)
    try:
        yield
    finally:
        _deploy(before)


def _deploy(template: dict[str, Any]) -> None:
    cloudformation = client("cloudformation")
    stack = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
    kept = [{"ParameterKey": each["ParameterKey"], "UsePreviousValue": True} for each in stack.get("Parameters", [])]
    client("s3").put_object(Bucket=ASSETS, Key="another-release.json", Body=json.dumps(template).encode())
    cloudformation.update_stack(
        StackName=STACK,
        TemplateURL=f"https://s3.{REGION}.amazonaws.com/{ASSETS}/another-release.json",
        Parameters=kept,
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
    )
    cloudformation.get_waiter("stack_update_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 120})


def test_names_and_values_that_do_not_exist_are_refused_with_what_there_is(deployment: Deployment) -> None:
    for wrong, said in (
        ({"NAME": "answer", "VALUE": "off"}, "answers, generation, first_model, reranking, agents, uploads, experiments"),
        ({"NAME": "answers", "VALUE": "of"}, "neither on nor off"),
        ({"NAME": "answers", "VALUE": "off", "TENANT": "har/bour"}, "TENANT=har/bour"),
    ):
        with pytest.raises(Trouble, match=said):
            switch.main(wrong)


def test_an_experiment_is_started_counted_and_ended(
    bookshop: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two users ask and rate; each turn is found by its variant, and each rating by its answer."""
    monkeypatch.setenv("GO", "1")
    plan = {"CHANGE": "top_k=2", "OUTCOME": "thumbs-up", "BASE": "0.5", "EFFECT": "0.4"}
    experiment.main({"NAME": "fewer-passages", **plan})
    assert "Started." in capsys.readouterr().out
    time.sleep(5)  # longer than functions keep what they know
    for person in (bookshop.ada, bookshop.bela):
        answered = bookshop.ask(person, QUESTION)
        call("POST", "/v1/feedback", person, {"request_id": answered.body["request_id"], "rating": "up"})
    said = awaited_text(capsys, lambda text: sum(int(each) for each in re.findall(r", (\d) answers?", text)) == 2)
    assert "The sample is not reached" in said
    monkeypatch.setenv("STOP", "1")
    experiment.main({})
    monkeypatch.delenv("STOP")
    assert "Ended" in capsys.readouterr().out


def awaited_text(capsys: pytest.CaptureFixture[str], wanted: Callable[[str], bool]) -> str:
    """What the command says of the running experiment, once the log lines are there."""
    began = time.monotonic()
    while True:
        experiment.main({})
        said = capsys.readouterr().out
        if wanted(said):
            return said
        assert time.monotonic() - began < MINUTE, said
        time.sleep(0.5)
