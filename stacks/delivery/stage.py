"""The roles of one stage, in its account: who describes changes, who brings code, who carries changes out, who rehearses."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.constructs import reasons
from stacks.constructs.boundary import passed_to
from stacks.constructs.nag import acknowledge_wildcard
from stacks.delivery.actions import MACHINE, Deployment
from stacks.delivery.names import (
    BUCKET,
    CHANGES,
    DEPLOY,
    PUBLISH,
    REHEARSE,
    artifacts,
    bootstrapped,
    for_artifacts,
    keys,
    pipeline_role,
    role_arn,
    role_of,
)
from stacks.delivery.role import Limited
from stacks.delivery.settings import Delivery

DESCRIBE = ("cloudformation:DescribeChangeSet", "cloudformation:DescribeStackEvents", "cloudformation:DescribeStacks")
PREPARE = ("cloudformation:CreateChangeSet", "cloudformation:DeleteChangeSet", *DESCRIBE)
EXECUTE = ("cloudformation:ExecuteChangeSet", *DESCRIBE)


class StageStack(Stack):
    """Deployed by an administrator of the account; no release can change it, since CloudFormation's role makes `causeway-ENV-*` alone."""

    def __init__(self, scope: Construct, id: str, *, settings: Delivery, deployment: Deployment) -> None:
        there = cdk.Environment(account=deployment.stage.account, region=deployment.region)
        super().__init__(scope, id, env=there, termination_protection=settings.protect_data)
        self.settings, self.deployment = settings, deployment
        self._changes()
        self._publish()
        self._deploy()
        if deployment.stage.rehearse:
            self._rehearse()

    def _changes(self) -> None:
        """Makes change sets and carries none out."""
        executors = [self._bootstrapped_role(region) for region in self.deployment.regions]
        version = [
            f"arn:aws:ssm:{region}:{self.deployment.stage.account}:parameter/cdk-bootstrap/{self.synthesizer.bootstrap_qualifier}/version"
            for region in self.deployment.regions
        ]
        self._role(
            CHANGES,
            "Has CloudFormation say what a release would change",
            [
                iam.PolicyStatement(actions=list(PREPARE), resources=self._stacks),
                iam.PolicyStatement(actions=["iam:PassRole"], resources=executors, conditions=passed_to("cloudformation")),
                iam.PolicyStatement(actions=["ssm:GetParameters"], resources=version),
                *self._reading(),
            ],
            [*self._stacks, *self._read],
        )

    def _publish(self) -> None:
        buckets = [
            f"arn:aws:s3:::{bootstrapped(self, 'assets', self.deployment.stage.account, region)}" for region in self.deployment.regions
        ]
        objects = [f"{bucket}/*" for bucket in buckets]
        self._role(
            PUBLISH,
            "Brings a release's code into the buckets from which CloudFormation takes it",
            [
                iam.PolicyStatement(actions=["s3:PutObject"], resources=objects),
                iam.PolicyStatement(actions=list(BUCKET), resources=buckets),
                *self._reading(),
            ],
            [*objects, *self._read],
        )

    def _deploy(self) -> None:
        """Carries out change sets that are there, and makes none."""
        statements = [iam.PolicyStatement(actions=list(EXECUTE), resources=self._stacks)]
        self._role(DEPLOY, "Carries out what the role of changes has prepared", statements, self._stacks)

    def _rehearse(self) -> None:
        name = f"causeway-{self.deployment.stage.environment}-{MACHINE}"
        begin = f"arn:aws:states:{self.deployment.region}:{self.deployment.stage.account}"
        runs = f"{begin}:execution:{name}:*"
        machine = ["states:DescribeStateMachine", "states:StartExecution"]
        statements = [
            iam.PolicyStatement(actions=machine, resources=[f"{begin}:stateMachine:{name}"]),
            iam.PolicyStatement(actions=["states:DescribeExecution"], resources=[runs]),
        ]
        self._role(REHEARSE, "Starts the rehearsal of a release", statements, [runs])

    @property
    def _stacks(self) -> list[str]:
        account, name = self.deployment.stage.account, self.deployment.stage.environment
        return [f"arn:aws:cloudformation:{region}:{account}:stack/causeway-{name}-*" for region in self.deployment.regions]

    @property
    def _read(self) -> list[str]:
        return [each for region in self.deployment.regions for each in (artifacts(self.settings, region), keys(self.settings, region))]

    def _reading(self) -> list[iam.PolicyStatement]:
        """Of the artifacts of a run, in the account of the pipeline."""
        objects = [artifacts(self.settings, region) for region in self.deployment.regions]
        decrypted = [
            iam.PolicyStatement(
                actions=["kms:Decrypt"], resources=[keys(self.settings, region)], conditions=for_artifacts(self.settings, region)
            )
            for region in self.deployment.regions
        ]
        return [iam.PolicyStatement(actions=["s3:GetObject", "s3:GetObjectVersion"], resources=objects), *decrypted]

    def _bootstrapped_role(self, region: str) -> str:
        return role_arn(self.deployment.stage.account, bootstrapped(self, "cfn-exec-role", self.deployment.stage.account, region))

    def _role(self, does: str, description: str, statements: Sequence[iam.PolicyStatement], wildcards: Sequence[str]) -> None:
        """Assumed by the role of the pipeline alone, by its name: it may be made later."""
        pipeline = {"ArnEquals": {"aws:PrincipalArn": pipeline_role(self.settings)}}
        made = Limited(
            self,
            does.capitalize(),
            name=role_of(self.deployment.stage.environment, does),
            assumed_by=iam.AccountPrincipal(self.settings.account).with_conditions(pipeline),
            does=description,
            statements=statements,
        )
        why = "CloudFormation, CodePipeline and the CDK complete these names; what is known of them is written out."
        for arn in wildcards:
            acknowledge_wildcard(made.policy, arn, reasons.NAMES, why)
