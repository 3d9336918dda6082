"""The keys that tools send to other people's services: made empty, set by a person, read by the function that goes outside.

See docs/decisions/278-keys-of-other-peoples-services.md.
"""

from collections.abc import Iterable, Mapping

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from stacks.constructs import reasons
from stacks.constructs.alarms import alarm
from stacks.constructs.function import CausewayFunction
from stacks.constructs.nag import acknowledge
from stacks.constructs.persons import person_role
from stacks.constructs.shared import Shared
from stacks.constructs.tags import classify
from stacks.constructs.tool_secrets import READS, SETS, SETTER, age_parameter, secret_policy, secret_prefix

ROTATION = ["AwsSolutions-SMG4", "HIPAA.Security-SecretsManagerRotationEnabled", "NIST.800.53.R5-SecretsManagerRotationEnabled"]
LOOKED_UP = ("secrets", "secret-days")  # parameters that the command which sets a key reads


class ToolSecrets(Construct):
    """One secret for each that the domain's tools name, under a key of their own."""

    def __init__(self, scope: Construct, id: str, *, shared: Shared, hosts: Mapping[str, str]) -> None:
        """hosts: name of each secret → the host that gets it."""
        super().__init__(scope, id)
        self._shared, self.names = shared, sorted(hosts)
        self.key = kms.Key(self, "Key", description="Keys of services that tools ask")
        classify(self, "restricted")
        self.secrets = [self._secret(name, hosts[name]) for name in self.names]
        if persons := shared.environment.people.secrets:
            description = "Sets keys of services that tools ask, and reads none"
            role = person_role(self, "Setter", name=SETTER, description=description, persons=persons, shared=shared)
            self._let_set(role)

    def let_read(self, function: CausewayFunction) -> None:
        """Let a function read them, and alarm when it cannot use one."""
        stack = Stack.of(self)
        function.tell("TOOL_SECRETS", secret_prefix(self._shared.environment))
        function.allow(list(READS), self._arns())
        through = {"StringEquals": {"kms:ViaService": f"secretsmanager.{stack.region}.amazonaws.com"}}
        function.allow(["kms:Decrypt"], [self.key.key_arn], through)
        alarm(
            function,
            "SecretsUnusable",
            metric=function.counted("SecretsUnusable", Duration.minutes(15)),
            threshold=3,
            unit="times in 15 minutes",
            meaning=f"{function.name} cannot read a key, or its service refuses it",
            topic=self._shared.alarm_topic,
        )

    def _secret(self, name: str, host: str) -> secretsmanager.CfnSecret:
        """Without a value. It goes with its tool: what stays would be a key that nobody uses, and nobody watches."""
        environment = self._shared.environment
        made = secretsmanager.CfnSecret(
            self,
            name,
            name=f"{secret_prefix(environment)}{name}",
            description=f"What tools send to {host}; make secret NAME={name} sets it",
            kms_key_id=self.key.key_arn,
        )
        policy = secret_policy(Stack.of(self), environment)
        secretsmanager.CfnResourcePolicy(self, f"{name}-policy", secret_id=made.attr_id, resource_policy=policy, block_public_policy=True)
        acknowledge(made, ROTATION, reasons.MADE_ELSEWHERE, f"{host} makes it and takes it back.")
        return made

    def _let_set(self, role: iam.Role) -> None:
        through = {"StringEquals": {"kms:ViaService": f"secretsmanager.{Stack.of(self).region}.amazonaws.com"}}
        environment = self._shared.environment
        ages = [age_parameter(environment, name) for name in self.names]
        looked_up = [f"/causeway/{environment.name}/agents/{name}" for name in LOOKED_UP]
        iam.ManagedPolicy(
            self,
            "SetterPermissions",
            description="Set keys of services",
            roles=[role],
            statements=[
                iam.PolicyStatement(actions=["secretsmanager:DescribeSecret", *SETS], resources=self._arns()),
                iam.PolicyStatement(actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[self.key.key_arn], conditions=through),
                iam.PolicyStatement(actions=["ssm:PutParameter"], resources=self._parameters(ages)),
                iam.PolicyStatement(actions=["ssm:GetParameter"], resources=self._parameters(looked_up)),
            ],
        )

    def _arns(self) -> list[str]:
        return [each.attr_id for each in self.secrets]

    def _parameters(self, names: Iterable[str]) -> list[str]:
        return [Stack.of(self).format_arn(service="ssm", resource="parameter", resource_name=each.removeprefix("/")) for each in names]
