"""The function in which tools go outside: the only one that reaches the internet. It has no right to any table, bucket or model, and
alone reads the keys that tools send.

See docs/decisions/210-tools-that-go-outside.md.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import ArnFormat, Duration, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.agents.domain_layer import Needs
from stacks.agents.secrets import ToolSecrets
from stacks.constructs.function import CausewayFunction
from stacks.constructs.function_alarms import errors
from stacks.constructs.layer import layer
from stacks.constructs.shared import Shared
from stacks.constructs.tool_secrets import READER
from stacks.environment import Environment, InvalidEnvironment

SECONDS = 30  # a tool has its own, shorter time


class OutsideFunction(Construct):
    """Made where the domain has tools that go outside."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: Environment,
        shared: Shared,
        key: kms.IKey,
        layers: Sequence[lambda_.ILayerVersion],
        needs: Needs,
    ) -> None:
        """layers: those of the functions that run agents, the domain's with them. Raises InvalidEnvironment if there is no way out."""
        super().__init__(scope, id)
        if shared.outside is None:
            tools, domain = ", ".join(needs.outside), settings.data.domain
            raise InvalidEnvironment(
                f"tools of domains/{domain} go outside ({tools}), and network.nat_gateways=none: choose one or per-zone, "
                "or network.outside_without_vpc: true, or network.adopt.outside_subnet_ids in a VPC of somebody else, or take them out"
            )
        stack = Stack.of(self)
        readers = [layer(stack, "documents", settings), *([layer(stack, "mcp", settings)] if needs.mcp else [])]
        self.function = CausewayFunction(
            self,
            "Function",
            shared=shared,
            name=READER,
            key=key,
            layers=[*layers, *readers],
            timeout=Duration.seconds(SECONDS),
            concurrency=settings.agents.outside_concurrency,
            variables={"AGENT_DOMAIN": str(settings.data.domain), **_on_loopback(settings)},
            place=shared.outside,
        )
        errors(self.function, shared.alarm_topic)
        self.secrets = ToolSecrets(self, "Secrets", shared=shared, hosts=needs.secrets) if needs.secrets else None
        if self.secrets:
            self.secrets.let_read(self.function)

    @property
    def arn(self) -> str:
        """Of what the functions that run agents invoke."""
        return self.function.invoked.function_arn


def _on_loopback(settings: Environment) -> dict[str, str]:
    hosts = settings.agents.outside_on_loopback
    return {"OUTSIDE_ON_LOOPBACK": json.dumps(hosts)} if hosts else {}


@dataclass(frozen=True)
class Reach:
    """The functions that tools of a domain call. outside: None where none of them goes outside."""

    needs: Needs
    outside: OutsideFunction | None

    @property
    def variables(self) -> Mapping[str, str]:
        return {"OUTSIDE_FUNCTION": self.outside.arn} if self.outside else {}

    def allow(self, function: CausewayFunction) -> None:
        if called := [*([self.outside.arn] if self.outside else []), *function_arns(Stack.of(function), self.needs)]:
            function.allow(["lambda:InvokeFunction"], called)


def function_arns(stack: Stack, needs: Needs) -> list[str]:
    """Of the Lambda functions that are tools, by the names that the domain gives them."""
    return [
        stack.format_arn(service="lambda", resource="function", resource_name=name, arn_format=ArnFormat.COLON_RESOURCE_NAME)
        for name in needs.functions
    ]
