"""The deployment is taken down, with documents in it, by the command that takes it down on AWS. It runs last: see conftest.py."""

import pytest
from botocore.exceptions import ClientError

from local.app import deployment as deployments
from local.app.aws import client, parameter

# What `cdk bootstrap` made, and what this machine has in the place of things of AWS.
NOT_OURS = ("cdk-", "CDKToolkit", "/cdk-bootstrap/", "StagingBucket", "jumpstart-cache-prod-", "alias/aws/", "default", "AWSServiceRole")
AGES_OF_KEYS = "/causeway/local/agents/secret/"  # written by `make secret`, no part of a template: docs/operations/taking-down.md
# service, operation, arguments, what lists, what names each
LISTS = (
    ("apigateway", "get_rest_apis", {}, "items", "name"),
    ("appconfig", "list_applications", {}, "Items", "Name"),
    ("bedrock", "list_guardrails", {}, "guardrails", "name"),
    ("cloudformation", "describe_stacks", {}, "Stacks", "StackName"),
    ("cloudwatch", "describe_alarms", {}, "MetricAlarms", "AlarmName"),
    ("cognito-idp", "list_user_pools", {"MaxResults": 60}, "UserPools", "Name"),
    ("dynamodb", "list_tables", {}, "TableNames", ""),
    ("ec2", "describe_addresses", {}, "Addresses", "AllocationId"),
    ("ec2", "describe_flow_logs", {}, "FlowLogs", "FlowLogId"),
    ("ec2", "describe_nat_gateways", {"Filters": [{"Name": "state", "Values": ["pending", "available"]}]}, "NatGateways", "NatGatewayId"),
    ("ec2", "describe_network_interfaces", {}, "NetworkInterfaces", "NetworkInterfaceId"),
    ("ec2", "describe_vpc_endpoints", {}, "VpcEndpoints", "VpcEndpointId"),
    ("ec2", "describe_vpcs", {"Filters": [{"Name": "is-default", "Values": ["false"]}]}, "Vpcs", "VpcId"),
    ("ec2", "describe_security_groups", {}, "SecurityGroups", "GroupName"),
    ("events", "list_archives", {}, "Archives", "ArchiveName"),
    ("events", "list_event_buses", {}, "EventBuses", "Name"),
    ("events", "list_rules", {}, "Rules", "Name"),
    ("iam", "list_policies", {"Scope": "Local"}, "Policies", "PolicyName"),
    ("iam", "list_roles", {}, "Roles", "RoleName"),
    ("kms", "list_aliases", {}, "Aliases", "AliasName"),
    ("lambda", "list_event_source_mappings", {}, "EventSourceMappings", "UUID"),
    ("lambda", "list_functions", {}, "Functions", "FunctionName"),
    ("lambda", "list_layers", {}, "Layers", "LayerName"),
    ("logs", "describe_log_groups", {}, "logGroups", "logGroupName"),
    ("opensearch", "list_domain_names", {}, "DomainNames", "DomainName"),
    ("s3", "list_buckets", {}, "Buckets", "Name"),
    ("scheduler", "list_schedules", {}, "Schedules", "Name"),
    ("sns", "list_topics", {}, "Topics", "TopicArn"),
    ("sqs", "list_queues", {}, "QueueUrls", ""),
    ("ssm", "describe_parameters", {}, "Parameters", "Name"),
    ("stepfunctions", "list_state_machines", {}, "stateMachines", "name"),
    ("wafv2", "list_web_acls", {"Scope": "REGIONAL"}, "WebACLs", "Name"),
)


def test_an_environment_in_use_is_taken_down_by_one_command_and_leaves_nothing(bookshop):
    reply = bookshop.ask(bookshop.ada, "How long may I take to return a book?")
    assert reply.status == 200
    documents = parameter("data/documents-bucket")
    assert len(client("s3").list_object_versions(Bucket=documents)["Versions"]) > 10
    assert_a_bucket_that_holds_something_is_not_deleted(documents)
    before = set(left())
    deployments.destroy()
    assert {service for service, _ in before - set(left())} >= {"apigateway", "dynamodb", "ec2", "iam", "lambda", "logs", "s3", "sqs"}
    assert list(left()) == []
    assert kept_keys() == []


def assert_a_bucket_that_holds_something_is_not_deleted(bucket):
    """As on AWS; so what is gone afterwards was emptied by the app itself."""
    with pytest.raises(ClientError, match="BucketNotEmpty"):
        client("s3").delete_bucket(Bucket=bucket)


def left():
    """Service and name of everything that the app has made."""
    for service, operation, arguments, listed, name in LISTS:
        for each in every(service, operation, arguments, listed):
            found = each[name] if name else each
            if not found.startswith((*NOT_OURS, AGES_OF_KEYS)):
                yield service, f"{operation} {found}"


def every(service, operation, arguments, listed):
    api = client(service)
    if not api.can_paginate(operation):
        return getattr(api, operation)(**arguments).get(listed, [])
    return [each for page in api.get_paginator(operation).paginate(**arguments) for each in page.get(listed, [])]


def kept_keys():
    """Keys that are not on their way out: KMS deletes none at once."""
    keys = client("kms")
    found = [keys.describe_key(KeyId=each["KeyId"])["KeyMetadata"] for each in every("kms", "list_keys", {}, "Keys")]
    return [key for key in found if key["KeyManager"] == "CUSTOMER" and key["KeyState"] != "PendingDeletion"]
