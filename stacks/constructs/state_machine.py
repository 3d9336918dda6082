"""A Step Functions state machine as every stack here makes it, and the task that calls one of our functions."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from stacks.constructs.alarms import alarm
from stacks.constructs.function import CausewayFunction
from stacks.constructs.shared import Shared
from stacks.constructs.trust import service

State = dict[str, Any]
RESULT = "{% $states.result.Payload %}"

# What Lambda itself says when it could not run a function now.
LAMBDA_PASSING = (
    "Lambda.TooManyRequestsException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.SnapStartNotReadyException",
)
TOKENS_ONLY = "SendTaskSuccess takes no resource: a token names its task, and only who keeps approvals has one."

# Step Functions ends a task a little after its function should have ended by itself.
GRACE_SECONDS = 10


class StateMachine(Construct):
    """A standard workflow over functions of ours: role, log group, encryption, traces, and an alarm for each way to go wrong."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        shared: Shared,
        name: str,
        key: kms.Key,
        functions: Sequence[lambda_.IFunction],
        definition: Mapping[str, Any],
    ) -> None:
        """id: names the runbooks, `{id}-executions-failed.md`. name: short, unique in the environment. functions: those it invokes.

        key: encrypts definition, executions and the log's delivery. definition: Amazon States Language, with tokens where needed.
        """
        super().__init__(scope, id)
        self.shared, self.name, self.key = shared, name, key
        self.log_group = self._log_group()
        self.role = self._role()
        self.permissions = self._permissions(functions)
        self._let_logs_be_delivered()
        self.machine = self._machine(definition)
        self._watch()

    @property
    def arn(self) -> str:
        return self.machine.state_machine_arn

    def _log_group(self) -> logs.LogGroup:
        name = f"/causeway/{self.shared.environment.name}/{self.name}"
        return logs.LogGroup(self, "Log", log_group_name=name, encryption_key=self.shared.logs_key)

    def _role(self) -> iam.Role:
        return iam.Role(
            self,
            "Role",
            assumed_by=service(self, "states"),
            description=f"Runs the state machine {self.name}",
            managed_policies=[self.shared.machine_policy],
            permissions_boundary=self.shared.boundaries.machines,
        )

    def _permissions(self, functions: Sequence[lambda_.IFunction]) -> iam.ManagedPolicy:
        invoked = [each.function_arn for each in functions]
        return iam.ManagedPolicy(
            self,
            "Permissions",
            description=f"Functions of the state machine {self.name}, and its key",
            roles=[self.role],
            statements=[
                *([iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=invoked)] if invoked else []),
                iam.PolicyStatement(actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[self.key.key_arn]),
            ],
        )

    def _let_logs_be_delivered(self) -> None:
        """CDK would open the key to log delivery of any account. AWS documents this encryption context and no aws:SourceAccount."""
        stack = Stack.of(self)
        groups = f"arn:{stack.partition}:logs:{stack.region}:{stack.account}:*"
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="ExecutionLogsOfThisAccount",
                principals=[iam.ServicePrincipal("delivery.logs.amazonaws.com")],
                actions=["kms:Decrypt"],
                resources=["*"],
                conditions={"StringEquals": {"kms:EncryptionContext:SourceArn": groups}},
            )
        )

    def _machine(self, definition: Mapping[str, Any]) -> sfn.StateMachine:
        key_without_grants = kms.Key.from_key_arn(self, "Key", self.key.key_arn)
        machine = sfn.StateMachine(
            self,
            "Machine",
            state_machine_name=f"causeway-{self.shared.environment.name}-{self.name}",
            state_machine_type=sfn.StateMachineType.STANDARD,
            definition_body=sfn.DefinitionBody.from_string(Stack.of(self).to_json_string(definition)),
            role=self.role.without_policy_updates(),
            tracing_enabled=True,
            logs=sfn.LogOptions(destination=self.log_group, level=sfn.LogLevel.ALL, include_execution_data=False),
            encryption_configuration=sfn.CustomerManagedEncryptionConfiguration(key_without_grants),
            removal_policy=self.shared.environment.removal_policy,
        )
        machine.node.add_dependency(self.permissions)
        return machine

    def _watch(self) -> None:
        minutes = Duration.minutes(5)
        self._alarm("ExecutionsFailed", self.machine.metric_failed(period=minutes), "failed")
        self._alarm("ExecutionsTimedOut", self.machine.metric_timed_out(period=minutes), "timed out")
        self._alarm("ExecutionsThrottled", self.machine.metric_throttled(period=minutes), "could not start a state in time")

    def _alarm(self, id: str, metric: cloudwatch.Metric, what: str) -> None:
        meaning = f"Executions of {self.name} {what}"
        alarm(self, id, metric=metric, threshold=1, unit="executions in 5 minutes", meaning=meaning, topic=self.shared.alarm_topic)


def invoke(
    function_arn: str,
    *,
    seconds: int,
    retry: Sequence[State],
    catch: Sequence[State] = (),
    following: str | None = None,
    payload: object = "{% $states.input %}",
    output: object = RESULT,
) -> State:
    """A task that gives a function the state's input, or another payload, and passes on what it returns, or another output.

    seconds: the function's own timeout. following: the next state; without one the task ends the execution.
    """
    state: State = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": function_arn, "Payload": payload},
        "Output": output,
        "TimeoutSeconds": seconds + GRACE_SECONDS,
        "Retry": list(retry),
    }
    return state | ({"Next": following} if following else {"End": True}) | ({"Catch": list(catch)} if catch else {})


def let_tell_machines(function: CausewayFunction) -> None:
    """Let a function end tasks that wait for a token."""
    function.allow(["states:SendTaskSuccess"], ["*"], why=TOKENS_ONLY)


def choice(condition: str, then: str, otherwise: str) -> State:
    """A state that goes on to `then` where the JSONata condition holds, else to `otherwise`."""
    return {"Type": "Choice", "Choices": [{"Condition": condition, "Next": then}], "Default": otherwise}
