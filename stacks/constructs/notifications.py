"""The key of log groups and notifications, and the topic that tells people: of each environment, and of the pipeline."""

from collections.abc import Iterable

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns

from stacks.constructs.mail import send_mail
from stacks.constructs.settings import Common

# "Encrypt log data using AWS KMS" in the CloudWatch Logs User Guide asks for these by wildcards.
LOG_GROUP_ACTIONS = [
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
]


def logs_key(stack: Stack, environment: Common, brought: str | None = None) -> kms.IKey:
    """brought: the ARN of a key that somebody else keeps, in place of one of ours."""
    if brought:
        return kms.Key.from_key_arn(stack, "LogsKey", brought)
    key = kms.Key(stack, "LogsKey", description="Log groups and notifications")
    key.add_to_resource_policy(
        iam.PolicyStatement(
            sid="LogGroupsOfThisEnvironment",
            principals=[iam.ServicePrincipal(f"logs.{stack.region}.amazonaws.com")],
            actions=LOG_GROUP_ACTIONS,
            resources=["*"],
            conditions={
                "ArnLike": {
                    "kms:EncryptionContext:aws:logs:arn": stack.format_arn(
                        service="logs",
                        resource="log-group",
                        resource_name=f"*{environment.name}*",
                        arn_format=ArnFormat.COLON_RESOURCE_NAME,
                    )
                }
            },
        )
    )
    key.add_to_resource_policy(
        iam.PolicyStatement(
            sid="AlarmsOfThisAccount",
            principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
            actions=["kms:Decrypt", "kms:GenerateDataKey"],
            resources=["*"],
            conditions={"StringEquals": {"aws:SourceAccount": stack.account}},
        )
    )
    return key


def alarm_topic(stack: Stack, key: kms.IKey, emails: Iterable[str]) -> sns.Topic:
    """emails: of those who are told."""
    topic = sns.Topic(stack, "Alarms", master_key=key)
    # The policy that refuses plain HTTP takes the place of SNS's own, which would have let alarms publish.
    topic.add_to_resource_policy(
        iam.PolicyStatement(
            sid="AlarmsOfThisAccount",
            principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
            actions=["sns:Publish"],
            resources=[topic.topic_arn],
            conditions={"StringEquals": {"aws:SourceAccount": stack.account}},
        )
    )
    for email in emails:
        send_mail(topic, email, key=key, alarms=topic)
    return topic
