"""Whether each function may do on AWS what its code does, and no more: role, boundary, endpoint and key have to agree."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from stacks.constructs.boundary import CEILINGS
from tests.infrastructure.calls import LAMBDAS, SIGNED_FOR_OTHERS, Call, calls_of
from tests.infrastructure.resolving import resolved
from tests.infrastructure.synthesized import Resource, Statement, Synthesized, as_list

PREFIXES = {"appconfigdata": "appconfig", "bedrock-runtime": "bedrock", "sagemaker-runtime": "sagemaker", "stepfunctions": "states"}
ENDPOINTS = {"sagemaker-runtime": "sagemaker.runtime", "stepfunctions": "states"}
# Where IAM's word is not the operation's.
ACTIONS = {
    Call("lambda", "Invoke"): {"lambda:InvokeFunction"},
    Call("s3", "CopyObject"): {"s3:GetObject", "s3:PutObject"},
    Call("s3", "DeleteObjects"): {"s3:DeleteObject"},
    Call("s3", "ListMultipartUploads"): {"s3:ListBucketMultipartUploads"},
    Call("s3", "ListObjectVersions"): {"s3:ListBucketVersions"},
    Call("s3", "HeadObject"): {"s3:GetObject"},
    Call("s3", "ListObjectsV2"): {"s3:ListBucket"},
    **{Call("s3", name): {"s3:PutObject"} for name in SIGNED_FOR_OTHERS},
    Call("sqs", "ChangeMessageVisibilityBatch"): {"sqs:ChangeMessageVisibility"},
    Call("sqs", "DeleteMessageBatch"): {"sqs:DeleteMessage"},
    Call("sqs", "SendMessageBatch"): {"sqs:SendMessage"},
    Call("dynamodb", "TransactWriteItems"): {"dynamodb:PutItem", "dynamodb:UpdateItem"},
    Call("sts", "AssumeRole"): {"sts:AssumeRole", "sts:TagSession"},
    Call("bedrock-runtime", "Converse"): {"bedrock:InvokeModel", "bedrock:ApplyGuardrail"},
    Call("bedrock-runtime", "ConverseStream"): {"bedrock:InvokeModelWithResponseStream", "bedrock:ApplyGuardrail"},
}
# What a role needs although no line of code asks for it by that name.
ASKED_BY_NO_LINE = {
    "answers": {"s3:ListBucket"},  # an archive that is missing, not forbidden
    "answer-stream": {"s3:ListBucket"},
    "documents": {"s3:ListBucket"},
    "reveals": {"s3:ListBucket"},
    # The event source acts as the role.
    "read-documents": {"s3:GetObjectVersion", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"},  # GetObject with a version id
    "index-documents": {"sqs:GetQueueAttributes", "sqs:ReceiveMessage"},
    "answer-batch": {"s3:ListBucket", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"},
    "erase": {"sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"},
    "empty-bucket": {"s3:DeleteObjectVersion"},
    "agents": {"s3:ListBucket"},
    "agent-stream": {"s3:ListBucket"},
    "agent-worker": {"s3:ListBucket", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"},
    "agent-triggered": {
        *("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"),
        *("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"),
    },
}
# The walk takes what is named for called: our `create_session` has the name of an operation of S3; what `erasures` attempts is a call, no
# event; what `reveals` reads the page of, or attempts, is none of the table; `reindex` deletes passages, and keeps a row for some
# seconds; `embed_batch` reads which generations there are. What the functions that answer sign for others shows a picture and puts nothing.
# A value is sealed without KMS.
NOT_CALLED = {
    "sessions": {"s3:CreateSession"},
    "erasures": {"dynamodb:UpdateItem"},
    "erase": {"kms:Encrypt"},
    "read_documents": {"kms:Encrypt"},
    "reveals": {"dynamodb:Query", "dynamodb:UpdateItem", "kms:Encrypt"},
    "reindex": {"s3:DeleteObject", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage"},
    "embed_batch": {"dynamodb:UpdateItem"},
    "answers": {"s3:PutObject"},
    "answer_stream": {"s3:PutObject"},
    "answer_batch": {"s3:PutObject"},
    "empty_bucket": {"s3:DeleteObject"},  # by version always
}
# The key beneath a bucket, table or queue is asked as well; AWS asks it in the caller's name.
KEY_ACTIONS = {
    "s3:GetObject": {"kms:Decrypt"},
    "s3:PutObject": {"kms:GenerateDataKey"},
    "sqs:ReceiveMessage": {"kms:Decrypt"},
    "sqs:SendMessage": {"kms:Decrypt", "kms:GenerateDataKey"},
    "secretsmanager:GetSecretValue": {"kms:Decrypt"},
    "sns:Publish": {"kms:Decrypt", "kms:GenerateDataKey"},
    **{
        f"dynamodb:{what}": {"kms:Decrypt"}
        for what in ("BatchGetItem", "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem")
    },
}
CALLED_BY_CODE = (
    "appconfig:",
    "bedrock:",
    "cloudformation:",
    "comprehend:",
    "dynamodb:",
    "events:",
    "lambda:",
    "s3:",
    "sagemaker:",
    "secretsmanager:",
    "sns:",
    "states:",
    "sqs:",
    "sts:",
    "textract:",
)
# Of the key's actions these are called by code, all others by services in the caller's name.
CALLED_OF_KEYS = ("kms:GenerateMac", "kms:VerifyMac")


def needed(function: Resource) -> dict[Call, set[str]]:
    """The operations of a function's code with the actions they take; of what the settings choose between, only the chosen."""
    entry = function.properties["Handler"].split(".")[1]
    calls = {call for call in calls_of(entry) if not _not_chosen(call, function.properties["Environment"]["Variables"])}
    unused = NOT_CALLED.get(entry, set())
    return {call: (ACTIONS.get(call) or {f"{PREFIXES.get(call.service, call.service)}:{call.operation}"}) - unused for call in calls}


def _not_chosen(call: Call, variables: dict[str, Any]) -> bool:
    providers, reranks = providers_of(variables), "RERANK_MODEL" in variables
    return (
        (call.operation == "InvokeEndpoint" and providers == {"bedrock"})
        or (call.operation == "InvokeModel" and providers == {"sagemaker"} and not reranks)
        or (call.service == "comprehend" and "COMPREHEND" not in variables)
        or (call.service == "secretsmanager" and "TOOL_SECRETS" not in variables)
        or (call.service == "textract" and "TEXTRACT_ROLE" not in variables)
    )


def providers_of(variables: dict[str, Any]) -> set[str | None]:
    """Of the embedding models."""
    beside = variables.get("EMBEDDING_BESIDE")
    return {
        variables.get("EMBEDDING_PROVIDER"),
        *([json.loads(beside).get("embedding_provider", variables.get("EMBEDDING_PROVIDER"))] if beside else []),
    }


def allowed(app: Synthesized, function: Resource) -> list[Statement]:
    """What a function's role is allowed, and the roles that it may assume."""
    role = app.target(function.stack, function.properties["Role"])
    assert role is not None, function
    own = of_role(app, role)
    assumed = [
        target
        for each in own
        if "sts:AssumeRole" in each.actions
        for arn in each.resources
        for target in beneath(app, each.policy.stack, arn)
    ]
    return [*own, *(each for other in assumed for each in of_role(app, other))]


def of_role(app: Synthesized, role: Resource) -> list[Statement]:
    return [each for each in app.statements() if each.effect == "Allow" and role in carriers(app, each.policy)]


def carriers(app: Synthesized, policy: Resource) -> list[Resource | None]:
    return [app.target(policy.stack, role) for role in policy.properties.get("Roles", [])]


def beneath(app: Synthesized, stack: str, value: Any) -> Iterator[Resource]:
    """The resources that an ARN of a policy is made of."""
    target = app.target(stack, value) if isinstance(value, dict) else None
    if target:
        yield target
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from beneath(app, stack, inner)


def key_of(app: Synthesized, resource: Resource) -> Resource | None:
    """The key of ours that encrypts a bucket, a table in its first region, a secret, or a queue."""
    match resource.type:
        case "AWS::S3::Bucket":
            rule = resource.properties["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]
            name = rule["ServerSideEncryptionByDefault"].get("KMSMasterKeyID")
        case "AWS::DynamoDB::GlobalTable":
            here = next(each for each in resource.properties["Replicas"] if each["Region"] == app.environment.region)
            name = here["SSESpecification"]["KMSMasterKeyId"]
        case "AWS::SecretsManager::Secret":
            name = resource.properties["KmsKeyId"]
        case "AWS::SQS::Queue" | "AWS::SNS::Topic":
            name = resource.properties["KmsMasterKeyId"]
        case _:
            return None
    return app.target(resource.stack, name)


def kept_inside(app: Synthesized) -> list[Resource]:
    """Functions of the VPC, but for the one that goes outside: it asks AWS as it asks others, by the internet."""
    goes_outside = f"causeway-{app.name}-agent-outside"
    functions = (each for each in app.all("AWS::Lambda::Function") if each.properties["FunctionName"] != goes_outside)
    return [each for each in functions if "VpcConfig" in each.properties]


def endpoints(app: Synthesized) -> dict[str, set[str]]:
    """Service of each endpoint of the VPC → the actions its policy lets through."""
    found = {}
    for endpoint in app.all("AWS::EC2::VPCEndpoint"):
        name = resolved(app, endpoint.stack, endpoint.properties["ServiceName"]).removeprefix(f"com.amazonaws.{app.environment.region}.")
        statements = endpoint.properties["PolicyDocument"]["Statement"]
        found[name] = {action for raw in statements for action in as_list(raw["Action"])}
    return found


def test_every_role_may_do_what_its_code_calls(app: Synthesized) -> None:
    by_name = {f"causeway-{app.name}-{purpose}-boundary": each.every_action for purpose, each in CEILINGS.items()}
    for function in app.all("AWS::Lambda::Function"):
        actions = {action for statement in allowed(app, function) for action in statement.actions}
        role = app.target(function.stack, function.properties["Role"])
        boundary = app.target(role.stack, role.properties["PermissionsBoundary"]) if role else None
        assert boundary, function
        ceiling = by_name[boundary.properties["ManagedPolicyName"]]
        for call, wanted in needed(function).items():
            assert wanted <= actions, f"{function} calls {call}"
            assert wanted <= ceiling, f"the boundary stops {call} of {function}"


def test_every_call_passes_an_endpoint_of_the_vpc(app: Synthesized) -> None:
    """Functions have no other way out, whether there is a NAT gateway or none."""
    open_ = endpoints(app)
    for function in kept_inside(app):
        for call, wanted in needed(function).items():
            if call.operation not in SIGNED_FOR_OTHERS:
                assert wanted <= open_.get(ENDPOINTS.get(call.service, call.service), set()), f"{function} calls {call}"


def test_every_interface_endpoint_has_a_caller(app: Synthesized) -> None:
    """Logs, traces and queue events are carried by the services themselves."""
    called = {ENDPOINTS.get(call.service, call.service) for function in kept_inside(app) for call in needed(function)}
    assert set(endpoints(app)) - {"s3", "dynamodb"} == called - {"s3", "dynamodb"}


def test_no_role_may_do_what_its_code_never_calls(app: Synthesized) -> None:
    for function in app.all("AWS::Lambda::Function"):
        name = function.properties["Handler"].split(".")[1].replace("_", "-")
        wanted = {action for actions in needed(function).values() for action in actions} | ASKED_BY_NO_LINE.get(name, set())
        dead_letters = {"sqs:SendMessage"}
        actions = {action for statement in allowed(app, function) for action in statement.actions}
        assert not {action for action in actions if action.startswith((*CALLED_BY_CODE, *CALLED_OF_KEYS))} - wanted - dead_letters, function


def test_every_role_may_use_the_key_beneath_what_it_reads_or_writes(app: Synthesized) -> None:
    asked = 0
    for function in app.all("AWS::Lambda::Function"):
        statements = allowed(app, function)
        keys = [
            (action, target)
            for statement in statements
            for action in statement.actions
            if action.startswith("kms:")
            for value in statement.resources
            for target in beneath(app, statement.policy.stack, value)
        ]
        for statement in statements:
            for held in (target for value in statement.resources for target in beneath(app, statement.policy.stack, value)):
                key = key_of(app, held)
                for wanted in (each for action in statement.actions for each in KEY_ACTIONS.get(action, ()) if key):
                    assert (wanted, key) in keys, f"{function} acts on {held} without {wanted}"
                    asked += 1
    assert asked > 20


def test_the_walk_through_the_code_finds_calls_behind_modules_methods_and_pages() -> None:
    assert {call.operation for call in calls_of("index_documents")} >= {"UpdateItem", "BatchGetItem", "DeleteObjects", "ListObjectsV2"}
    assert {call.operation for call in calls_of("documents")} >= {"Query", "GetItem", "UpdateItem", *SIGNED_FOR_OTHERS}
    of_reading = {call.operation for call in calls_of("read_documents") if call.service in ("s3", "sqs")}
    assert of_reading == {
        *("GetObject", "PutObject", "DeleteObject", "DeleteObjects", "ListObjectsV2"),
        *("SendMessageBatch", "DeleteMessageBatch", "ChangeMessageVisibilityBatch"),
    }


@pytest.mark.parametrize(
    "service",
    [
        "appconfigdata",
        "bedrock-runtime",
        "comprehend",
        "dynamodb",
        "ec2",
        "kms",
        "lambda",
        "s3",
        "sagemaker-runtime",
        "secretsmanager",
        "sns",
        "sqs",
        "stepfunctions",
        "sts",
        "textract",
    ],
)
def test_no_client_that_the_code_makes_goes_unseen(service: str) -> None:
    entries = [path.stem for path in (LAMBDAS / "functions").glob("*.py") if path.stem not in ("__init__", "api")]
    assert service in {call.service for entry in entries for call in calls_of(entry)}
