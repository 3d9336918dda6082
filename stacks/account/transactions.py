"""Transaction Search: X-Ray sends every span to CloudWatch Logs, where all are searched, and indexes some of them."""

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_logs as logs
from aws_cdk import aws_xray as xray

from stacks.constructs.shared import Shared

GROUPS = ("aws/spans", "/aws/application-signals/data")


def index_traces(stack: Stack, shared: Shared, percentage: int) -> xray.CfnTransactionSearchConfig:
    """As "Using Transaction Search with AWS CloudFormation" of the CloudWatch User Guide asks."""
    groups = [
        stack.format_arn(service="logs", resource="log-group", resource_name=f"{name}:*", arn_format=ArnFormat.COLON_RESOURCE_NAME)
        for name in GROUPS
    ]
    spans = {
        "Sid": "Spans",
        "Effect": "Allow",
        "Principal": {"Service": "xray.amazonaws.com"},
        "Action": "logs:PutLogEvents",
        "Resource": groups,
        "Condition": {
            "ArnLike": {"aws:SourceArn": f"arn:{stack.partition}:xray:{stack.region}:{stack.account}:*"},
            "StringEquals": {"aws:SourceAccount": stack.account},
        },
    }
    policy = logs.CfnResourcePolicy(
        stack,
        "SpansPolicy",
        policy_name=f"causeway-{shared.environment.name}-spans",
        policy_document=stack.to_json_string({"Version": "2012-10-17", "Statement": [spans]}),
    )
    search = xray.CfnTransactionSearchConfig(stack, "TransactionSearch", indexing_percentage=percentage)
    search.add_resource_dependency(policy)
    return search
