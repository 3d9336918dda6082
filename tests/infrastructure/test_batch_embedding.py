"""Batch embedding: the job's request as Bedrock takes it, its role, and a way back to the queue from every state."""

import json
from datetime import UTC, datetime
from typing import Any

import botocore.session
import pytest
from botocore.validate import validate_parameters

from causeway.documents.batching.batch import FOLDER, batch_names
from functions.embed_batch import EmbedBatchSettings, Step
from stacks.data.stack import BATCH_ROLE
from stacks.ingestion import batch_states
from tests.infrastructure.resolving import ACCOUNT, resolved
from tests.infrastructure.synthesized import Resource, Synthesized
from tests.infrastructure.test_bulk_job import too_long
from tests.infrastructure.test_calls import of_role

BEDROCK = botocore.session.get_session().get_service_model("bedrock")
BATCH = "20261127T161900-0123abcd-10"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/01234567-89ab-cdef-0123-456789abcdef"
SDK = "arn:aws:states:::aws-sdk:bedrock:"


@pytest.fixture
def machine(dev: Synthesized) -> Resource:
    name = "causeway-dev-batch-embedding"
    (found,) = [each for each in dev.all("AWS::StepFunctions::StateMachine") if each.properties["StateMachineName"] == name]
    return found


@pytest.fixture
def definition(dev: Synthesized, machine: Resource) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(resolved(dev, machine.stack, machine.properties["DefinitionString"]))
    return found


@pytest.fixture
def states(definition: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = definition["States"]["EachBatch"]["ItemProcessor"]["States"]
    return found


@pytest.fixture
def role(dev: Synthesized) -> Resource:
    (found,) = [each for each in dev.all("AWS::IAM::Role") if each.properties.get("RoleName") == f"causeway-dev-{BATCH_ROLE}"]
    return found


@pytest.fixture
def settings(dev: Synthesized) -> EmbedBatchSettings:
    (function,) = [each for each in dev.all("AWS::Lambda::Function") if each.properties["FunctionName"].endswith("-embed-batch")]
    return EmbedBatchSettings.from_environment(resolved(dev, function.stack, function.properties["Environment"]["Variables"]))


def request_of(arguments: Any) -> Any:
    """As Bedrock spells it, with the variable `batch` in its place."""
    if isinstance(arguments, dict):
        return {name[0].lower() + name[1:]: request_of(each) for name, each in arguments.items()}
    if not isinstance(arguments, str) or not arguments.startswith("{%"):
        return arguments
    parts = arguments.removeprefix("{% ").removesuffix(" %}").split(" & ")
    return "".join(BATCH if part == "$batch" else part.strip("'") for part in parts)


def test_bedrock_takes_the_request_for_a_job(states: dict[str, Any]) -> None:
    assert states["Create"]["Resource"] == f"{SDK}createModelInvocationJob"
    made = request_of(states["Create"]["Arguments"])
    made["outputDataConfig"]["s3OutputDataConfig"]["s3EncryptionKeyId"] = KEY
    shape = BEDROCK.operation_model("CreateModelInvocationJob").input_shape
    validate_parameters(made, shape)
    assert too_long(shape, made) == []
    given, taken = (made[f"{way}DataConfig"][f"s3{way.capitalize()}DataConfig"]["s3Uri"].split("/", 3)[3] for way in ("input", "output"))
    assert (given, taken) == (f"{FOLDER}/{BATCH}/input/records.jsonl", f"{FOLDER}/{BATCH}/output/")
    assert made["timeoutDurationInHours"] >= shape.members["timeoutDurationInHours"].metadata["min"]


def test_a_job_is_asked_for_by_what_its_creation_answers_until_a_state_that_bedrock_ends_in(states: dict[str, Any]) -> None:
    made, asked = BEDROCK.operation_model("CreateModelInvocationJob"), BEDROCK.operation_model("GetModelInvocationJob")
    assert states["Create"]["Assign"] == {"job": "{% $states.result.JobArn %}"}
    assert "jobArn" in made.output_shape.members
    assert states["Look"]["Resource"] == f"{SDK}getModelInvocationJob"
    assert request_of(states["Look"]["Arguments"]).keys() == {"jobIdentifier"}
    every = set(asked.output_shape.members["status"].enum)
    assert every - set(batch_states.OVER) == {"Submitted", "InProgress", "Stopping", "Validating", "Scheduled"}
    known = {error.name for operation in (made, asked) for error in operation.error_shapes}
    assert {each.removeprefix("Bedrock.") for each in batch_states.BUSY["ErrorEquals"]} <= known


def test_from_every_state_of_a_batch_its_messages_go_back_to_the_queue(states: dict[str, Any]) -> None:
    for name in ("Gather", "Create", "Collect"):
        (caught,) = states[name]["Catch"]
        assert (caught["ErrorEquals"], caught["Next"], caught["Assign"]) == (["States.ALL"], "GiveBack", {"failed": True})
    assert [each["Next"] for each in states["Look"]["Catch"]] == ["IsItOver"]
    (over,) = states["IsItOver"]["Choices"]
    assert f"> {batch_states.PATIENCE_HOURS * 3_600_000}" in over["Condition"]
    assert states[over["Next"]]["Next"] == "Collect"
    assert states["GiveBack"]["Arguments"]["Payload"]["unread"] is True
    assert states["Left"]["Output"]["failed"] is True  # one batch that is left ends no other


def test_every_payload_is_a_step_of_the_function(definition: dict[str, Any], states: dict[str, Any]) -> None:
    tasks = [definition["States"]["Begin"], *(states[name] for name in ("Gather", "Collect", "GiveBack"))]
    steps = [Step.model_validate({**each["Arguments"]["Payload"], "left_after_hours": None}) for each in tasks]
    assert [each.step for each in steps] == ["begin", "gather", "collect", "collect"]


def test_what_is_called_left_is_of_no_execution_that_runs(definition: dict[str, Any], settings: EmbedBatchSettings) -> None:
    assert batch_states.JOB_HOURS < batch_states.PATIENCE_HOURS < definition["TimeoutSeconds"] / 3600 < settings.left_after_hours


def test_an_execution_has_room_for_its_history(definition: dict[str, Any], settings: EmbedBatchSettings) -> None:
    """25,000 events, Step Functions' limit: nine for each look at a job, and less than 100 around them."""
    most = 10
    looks = batch_states.PATIENCE_HOURS * 3600 / batch_states.LOOK_SECONDS
    assert settings.batches <= most
    assert most * (9 * looks + 100) < 25_000


def test_messages_are_hidden_for_longer_than_a_call_may_take(dev: Synthesized, settings: EmbedBatchSettings) -> None:
    (function,) = [each for each in dev.all("AWS::Lambda::Function") if each.properties["FunctionName"].endswith("-embed-batch")]
    assert settings.hidden_seconds > function.properties["Timeout"]


def test_the_role_of_jobs_serves_bedrocks_jobs_of_this_account_and_reaches_texts_and_vectors(dev: Synthesized, role: Resource) -> None:
    (trust,) = role.properties["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "bedrock.amazonaws.com"}
    jobs = resolved(dev, role.stack, trust["Condition"]["ArnLike"]["aws:SourceArn"])
    assert jobs == f"arn:aws:bedrock:{dev.environment.region}:{ACCOUNT}:model-invocation-job/*"
    reached = {
        action: [resolved(dev, each.policy.stack, one) for one in each.resources] for each in of_role(dev, role) for action in each.actions
    }
    assert reached.keys() == {"s3:GetObject", "s3:PutObject", "s3:ListBucket", "kms:Decrypt", "kms:GenerateDataKey"}
    (written,) = reached["s3:PutObject"]
    assert written.endswith(f"/{FOLDER}/*/output/*")


def test_the_machine_makes_jobs_of_one_model_by_one_role(dev: Synthesized, machine: Resource, role: Resource) -> None:
    runs = dev.target(machine.stack, machine.properties["RoleArn"])
    assert runs is not None
    statements = of_role(dev, runs)
    (passing,) = [each for each in statements if "iam:PassRole" in each.actions]
    assert [dev.target(passing.policy.stack, each) for each in passing.resources] == [role]
    assert passing.conditions == {"StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}}
    (making,) = [each for each in statements if "bedrock:CreateModelInvocationJob" in each.actions]
    made = {resolved(dev, making.policy.stack, each).rpartition(":")[2] for each in making.resources}
    assert made == {"model-invocation-job/*", "0"}  # amazon.titan-embed-text-v2:0


def test_names_of_batches_fit_a_job() -> None:
    name = f"causeway-staging-{batch_names(datetime.now(UTC), '0123abcd', 10)[-1]}"
    assert len(name) <= BEDROCK.shape_for("ModelInvocationJobName").metadata["max"]
