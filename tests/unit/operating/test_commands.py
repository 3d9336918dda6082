import io
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from causeway.runtime.switches import Positions, Switches
from local.console import Trouble
from operating import deployed, experiment, switch
from operating.account import Account
from operating.deployed import DeployedDocument

PLACE = {"ApplicationId": "app1", "EnvironmentId": "env1"}
PROFILE = {"ApplicationId": "app1", "ConfigurationProfileId": "prof1"}
PLAN = {"NAME": "shorter", "CHANGE": "top_k=3,unchecked=shown", "OUTCOME": "answered", "BASE": "0.7", "EFFECT": "0.05"}


class Control:
    """AppConfig's control plane, stubbed below its client, and an account that holds it."""

    def __init__(self, environment: str) -> None:
        self.client = boto3.client("appconfig", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
        self.stubs = Stubber(self.client)
        parameters = dict.fromkeys(("switches/switches", "assistant/experiments"), "app1/env1/prof1")
        parameters |= {"switches/deploy-at-once": "fast", "assistant/deploy-step-by-step": "slow"}
        self.account = Account(environment, "account 1, us-east-1", lambda _: self.client, lambda name: parameters[name])
        self.stubs.activate()

    def holds(self, document: Any, *later: dict[str, Any]) -> None:
        """Deployment 1 has the document; the later ones come behind it. Oldest first, as AWS does not promise the other order."""
        first = {"DeploymentNumber": 1, "ConfigurationVersion": "4", "State": "COMPLETE"}
        self.lists(first, *later)
        content = json.dumps(document).encode()
        body = {"Content": StreamingBody(io.BytesIO(content), len(content)), "VersionNumber": 4}
        self.stubs.add_response("get_hosted_configuration_version", body, {**PROFILE, "VersionNumber": 4})

    def lists(self, *deployments: dict[str, Any]) -> None:
        self.stubs.add_response("list_deployments", {"Items": list(deployments)}, PLACE)

    def takes(self, document: Any, known: int, strategy: str = "fast") -> None:
        wanted = {**PROFILE, "ContentType": "application/json", "Description": stubbed_any(), "Content": Same(document)}
        self.stubs.add_response("create_hosted_configuration_version", {"VersionNumber": 5}, wanted)
        started = {**PLACE, "ConfigurationProfileId": "prof1", "ConfigurationVersion": "5", "DeploymentStrategyId": strategy}
        started |= {"Description": stubbed_any(), "LatestDeploymentNumber": known}
        self.stubs.add_response("start_deployment", {"DeploymentNumber": known + 1}, started)

    def follows(self, *states: str) -> None:
        for state in states:
            self.stubs.add_response("get_deployment", {"State": state})


class Same:
    """Equals the JSON text of one document."""

    def __init__(self, document: Any) -> None:
        self._document = document

    def __eq__(self, other: object) -> bool:
        return isinstance(other, bytes) and json.loads(other) == self._document

    __hash__ = None  # type: ignore[assignment]


def stubbed_any() -> Any:
    from botocore.stub import ANY

    return ANY


@pytest.fixture(params=["local", "prod"])
def control(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Control]:
    made = Control(request.param)
    for module in (switch, experiment):
        monkeypatch.setattr(module, "account", lambda: made.account)
    monkeypatch.setattr(deployed, "PAUSE", 0.0)
    for name in ("GO", "STOP"):
        monkeypatch.delenv(name, raising=False)
    yield made
    made.stubs.assert_no_pending_responses()


def test_a_switch_is_put_off_beside_those_that_are_off_already(
    control: Control, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("GO", "1")
    control.holds({"everyone": {"uploads": False}})
    control.takes({"everyone": {"uploads": False}, "tenants": {"harbour": {"answers": False}}}, known=1)
    control.follows("DEPLOYING", "COMPLETE")
    switch.main({"NAME": "answers", "VALUE": "off", "TENANT": "harbour"})
    assert "answers of harbour: on → off\nDeployed." in capsys.readouterr().out


def test_a_real_account_is_told_what_would_happen_and_nothing_does_without_go(control: Control, capsys: pytest.CaptureFixture[str]):
    control.holds({})
    if not control.account.is_real:
        control.takes({"everyone": {"answers": False}}, known=1)
        control.follows("COMPLETE")
    switch.main({"NAME": "answers", "VALUE": "off"})
    said = capsys.readouterr().out
    assert "(account 1, us-east-1): answers of everyone: on → off" in said
    assert ("Nothing is done yet" in said) == control.account.is_real


def test_what_is_so_already_is_not_deployed_again(control: Control, capsys: pytest.CaptureFixture[str]):
    control.holds({"everyone": {"answers": False}})
    switch.main({"NAME": "answers", "VALUE": "off"})
    assert capsys.readouterr().out == "answers of everyone is off already.\n"


def test_what_was_taken_back_does_not_count_but_its_number_does(
    control: Control, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("GO", "1")
    control.holds({}, {"DeploymentNumber": 2, "ConfigurationVersion": "9", "State": "ROLLED_BACK"})
    control.takes({"everyone": {"generation": False}}, known=2)
    control.follows("COMPLETE")
    switch.main({"NAME": "generation", "VALUE": "off"})


def test_two_operators_at_once_do_not_undo_each_other(control: Control):
    control.holds({})
    found = DeployedDocument(control.account, "switches").read()
    control.stubs.add_response("create_hosted_configuration_version", {"VersionNumber": 5})
    control.stubs.add_client_error("start_deployment", "ConflictException", "not the latest", 409)
    with pytest.raises(Trouble, match="Somebody else"):
        DeployedDocument(control.account, "switches").deploy("{}", found, "on")


def test_what_appconfig_does_not_take_is_told_in_its_words(control: Control):
    control.holds({})
    found = DeployedDocument(control.account, "switches").read()
    control.stubs.add_client_error("create_hosted_configuration_version", "BadRequestException", "too large", 400)
    with pytest.raises(Trouble, match="too large"):
        DeployedDocument(control.account, "switches").deploy("{}", found, "on")


def test_a_deployment_that_is_taken_back_is_no_success(control: Control):
    control.holds({})
    found = DeployedDocument(control.account, "switches").read()
    control.takes({}, known=1)
    control.follows("DEPLOYING", "ROLLED_BACK")
    with pytest.raises(Trouble, match="is ROLLED_BACK, not COMPLETE"):
        DeployedDocument(control.account, "switches").deploy("{}", found, "on")


def test_the_switches_are_shown_with_the_tenants_that_are_off(control: Control, capsys: pytest.CaptureFixture[str]):
    control.holds({"everyone": {"uploads": False}, "tenants": {"lantern": {"answers": False}, "harbour": {"answers": False}}})
    switch.main({})
    said = capsys.readouterr().out
    assert "  answers      on   off for harbour, lantern; questions are answered" in said
    assert "  uploads      OFF  new documents" in said


@pytest.mark.parametrize(
    ("name", "value", "tenant", "said"),
    [
        (
            "answer",
            "off",
            "",
            "NAME=answer is no switch. There are: answers, generation, first_model, reranking, agents, uploads, experiments.",
        ),
        ("answers", "of", "", "VALUE=of is neither on nor off."),
        ("answers", "", "", "VALUE= is neither on nor off."),
        ("answers", "off", "har/bour", "TENANT=har/bour is no name of a tenant"),
    ],
)
def test_what_does_not_exist_is_refused_with_what_there_is(name: str, value: str, tenant: str, said: str):
    with pytest.raises(Trouble, match=said.replace(".", r"\.")):
        switch.switched(Switches(), name, value, tenant)


def test_a_tenant_of_which_all_is_on_leaves_the_document():
    off = switch.switched(Switches(), "answers", "off", "harbour")
    assert off.tenants == {"harbour": Positions(answers=False)}
    assert switch.switched(off, "answers", "on", "harbour") == Switches()


def test_an_experiment_is_planned_with_its_size_and_starts_only_when_told_to(control: Control, capsys: pytest.CaptureFixture[str]):
    control.holds({})
    control.lists()
    experiment.main(PLAN)
    said = capsys.readouterr().out
    assert 'shorter: b gets {"top_k":3,"unchecked":"shown"}, 50% of users.' in said
    assert "with power 0.8 at significance 0.05: 1,377 users in a and 1,377 users in b." in said
    assert "Nothing has started" in said


def test_an_experiment_starts_step_by_step(control: Control, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setenv("GO", "1")
    control.holds({})
    control.lists()
    control.holds({})
    control.stubs.add_response("create_hosted_configuration_version", {"VersionNumber": 5})
    control.stubs.add_response("start_deployment", {"DeploymentNumber": 2})
    experiment.main(PLAN)
    assert "an alarm on 5xx answers takes it back" in capsys.readouterr().out


def test_one_experiment_runs_at_a_time(control: Control):
    running = experiment.planned(PLAN).model_dump(exclude_none=True)
    control.holds({"running": running})
    with pytest.raises(Trouble, match="shorter runs already"):
        experiment.main({**PLAN, "NAME": "other"})


def test_the_end_of_an_experiment_takes_back_what_is_under_way(control: Control, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GO", "1")
    monkeypatch.setenv("STOP", "1")
    begun = {"DeploymentNumber": 2, "ConfigurationVersion": "5", "State": "BAKING"}
    control.holds({}, begun)
    control.lists(begun)
    control.lists(begun)
    control.stubs.add_response("stop_deployment", {}, {**PLACE, "DeploymentNumber": 2, "AllowRevert": True})
    control.follows("ROLLING_BACK", "ROLLED_BACK")
    control.holds({}, {**begun, "State": "ROLLED_BACK"})
    control.takes({}, known=2)
    control.follows("COMPLETE")
    experiment.main({})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"BASE": "", "EFFECT": ""}, "BASE: its share of answers today"),
        ({"CHANGE": ""}, "CHANGE: what b does otherwise"),
        ({"CHANGE": "top_k"}, "is no list such as"),
        ({"CHANGE": "guardrail_id=none"}, "Extra inputs"),
        ({"CHANGE": "top_k=50"}, "less than or equal to 20"),
        ({"OUTCOME": "liked"}, "outcome"),
        ({"BASE": "most"}, "BASE=most is no number"),
        ({"EFFECT": "0.8", "BASE": "0.5"}, "no share of answers"),
        ({"SHARE": "0.9"}, "share"),
        ({"NAME": "No Name"}, "name"),
    ],
)
def test_an_experiment_without_a_whole_plan_is_refused(changes: dict[str, str], said: str):
    with pytest.raises(Trouble, match=said):
        experiment.planned({**PLAN, **changes})
