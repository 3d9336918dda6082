"""Roles that persons assume, and what people are told of: who assumes a role, reads a key or changes a parameter that is not for them."""

from collections.abc import Mapping

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.constructs import reasons
from stacks.constructs.findings import CALL, Findings, beginning, by_others_than
from stacks.constructs.looking import LOOKING, RECORDS
from stacks.constructs.nag import acknowledge, acknowledge_wildcard
from stacks.constructs.perimeter import BREAK_GLASS, role_arn
from stacks.constructs.persons import person_role
from stacks.constructs.settings import Persons
from stacks.constructs.shared import Shared
from stacks.constructs.undelivered import Undelivered
from stacks.environment import Environment
from stacks.people.keys import key_administrator
from stacks.people.science import data_scientist
from stacks.people.secrets import tell_of_parameters, tell_of_secrets

AUDITOR = "auditor"
OBJECTS = ("s3:DeleteObject", "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject")
LISTS = ("s3:ListBucket", "s3:ListBucketVersions")
ANY_OBJECT = "Objects of this environment, and the keys that carry its tag."


class PeopleStack(Stack):
    """Whoever assumes one has a second factor. See docs/operations/breaking-glass.md."""

    def __init__(self, scope: Construct, id: str, *, environment: Environment, shared: Shared, secrets: Mapping[str, str]) -> None:
        """secrets: those of the domain's tools."""
        super().__init__(scope, id, env=environment.aws, termination_protection=environment.protect_data)
        self.settings, self.shared = environment, shared
        people = environment.people
        if people.break_glass:
            self._break_glass(people.break_glass)
        if people.auditor:
            self._auditor(people.auditor)
        if people.key_administrator:
            key_administrator(self, people.key_administrator, shared)
        if people.data_scientist:
            data_scientist(self, people.data_scientist, shared)
        findings = self._findings()
        self._tell_of_assumed_roles(findings)
        tell_of_parameters(findings)
        if secrets:
            tell_of_secrets(findings)

    def _break_glass(self, settings: Persons) -> None:
        """Bucket and key policies spare it. It reads and mends objects; it changes no setting, and no record of the account."""
        role = person_role(
            self,
            "BreakGlass",
            name=BREAK_GLASS,
            description="Reads and mends objects from outside the VPC, in an emergency",
            persons=settings,
            shared=self.shared,
        )
        ours = f"arn:{self.partition}:s3:::causeway-{self.settings.name}-*"
        records = [f"arn:{self.partition}:s3:::causeway-*-{name}*/*" for name in ("account", "trail", "configuration")]
        keys = self.format_arn(service="kms", resource="key", resource_name="*")
        tagged = {"StringEquals": {"aws:ResourceTag/application": "causeway", "aws:ResourceTag/environment": self.settings.name}}
        policy = iam.ManagedPolicy(
            self,
            "BreakGlassPermissions",
            description="Objects of this environment and their keys",
            roles=[role],
            statements=[
                iam.PolicyStatement(actions=list(OBJECTS), resources=[f"{ours}/*"]),
                iam.PolicyStatement(actions=list(LISTS), resources=[ours]),
                iam.PolicyStatement(actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[keys], conditions=tagged),
                iam.PolicyStatement(
                    sid="NoRecordOfTheAccount",
                    effect=iam.Effect.DENY,
                    actions=["s3:DeleteObject", "s3:PutObject"],
                    resources=records,
                ),
            ],
        )
        for arn in (f"{ours}/*", ours, keys):
            acknowledge_wildcard(policy, arn, reasons.EMERGENCY, ANY_OBJECT)

    def _auditor(self, settings: Persons) -> None:
        """Settings of everything, and the records of who changed them; no document, no row, no log of the app."""
        role = person_role(
            self,
            "Auditor",
            name=AUDITOR,
            description="Reads settings and records of the account, and no data",
            persons=settings,
            shared=self.shared,
        )
        policy = iam.ManagedPolicy(
            self,
            "AuditorPermissions",
            description="Look at settings and records",
            roles=[role],
            statements=[iam.PolicyStatement(actions=[*LOOKING, *RECORDS], resources=["*"])],
        )
        why = "An auditor looks at the settings of every resource there is, and each action only describes or lists."
        acknowledge(policy, ["AwsSolutions-IAM5[Resource::*]"], reasons.ACCOUNT, why)

    def _findings(self) -> Findings:
        undelivered = Undelivered(self, "Undelivered", shared=self.shared, rules=beginning(self.settings))
        return Findings(self, "Findings", shared=self.shared, undelivered=undelivered)

    def _tell_of_assumed_roles(self, findings: Findings) -> None:
        """Services assume our roles, and functions those of their tenant. Anyone else is told of: who may, and who should not have."""
        ours = role_arn(self, f"causeway-{self.settings.name}-")
        findings.tell(
            "RoleAssumed",
            pattern={
                "source": ["aws.sts"],
                "detail-type": [CALL],
                "detail": {
                    "eventName": [{"prefix": "AssumeRole"}],
                    "requestParameters": {"roleArn": [{"prefix": ours}]},
                    "userIdentity": {"type": [{"anything-but": ["AWSService"]}], **by_others_than({"prefix": ours})},
                },
            },
            says="<who> assumed the role <role> from <address>",
            where={"who": "$.detail.userIdentity.arn", "role": "$.detail.requestParameters.roleArn", "address": "$.detail.sourceIPAddress"},
            runbook="docs/operations/breaking-glass.md",
        )
