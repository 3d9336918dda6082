"""AppConfig in every environment: what operators switch survives a deployment, and nothing holds a kill up."""

import json

from stacks.switches.documents import FIRST_DOCUMENT
from tests.infrastructure.synthesized import Resource, Synthesized
from tests.infrastructure.test_agents import variables

REFERENCES = {"Ref", "Fn::ImportValue"}  # to ids that stay as long as their resources do


def of(app: Synthesized, kind: str) -> dict[str, Resource]:
    """The resources of AppConfig of one kind, by their names or ids."""
    return {each.properties.get("Name", each.id): each for each in app.all(f"AWS::AppConfig::{kind}")}


def test_a_deployment_of_the_app_never_deploys_over_what_operators_have_switched(app: Synthesized) -> None:
    """CloudFormation replaces these two kinds at any change of a property, so each property is the same in every release."""
    versions, deployments = of(app, "HostedConfigurationVersion"), of(app, "Deployment")
    assert len(versions) == len(deployments) == 2
    assert FIRST_DOCUMENT == "{}"
    for version in versions.values():
        refs = {name: version.properties.pop(name) for name in ("ApplicationId", "ConfigurationProfileId")}
        assert version.properties == {"Content": "{}", "ContentType": "application/json"}
        assert all(set(ref) <= REFERENCES for ref in refs.values())
    for deployment in deployments.values():
        assert all(set(ref) <= REFERENCES for ref in deployment.properties.values())
    assert {each.id.removesuffix(each.id[-8:]) for each in (*versions.values(), *deployments.values())} == {
        *("SwitchesFirst", "SwitchesFirstDeployment"),
        *("ExperimentsFirst", "ExperimentsFirstDeployment"),
    }


def test_what_a_first_deployment_rests_on_is_never_replaced(app: Synthesized) -> None:
    """A change of these properties would replace the resource, and with it the documents."""
    for name, profile in of(app, "ConfigurationProfile").items():
        assert (name, profile.properties["LocationUri"], profile.properties["Type"]) in (
            ("switches", "hosted", "AWS.Freeform"),
            ("experiments", "hosted", "AWS.Freeform"),
        )
    assert set(of(app, "Environment")) == {"switches", "experiments"}
    assert {each.properties["ReplicateTo"] for each in app.all("AWS::AppConfig::DeploymentStrategy")} == {"NONE"}


def test_no_alarm_and_no_duration_holds_a_kill_up(app: Synthesized) -> None:
    assert "Monitors" not in of(app, "Environment")["switches"].properties
    at_once = of(app, "DeploymentStrategy")[f"causeway-{app.name}-AtOnce"].properties
    assert (at_once["DeploymentDurationInMinutes"], at_once["FinalBakeTimeInMinutes"], at_once["GrowthFactor"]) == (0, 0, 100)


def test_an_experiment_goes_back_at_the_alarm_on_5xx_answers(app: Synthesized) -> None:
    (monitor,) = of(app, "Environment")["experiments"].properties["Monitors"]
    (alarm,) = [each for each in app.all("AWS::CloudWatch::Alarm") if each.id == monitor["AlarmArn"]["Fn::GetAtt"][0]]
    assert alarm.properties["MetricName"] == "5XXError"
    assert alarm.properties["TreatMissingData"] == "notBreaching"  # else a quiet night would look like an alarm to AppConfig
    assert alarm.properties.get("ActionsEnabled", True)  # AppConfig passes by an alarm whose actions are off


def test_every_environment_of_aws_gets_an_experiment_step_by_step(app: Synthesized) -> None:
    if app.name == "local":
        assert "causeway-local-StepByStep" not in of(app, "DeploymentStrategy")
        return
    steps = of(app, "DeploymentStrategy")[f"causeway-{app.name}-StepByStep"].properties
    assert (steps["DeploymentDurationInMinutes"], steps["GrowthFactor"], steps["FinalBakeTimeInMinutes"]) == (10, 20, 10)


def test_appconfig_checks_documents_by_the_committed_validators(app: Synthesized) -> None:
    for profile in app.all("AWS::AppConfig::ConfigurationProfile"):
        (validator,) = profile.properties["Validators"]
        assert validator["Type"] == "JSON_SCHEMA"
        assert json.loads(validator["Content"])["$schema"].endswith("draft-04/schema#")
        assert len(validator["Content"]) < 32768


def test_functions_are_told_of_the_documents_that_they_read_and_ask_often_enough(app: Synthesized) -> None:
    told = {
        each.properties["FunctionName"].rpartition(f"{app.name}-")[2]: each.properties["Environment"]["Variables"]
        for each in functions(app)
    }
    readers = {name for name, variables in told.items() if "SWITCHES" in variables}
    agents = {"agents", "agent-stream", "agent-triggered", "agent-worker", "team-role", "teams"}
    assert readers == {"answers", "answer-stream", "answer-batch", "documents", *agents}
    for name in readers:
        assert int(told[name]["SWITCH_SECONDS"]) <= 45
        assert variables(app, name)["SWITCHES"].count("/") == 2
    assert {name for name, variables in told.items() if "EXPERIMENTS" in variables} == {"answers", "answer-stream", "answer-batch"}


def functions(app: Synthesized) -> list[Resource]:
    return [each for each in app.all("AWS::Lambda::Function") if "Environment" in each.properties]
