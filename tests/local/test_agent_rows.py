"""Rows of agents: by a role that is assumed with a tenant's tag. Its policy is enforced here as on AWS."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

from local import settings
from local.app.api import call
from local.app.aws import client
from local.commands.explain import subject_of
from tests.local.conftest import ON_PURPOSE


def tenant_role():
    found = client("lambda").get_function_configuration(FunctionName=f"{settings.PREFIX}agents")
    return found["Environment"]["Variables"]["TENANT_ROLE"]


@pytest.fixture(scope="module", autouse=True)
def caller(deployment):
    """Keys of a user whom the role trusts for a while, beside the two functions."""
    iam, user, role = client("iam"), "asks-for-rows", tenant_role().rpartition("/")[2]
    before = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    arn = iam.create_user(UserName=user)["User"]["Arn"]
    allowed = {"Effect": "Allow", "Action": ["sts:AssumeRole", "sts:TagSession"], "Resource": "*"}
    iam.put_user_policy(UserName=user, PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}))
    theirs = [{**each, "Principal": {"AWS": arn}} for each in before["Statement"]]
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps({**before, "Statement": before["Statement"] + theirs}))
    key = iam.create_access_key(UserName=user)["AccessKey"]
    yield {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(before))
    iam.delete_access_key(UserName=user, AccessKeyId=key["AccessKeyId"])
    iam.delete_user_policy(UserName=user, PolicyName="p")
    iam.delete_user(UserName=user)


@pytest.fixture(scope="module")
def assumed(caller):
    """(service, tags) → a client of a session of the role."""

    def session(service, **tags):
        given = by("sts", **caller).assume_role(
            RoleArn=tenant_role(), RoleSessionName=ON_PURPOSE, Tags=[{"Key": key, "Value": value} for key, value in tags.items()]
        )["Credentials"]
        keys = {"aws_access_key_id": given["AccessKeyId"], "aws_secret_access_key": given["SecretAccessKey"]}
        return by(service, aws_session_token=given["SessionToken"], **keys)

    return session


def by(service, **keys):
    state = settings.read()
    return boto3.client(service, endpoint_url=state.cloud_url, region_name=state.region, **keys)


def test_the_role_is_assumed_for_a_tenant_and_its_session_reads_the_runs_that_functions_wrote(deployment, assumed):
    ada = deployment.ada
    run = call("POST", "/v1/agents/service/turns", ada, {"message": "Where is my order H-10482?"}).body
    (table,) = [name for name in client("dynamodb").list_tables()["TableNames"] if "AgentRuns" in name]
    assert ":assumed-role/causeway-local-agent-rows/" in assumed("sts", tenant=ada.tenant).get_caller_identity()["Arn"]
    key = f"{ada.tenant}#{subject_of(ada.token)}#{run['run_id']}"
    found = assumed("dynamodb", tenant=ada.tenant).query(
        TableName=table, KeyConditionExpression="run_key = :run", ExpressionAttributeValues={":run": {"S": key}}
    )
    assert found["Count"] > 2


@pytest.fixture(scope="module")
def row_of_harbour(deployment):
    """Table and key of a row that a run of harbour's wrote."""
    ada = deployment.ada
    run = call("POST", "/v1/agents/service/turns", ada, {"message": "Where is my order H-10482?"}).body
    (table,) = [name for name in client("dynamodb").list_tables()["TableNames"] if "AgentRuns" in name]
    rows = client("dynamodb").query(
        TableName=table,
        KeyConditionExpression="run_key = :run",
        ExpressionAttributeValues={":run": {"S": f"{ada.tenant}#{subject_of(ada.token)}#{run['run_id']}"}},
    )["Items"]
    schema = client("dynamodb").describe_table(TableName=table)["Table"]["KeySchema"]
    return table, {each["AttributeName"]: rows[0][each["AttributeName"]] for each in schema}


REQUESTS = {
    "get_item": lambda table, key: {"TableName": table, "Key": key},
    "batch_get_item": lambda table, key: {"RequestItems": {table: {"Keys": [key]}}},
    "put_item": lambda table, key: {"TableName": table, "Item": key},
    "update_item": lambda table, key: {"TableName": table, "Key": key},
    "transact_write_items": lambda table, key: {"TransactItems": [{"Put": {"TableName": table, "Item": key}}]},
    "query": lambda table, key: {
        "TableName": table,
        "KeyConditionExpression": "#key = :key",
        "ExpressionAttributeNames": {"#key": "run_key"},
        "ExpressionAttributeValues": {":key": key["run_key"]},
    },
    "scan": lambda table, key: {"TableName": table},
}


@pytest.mark.parametrize("operation", REQUESTS)
def test_no_operation_reaches_rows_of_another_tenant(row_of_harbour, assumed, operation):
    with pytest.raises(ClientError) as refused:
        getattr(assumed("dynamodb", tenant="lantern"), operation)(**REQUESTS[operation](*row_of_harbour))
    assert refused.value.response["Error"]["Code"] == "AccessDeniedException"


def test_a_request_for_rows_of_two_tenants_is_refused_whole(row_of_harbour, assumed):
    table, key = row_of_harbour
    both = [key, {**key, "run_key": {"S": "lantern#x#y"}}]
    items = [{"Put": {"TableName": table, "Item": each}} for each in both]
    with pytest.raises(ClientError) as refused:
        assumed("dynamodb", tenant="lantern").transact_write_items(TransactItems=items)
    assert refused.value.response["Error"]["Code"] == "AccessDeniedException"


@pytest.mark.parametrize("tags", [{}, {"tenant": ""}, {"other": "harbour"}, {"tenant": "harbour", "other": "x"}])
def test_no_session_without_this_one_tag(assumed, tags):
    with pytest.raises(ClientError) as refused:
        assumed("dynamodb", **tags)
    assert refused.value.response["Error"]["Code"] == "AccessDenied"
