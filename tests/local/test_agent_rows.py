"""Rows of agents: by a role that is assumed with a tenant's tag. What its policy says is deployed here, and enforced on AWS alone."""

import json

import boto3

from local import settings
from local.app.api import call
from local.app.aws import client
from local.commands.explain import subject_of

ROWS_OF_THE_TENANT = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["${aws:PrincipalTag/tenant}#*"]}}


def tenant_role():
    found = client("lambda").get_function_configuration(FunctionName=f"{settings.PREFIX}agents")
    return found["Environment"]["Variables"]["TENANT_ROLE"]


def assumed(service, tenant):
    given = client("sts").assume_role(RoleArn=tenant_role(), RoleSessionName="test", Tags=[{"Key": "tenant", "Value": tenant}])[
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


def test_the_deployed_policy_compares_keys_with_the_tag_of_the_session(deployment):
    iam, name = client("iam"), tenant_role().rpartition("/")[2]
    (attached,) = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    version = iam.get_policy(PolicyArn=attached["PolicyArn"])["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=attached["PolicyArn"], VersionId=version)["PolicyVersion"]["Document"]
    assert document["Version"] == "2012-10-17"  # older policies have no variables
    on_rows = [each for each in document["Statement"] if "dynamodb:" in json.dumps(each["Action"])]
    assert len(on_rows) == 2
    for statement in on_rows:
        assert statement["Condition"].items() >= ROWS_OF_THE_TENANT.items()
