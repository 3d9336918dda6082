"""The bulk job: its request as SageMaker takes it, its rights, and nothing where an environment has none."""

import json
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.validate import validate_parameters

from functions.read_bulk import ReadBulkSettings
from functions.read_documents import ReadSettings
from stacks.environment import load
from stacks.ingestion.bulk_job import INPUTS, LONGEST_VALUE, _parts
from tests.infrastructure.conftest import NAMES
from tests.infrastructure.resolving import resolved
from tests.infrastructure.synthesized import Resource, Synthesized
from tests.infrastructure.test_calls import allowed, of_role
from tests.infrastructure.test_functions import asset

SAGEMAKER = botocore.session.get_session().get_service_model("sagemaker")
ONLY_RUNTIME = {"uuid": "0f0e0d0c-0b0a-4908-8706-050403020100"}


@pytest.fixture(params=[name for name in NAMES if load(name).ingestion.bulk_job])
def app(request: pytest.FixtureRequest, synthesized: dict[str, Synthesized]) -> Synthesized:
    """One environment that has a bulk job after the other."""
    return synthesized[request.param]


def test_an_environment_that_names_no_job_has_none(dev: Synthesized) -> None:
    assert dev.environment.ingestion.bulk_job is None
    machines = [each.properties["StateMachineName"] for each in dev.all("AWS::StepFunctions::StateMachine")]
    assert not [name for name in machines if name.endswith("-bulk-job")]
    assert not [each for each in dev.all() if each.id.startswith("BulkJob")]


@pytest.fixture
def machine(app: Synthesized) -> Resource:
    (found,) = [each for each in app.all("AWS::StepFunctions::StateMachine") if each.properties["StateMachineName"].endswith("-bulk-job")]
    return found


def short_ids(resource: Resource, attribute: str) -> str | None:
    """As long as EC2's own."""
    return "x" * len("subnet-0123456789abcdef0") if resource.type in ("AWS::EC2::SecurityGroup", "AWS::EC2::Subnet") else None


@pytest.fixture
def states(app: Synthesized, machine: Resource) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(resolved(app, machine.stack, machine.properties["DefinitionString"], short_ids))["States"]
    return found


@pytest.fixture
def request_made(states: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = states["Read"]["Arguments"]
    return {**made, "ProcessingJobName": f"causeway-staging-bulk-{ONLY_RUNTIME['uuid']}-2"}


@pytest.fixture
def role(app: Synthesized, machine: Resource) -> Resource:
    (found,) = [each for each in app.all("AWS::IAM::Role") if each.properties.get("RoleName") == f"causeway-{app.name}-bulk-job"]
    return found


def reading(app: Synthesized) -> Resource:
    (found,) = [each for each in app.all("AWS::Lambda::Function") if each.properties["FunctionName"].endswith("-read-documents")]
    return found


def too_long(shape: Any, value: Any, path: str = "") -> list[str]:
    """What exceeds the length that the service's model gives; botocore checks the least lengths only."""
    if shape.type_name == "structure":
        return [each for name, part in value.items() for each in too_long(shape.members[name], part, f"{path}.{name}")]
    if shape.type_name in ("list", "map"):
        parts, inner = (value, shape.member) if shape.type_name == "list" else (value.values(), shape.value)
        found = [each for part in parts for each in too_long(inner, part, f"{path}[]")]
        return found + ([path] if len(value) > shape.metadata.get("max", len(value)) else [])
    wrong = shape.type_name == "string" and (
        len(value) > shape.metadata.get("max", len(value)) or value not in (getattr(shape, "enum", None) or [value])
    )
    return [f"{path}={value}"] if wrong else []


def test_sagemaker_takes_the_request(request_made: dict[str, Any]) -> None:
    shape = SAGEMAKER.operation_model("CreateProcessingJob").input_shape
    validate_parameters(request_made, shape)
    assert too_long(shape, request_made) == []


def test_the_job_has_every_setting_of_the_function_and_of_its_own(app: Synthesized, request_made: dict[str, Any]) -> None:
    given = request_made["Environment"]
    function = reading(app).properties["Environment"]["Variables"]
    missing = {name for name in function if name not in given and f"{name}__1" not in given} - {"QUEUES"}
    assert missing <= {name for name, value in function.items() if value == ""}
    wanted = {
        name.upper() for settings in (ReadSettings, ReadBulkSettings) for name, each in settings.model_fields.items() if each.is_required()
    }
    assert wanted - {"QUEUES"} <= given.keys()


def test_the_container_finds_its_code_and_every_package_in_the_inputs(
    app: Synthesized, machine: Resource, request_made: dict[str, Any]
) -> None:
    folders: dict[str, Path] = {}
    for each in request_made["ProcessingInputs"]:
        place, key = each["S3Input"]["LocalPath"], each["S3Input"]["S3Uri"].rpartition("/")[2]
        assert place == f"{INPUTS}/{each['InputName']}"
        folders[each["InputName"]] = asset(app, machine.stack, key.removesuffix(".py"))
    assert request_made["AppSpecification"]["ContainerEntrypoint"][1].startswith(f"{INPUTS}/job/")
    assert folders["job"].name == "job.py"
    assert (folders["code"] / "functions" / "read_bulk.py").is_file()
    assert (folders["code"] / "functions" / "read_documents.py").is_file()
    packages = {entry.name for name in ("runtime", "answering", "documents") for entry in (folders[name] / "python").iterdir()}
    assert packages >= {"botocore", "pydantic", "aws_lambda_powertools", "pypdfium2", "lxml"}
    compiled = {file.name for file in folders["answering"].rglob("*.so")}
    if app.name != "local":
        assert compiled
        assert all("x86_64" in name or "abi3" in name for name in compiled), sorted(compiled)[:3]


def test_the_job_may_do_what_the_function_may_and_what_sagemaker_needs(app: Synthesized, role: Resource) -> None:
    function = {
        (tuple(sorted(each.actions)), str(each.resources))
        for each in allowed(app, reading(app))
        if each.policy.id.startswith("ReadPermissions")
    }
    job = {(tuple(sorted(each.actions)), str(each.resources)): each for each in of_role(app, role)}
    assert function <= job.keys()
    more = {action for key, each in job.items() if key not in function for action in each.actions}
    assert {action.partition(":")[0] for action in more} == {"s3", "ecr", "ec2", "kms", "cloudwatch", "logs"}
    assert {action for action in more if action.startswith(("s3:", "kms:"))} == {
        "s3:GetObject",
        "s3:ListBucket",
        "kms:CreateGrant",
        "kms:DescribeKey",
    }


def test_the_machine_starts_and_stops_its_own_jobs_by_one_role(app: Synthesized, machine: Resource, role: Resource) -> None:
    runs = app.target(machine.stack, machine.properties["RoleArn"])
    assert runs is not None
    statements = of_role(app, runs)
    (passing,) = [each for each in statements if "iam:PassRole" in each.actions]
    assert [app.target(passing.policy.stack, each) for each in passing.resources] == [role]
    assert passing.conditions == {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
    (jobs,) = [each for each in statements if "sagemaker:CreateProcessingJob" in each.actions]
    assert [resolved(app, jobs.policy.stack, each).rpartition("/")[2] for each in jobs.resources] == [f"causeway-{app.name}-bulk-*"]


def test_the_instances_are_inside_and_reach_each_other_and_nothing_new(app: Synthesized, machine: Resource) -> None:
    (between,) = [each for each in app.all("AWS::EC2::SecurityGroup") if each.id.startswith("BulkJobBetween")]
    rules = app.all("AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress")
    own = [each for each in rules if app.target(each.stack, each.properties["GroupId"]) == between]
    others = [each.properties.get("SourceSecurityGroupId") or each.properties["DestinationSecurityGroupId"] for each in own]
    assert [app.target(between.stack, each) for each in others] == [between, between]
    assert not between.properties.get("SecurityGroupIngress")


def test_disks_and_traffic_are_encrypted_and_a_job_ends(states: dict[str, Any], request_made: dict[str, Any]) -> None:
    assert request_made["ProcessingResources"]["ClusterConfig"]["VolumeKmsKeyId"]
    assert request_made["NetworkConfig"]["EnableInterContainerTrafficEncryption"] is True
    longest = request_made["StoppingCondition"]["MaxRuntimeInSeconds"]
    assert longest <= 432_000
    assert int(request_made["AppSpecification"]["ContainerArguments"][5]) < longest < states["Read"]["TimeoutSeconds"]


def test_documents_that_failed_fail_the_execution(states: dict[str, Any]) -> None:
    assert states["WereAllRead"]["Choices"] == [{"Condition": "{% $states.input.failed > 0 %}", "Next": "SomeFailed"}]
    assert states["SomeFailed"]["Type"] == "Fail"


def test_a_long_value_is_cut_into_variables_that_sagemaker_takes() -> None:
    parts = _parts("INTAKE", "x" * 600)
    assert [name for name, _ in parts] == ["INTAKE__1", "INTAKE__2", "INTAKE__3"]
    assert {len(value) <= LONGEST_VALUE for _, value in parts} == {True}
    assert _parts("EMPTY", "") == []
