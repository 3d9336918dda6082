"""Syncs of buckets: the machine in every environment, and what sources of an environment add to it."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from stacks import application
from stacks.environment import ENVIRONMENTS, parse
from stacks.ingestion.sync_states import AT_ONCE
from tests.infrastructure.resolving import resolved
from tests.infrastructure.synthesized import Synthesized

BUCKET, KEY = "harbour-intranet", "arn:aws:kms:us-east-1:111122223333:key/1234"
SOURCES = [
    {"bucket": BUCKET, "prefix": "handbooks/", "tenant": "harbour", "every_hours": 6, "key_arn": KEY},
    {"bucket": BUCKET, "prefix": "menus/", "tenant": "lantern"},
]


@pytest.fixture(scope="module")
def with_sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The ingestion stack's resources of dev with two sources; synth fails on any finding of the rule packs."""
    values = yaml.safe_load((ENVIRONMENTS / "dev.yaml").read_text())
    values["ingestion"]["sources"] = SOURCES
    folder = tmp_path_factory.mktemp("sources")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(application, "load", lambda name, domain=None: parse(values, "dev.yaml"))
        application.Causeway("dev", outdir=str(folder)).synth()
    return json.loads(Path(folder, "causeway-dev-ingestion.template.json").read_text())["Resources"]


def of_type(resources: dict[str, Any], kind: str, begin: str = "") -> list[dict[str, Any]]:
    return [each["Properties"] for id, each in resources.items() if each["Type"] == kind and id.startswith(begin)]


def actions_on(resources: dict[str, Any], begin: str, place: str) -> set[str]:
    """What policies whose id begins so allow on resources that name the place."""
    statements = [
        statement
        for policy in of_type(resources, "AWS::IAM::ManagedPolicy", begin)
        for statement in policy["PolicyDocument"]["Statement"]
        if place in json.dumps(statement["Resource"])
    ]
    found: set[str] = set()
    for statement in statements:
        found |= {statement["Action"]} if isinstance(statement["Action"], str) else set(statement["Action"])
    return found


def test_a_source_lets_the_function_read_its_prefix_and_the_machine_list_its_bucket(with_sources: dict[str, Any]) -> None:
    assert actions_on(with_sources, "SyncSteps", f":s3:::{BUCKET}/handbooks/*") == {"s3:GetObject"}
    assert actions_on(with_sources, "SyncSteps", f":s3:::{BUCKET}/menus/*") == {"s3:GetObject"}
    assert actions_on(with_sources, "SyncSteps", f':s3:::{BUCKET}"') == {"s3:ListBucket"}
    assert actions_on(with_sources, "SyncSteps", KEY) == {"kms:Decrypt"}
    assert actions_on(with_sources, "SyncPermissions", BUCKET) | actions_on(with_sources, "SyncSyncPermissions", BUCKET) == {
        "s3:ListBucket"
    }


def test_only_a_source_that_says_how_often_has_a_schedule(with_sources: dict[str, Any]) -> None:
    (schedule,) = of_type(with_sources, "AWS::Scheduler::Schedule")
    assert schedule["ScheduleExpression"] == "rate(6 hours)"
    assert json.loads(schedule["Target"]["Input"]) == {"bucket": BUCKET, "prefix": "handbooks/", "tenant": "harbour"}
    assert "Sync" in json.dumps(schedule["Target"]["Arn"])
    assert actions_on(with_sources, "SyncSchedulingPermissions", "Sync") >= {"states:StartExecution"}
    queue = schedule["Target"]["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0]
    assert actions_on(with_sources, "SyncSchedulingPermissions", queue) >= {"sqs:SendMessage"}


def test_the_machine_lists_in_batches_runs_its_own_children_and_ends_within_a_day(app: Synthesized) -> None:
    name = f"causeway-{app.name}-sync"
    (machine,) = [each for each in app.all("AWS::StepFunctions::StateMachine") if each.properties["StateMachineName"] == name]
    definition = json.loads(resolved(app, machine.stack, machine.properties["DefinitionString"]))
    assert definition["TimeoutSeconds"] == 86400
    copy = definition["States"]["Copy"]
    assert (copy["ItemReader"]["Resource"], copy["ItemBatcher"]["MaxItemsPerBatch"]) == ("arn:aws:states:::s3:listObjectsV2", AT_ONCE)
    assert copy["ItemProcessor"]["ProcessorConfig"]["Mode"] == "DISTRIBUTED"
    assert copy["MaxConcurrency"] < 5, "of the function's concurrency"
    allowed = [
        each for each in app.statements() if each.effect == "Allow" and name in resolved(app, each.policy.stack, str(each.resources))
    ]
    on_itself = {action for each in allowed for action in each.actions if action.startswith("states:")}
    assert on_itself >= {"states:StartExecution", "states:DescribeExecution", "states:StopExecution"}


def test_no_environment_of_the_house_reads_a_bucket_that_is_not_its_own(app: Synthesized) -> None:
    assert app.environment.ingestion.sources == ()
    assert not [each for each in app.all("AWS::Scheduler::Schedule") if "-sync-" in each.properties["Name"]]
