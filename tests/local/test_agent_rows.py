"""Rows of agents: by a role that is assumed with a tenant's tag. Its policy is enforced here as on AWS."""

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


def assumed(service, tenant):
    given = client("sts").assume_role(RoleArn=tenant_role(), RoleSessionName=ON_PURPOSE, Tags=[{"Key": "tenant", "Value": tenant}])[
        "Credentials"
    ]
    keys = {"aws_access_key_id": given["AccessKeyId"], "aws_secret_access_key": given["SecretAccessKey"]}
    state = settings.read()
    return boto3.client(service, endpoint_url=state.cloud_url, region_name=state.region, aws_session_token=given["SessionToken"], **keys)


def test_the_role_is_assumed_for_a_tenant_and_its_session_reads_the_runs_that_functions_wrote(deployment):
    ada = deployment.ada
    run = call("POST", "/v1/agents/service/turns", ada, {"message": "Where is my order H-10482?"}).body
    (table,) = [name for name in client("dynamodb").list_tables()["TableNames"] if "AgentRuns" in name]
    assert ":assumed-role/causeway-local-agent-rows/" in assumed("sts", ada.tenant).get_caller_identity()["Arn"]
    key = f"{ada.tenant}#{subject_of(ada.token)}#{run['run_id']}"
    found = assumed("dynamodb", ada.tenant).query(
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
def test_no_operation_reaches_rows_of_another_tenant(row_of_harbour, operation):
    with pytest.raises(ClientError) as refused:
        getattr(assumed("dynamodb", "lantern"), operation)(**REQUESTS[operation](*row_of_harbour))
    assert refused.value.response["Error"]["Code"] == "AccessDeniedException"


def test_a_request_for_rows_of_two_tenants_is_refused_whole(row_of_harbour):
    table, key = row_of_harbour
    both = [key, {**key, "run_key": {"S": "lantern#x#y"}}]
    items = [{"Put": {"TableName": table, "Item": each}} for each in both]
    with pytest.raises(ClientError) as refused:
        assumed("dynamodb", "lantern").transact_write_items(TransactItems=items)
    assert refused.value.response["Error"]["Code"] == "AccessDeniedException"
