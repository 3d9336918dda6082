"""A Lambda function as every stack here makes it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.constructs import reasons
from stacks.constructs.code import build
from stacks.constructs.nag import acknowledge, acknowledge_setting, acknowledge_wildcard, shared_rule
from stacks.constructs.perimeter import role_name
from stacks.constructs.queues import dead_letters_of_functions
from stacks.constructs.reasons import Reason
from stacks.constructs.runtime import architecture_of, host_compiles_for, runtime_of
from stacks.constructs.settings import Common
from stacks.constructs.shared import Placement, Shared, WithoutVpc
from stacks.constructs.trust import service

OBJECT_NAMES = "Names below the prefix hold a tenant and a document, known at run time only; these actions reach nothing beside it."
STREAMING = {"AWS_LAMBDA_EXEC_WRAPPER": "/var/task/causeway/runtime/stream"}
EVERY_UPLOAD = "Uploads of every tenant: the key begins with the tenant, known at run time only. Code, not IAM, keeps tenants apart here."


class CausewayFunction(Construct):
    """One entry point of lambdas/functions with its role, log group and, unless publish=False, the alias `live`.

    Callers invoke `invoked`: the alias where there is one, because SnapStart serves published versions only.
    The role carries three managed policies, of 6,144 characters at most each: the shared one (network interfaces, tracing), `own` for the
    function's log and dead letters, and `permissions`, which `allow` fills.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        shared: Shared,
        name: str,
        key: kms.IKey,
        layers: Sequence[lambda_.ILayerVersion],
        timeout: Duration,
        concurrency: int,
        variables: Mapping[str, str] | None = None,
        publish: bool = True,
        streams: bool = False,
        place: Placement | WithoutVpc | None = None,
        boundary: iam.IManagedPolicy | None = None,
    ) -> None:
        """name: the entry point's file name with dashes. key: of its stack; encrypts variables and dead letters.

        concurrency: reserved executions. streams: it sends its answer piece by piece, by a loop of our own in place of the runtime's.
        place: None beside all other functions. boundary: None for that of functions; another for one that administers.
        """
        super().__init__(scope, id)
        self.name, self.key = name, key
        self._namespace = f"causeway-{shared.environment.name}"
        environment, self._place = shared.environment, place or shared.functions
        code = build(name, byte_code=host_compiles_for(environment.functions))
        self.log_group = self._log_group(shared)
        self.dead_letters = dead_letters_of_functions(self, key=key, topic=shared.alarm_topic)
        self.role = self._role(shared, boundary or shared.boundaries.functions)
        self.own = iam.ManagedPolicy(self, "Own", description=f"Log and dead letters of the function {name}", roles=[self.role])
        self.permissions = iam.ManagedPolicy(self, "Permissions", description=f"What the function {name} may do", roles=[self.role])
        self.variables = self._variables(environment) | (STREAMING if streams else {}) | dict(variables or {})
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=f"causeway-{environment.name}-{name}",
            description=f"functions/{name.replace('-', '_')}.py",
            code=lambda_.Code.from_asset(str(code), asset_hash=code.name),
            handler=f"functions.{name.replace('-', '_')}.handler",
            runtime=runtime_of(environment.functions),
            architecture=architecture_of(environment.functions),
            layers=list(layers),
            role=self.role.without_policy_updates(),
            timeout=timeout,
            reserved_concurrent_executions=concurrency,
            environment=self.variables,
            environment_encryption=key,
            log_group=self.log_group,
            dead_letter_queue=self.dead_letters,
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if publish and environment.functions.snap_start else None,
            **self._interfaces(),
        )
        self._allow_its_own_resources()
        self.function.node.add_dependency(self.own, self.permissions)
        self._accept_the_hosts_interpreter(environment)
        self._accept_its_network(environment)
        self.alias = self._alias(environment) if publish else None

    @property
    def invoked(self) -> lambda_.IFunction:
        """What callers invoke: the alias, or the function where nothing is published."""
        return self.alias or self.function

    def counted(self, metric: str, period: Duration, statistic: str = "Sum") -> cloudwatch.Metric:
        """What the function's code counts under this name."""
        dimensions = {"service": self.name}
        return cloudwatch.Metric(
            namespace=self._namespace, metric_name=metric, dimensions_map=dimensions, period=period, statistic=statistic
        )

    def tell(self, variable: str, value: str) -> None:
        """Give the function one more variable."""
        self.variables[variable] = value
        self.function.add_environment(variable, value)

    def allow(
        self, actions: Sequence[str], resources: Sequence[str], conditions: Mapping[str, object] | None = None, why: str = OBJECT_NAMES
    ) -> None:
        """Let the function do `actions` on `resources`, ARNs. why: for auditors, when one has a `*`."""
        statement = iam.PolicyStatement(actions=list(actions), resources=list(resources), conditions=dict(conditions or {}))
        self.permissions.add_statements(statement)
        if isinstance(self._place, Placement):
            self._place.calls.update(actions)
        for wildcard in (resource for resource in resources if "*" in resource):
            acknowledge_wildcard(self.permissions, wildcard, _reason(actions, wildcard), why)

    def _log_group(self, shared: Shared) -> logs.LogGroup:
        name = f"/causeway/{shared.environment.name}/{self.name}"
        return logs.LogGroup(self, "Logs", log_group_name=name, encryption_key=shared.logs_key)

    def _role(self, shared: Shared, boundary: iam.IManagedPolicy) -> iam.Role:
        return iam.Role(
            self,
            "Role",
            role_name=role_name(shared.environment, self.name),
            assumed_by=service(self, "lambda"),
            description=f"Runs the function {self.name}",
            managed_policies=[shared.function_policy],
            permissions_boundary=boundary,
        )

    def _variables(self, environment: Common) -> dict[str, str]:
        return {
            "CAUSEWAY_ENVIRONMENT": environment.name,
            "POWERTOOLS_SERVICE_NAME": self.name,
            "POWERTOOLS_METRICS_NAMESPACE": self._namespace,
            "POWERTOOLS_LOG_LEVEL": "INFO",
        }

    def _allow_its_own_resources(self) -> None:
        logging, failing = ["logs:CreateLogStream", "logs:PutLogEvents"], ["sqs:SendMessage"]
        self.own.add_statements(
            iam.PolicyStatement(actions=logging, resources=[self.log_group.log_group_arn]),
            iam.PolicyStatement(actions=failing, resources=[self.dead_letters.queue_arn]),
        )
        self.allow(["kms:Decrypt", "kms:GenerateDataKey"], [self.key.key_arn])

    def _accept_the_hosts_interpreter(self, environment: Common) -> None:
        if environment.functions.runtime == "host":
            acknowledge_setting(
                self.function,
                ["AwsSolutions-L1", "Serverless-LambdaLatestVersion"],
                environment,
                "functions.runtime",
                reasons.HOST_RUNTIME,
                "local workers run the interpreter that synthesizes; every other environment must name the newest runtime.",
            )

    def _interfaces(self) -> dict[str, Any]:
        place = self._place
        if isinstance(place, Placement):
            return {"vpc": place.vpc, "vpc_subnets": place.subnets, "security_groups": [place.security_group]}
        return {}

    def _accept_its_network(self, environment: Common) -> None:
        rule, place = shared_rule("LambdaInsideVPC"), self._place
        if isinstance(place, WithoutVpc) and place.setting:
            acknowledge_setting(self.function, rule, environment, place.setting, reasons.SMALLER_THAN_PROD, place.why)
        elif isinstance(place, WithoutVpc):
            acknowledge(self.function, rule, reasons.OUTSIDE_VPC, place.why)

    def _alias(self, environment: Common) -> lambda_.Alias:
        if environment.functions.snap_start:
            acknowledge(
                self.function,
                ["Annotation::@aws-cdk/aws-lambda:snapStartRequirePublish"],
                reasons.PUBLISHED,
                "Its alias is `live`.",
            )
        return lambda_.Alias(self, "Live", alias_name="live", version=self.function.current_version)


def _reason(actions: Sequence[str], resource: str) -> Reason:
    if resource == "*":
        return reasons.NO_RESOURCE
    return reasons.OBJECTS if all(action.startswith("s3:") for action in actions) else reasons.NAMES


def compact(value: object) -> str:
    """As JSON without spaces, for a variable: all variables of a function share 4 KB."""
    return json.dumps(value, separators=(",", ":"))
