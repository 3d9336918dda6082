"""What of an account is switched off by which key."""

from types import SimpleNamespace
from typing import Any

import pytest
from aws_cdk import App, CfnResource, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns

from stacks.account.settings import AccountWide
from stacks.account.stack import AccountStack
from stacks.constructs.boundary import CEILINGS, Boundaries
from stacks.constructs.shared import Placement, Shared
from stacks.environment import load

EVERYTHING_OFF: dict[str, Any] = {
    "trail": None,
    "config": None,
    "access_analyzer": False,
    "guard_duty": False,
    "security_hub": False,
    "inspector": False,
    "macie": False,
    "invocation_log": False,
    "enforced_guardrail": False,
    "api_log_role": False,
    "transaction_search": None,
    "cost_anomalies_usd": None,
}
ALWAYS = {
    "AWS::KMS::Key",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
    "AWS::CloudWatch::Alarm",
    "AWS::IAM::Role",
    "AWS::IAM::ManagedPolicy",
}


def types(**settings: Any) -> set[str]:
    """The types of the stack's resources; nothing is synthesized."""
    app = App()
    base = Stack(app, "causeway-prod-base")
    vpc = ec2.Vpc(base, "Vpc")
    shared = Shared(
        environment=load("prod"),
        logs_key=kms.Key(base, "LogsKey"),
        boundaries=Boundaries(*(iam.ManagedPolicy.from_managed_policy_name(base, purpose, purpose) for purpose in CEILINGS)),
        function_policy=iam.ManagedPolicy.from_managed_policy_name(base, "FunctionPolicy", "functions"),
        machine_policy=iam.ManagedPolicy.from_managed_policy_name(base, "MachinePolicy", "machines"),
        alarm_topic=sns.Topic(base, "Alarms"),
        functions=Placement(vpc, ec2.SubnetSelection(), ec2.SecurityGroup(base, "Group", vpc=vpc)),
    )
    data: Any = SimpleNamespace(documents=s3.Bucket(base, "Documents"), documents_key=kms.Key(base, "DocumentsKey"))
    wide = AccountWide.model_validate(settings)
    stack = AccountStack(app, "causeway-prod-account", environment=load("prod"), settings=wide, shared=shared, data=data)
    return {each.cfn_resource_type for each in stack.node.find_all() if isinstance(each, CfnResource)}


@pytest.fixture(scope="module")
def everything() -> set[str]:
    return types()


@pytest.mark.parametrize(
    ("key", "gone"),
    [
        ("trail", {"AWS::CloudTrail::Trail"}),
        (
            "config",
            {
                "AWS::Config::ConfigurationRecorder",
                "AWS::Config::DeliveryChannel",
                "AWS::Config::ConformancePack",
                "AWS::Config::ConfigRule",
                "AWS::Config::RemediationConfiguration",
            },
        ),
        ("access_analyzer", {"AWS::AccessAnalyzer::Analyzer"}),
        ("guard_duty", {"AWS::GuardDuty::Detector"}),
        ("security_hub", {"AWS::SecurityHub::Hub", "AWS::SecurityHub::Standard"}),
        ("macie", {"AWS::Macie::Session"}),
        (
            "enforced_guardrail",
            {
                "AWS::Bedrock::EnforcedGuardrailConfiguration",
                "AWS::Bedrock::Guardrail",
                "AWS::Bedrock::GuardrailVersion",
                "AWS::Bedrock::ResourcePolicy",
            },
        ),
        ("api_log_role", {"AWS::ApiGateway::Account"}),
        ("transaction_search", {"AWS::XRay::TransactionSearchConfig", "AWS::Logs::ResourcePolicy"}),
        ("cost_anomalies_usd", {"AWS::CE::AnomalyMonitor"}),
    ],
)
def test_one_key_leaves_out_what_a_landing_zone_has_and_nothing_else(everything: set[str], key: str, gone: set[str]) -> None:
    assert everything - types(**{key: EVERYTHING_OFF[key]}) == gone


def test_with_every_key_off_nothing_of_the_accounts_is_made(everything: set[str]) -> None:
    assert types(**EVERYTHING_OFF) == ALWAYS
    assert len(everything) > len(ALWAYS) + 20


def test_every_key_is_known_here() -> None:
    inside = {"unused_access_days"}
    assert set(AccountWide.model_fields) - inside == set(EVERYTHING_OFF)
