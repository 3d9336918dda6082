"""Teams: a state machine for each pattern, the function that does a role's work, and the function that begins a run."""

from collections.abc import Mapping

from aws_cdk import Duration, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.agents.domain_layer import brings_tools, domain_layer
from stacks.agents.stack import AgentsStack
from stacks.agents.tenant_role import Granted, TenantRole
from stacks.answering import Answering
from stacks.approvals.stack import ApprovalsStack
from stacks.constructs.function import CausewayFunction
from stacks.constructs.function_alarms import errors
from stacks.constructs.layer import layer
from stacks.constructs.parameters import publish
from stacks.constructs.shared import Shared
from stacks.constructs.state_machine import StateMachine
from stacks.data.stack import DataStack
from stacks.environment import Environment
from stacks.models.stack import ModelsStack
from stacks.search.stack import SearchStack
from stacks.switches.stack import SwitchesStack
from stacks.teams.patterns import PATTERNS
from stacks.teams.role_task import Roles

START_SECONDS = 10
ROLE_SECONDS = 90  # work that takes longer goes on in the next attempt


class TeamsStack(Stack):
    """What works in teams. The route that begins a run is in the API of the assistant."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        environment: Environment,
        shared: Shared,
        switches: SwitchesStack,
        data: DataStack,
        search: SearchStack,
        models: ModelsStack,
        agents: AgentsStack,
        approvals: ApprovalsStack,
    ) -> None:
        super().__init__(scope, id, env=environment.aws)
        self.settings, self.shared, self.data, self.models, self.approvals = environment, shared, data, models, approvals
        self.reach = agents.reach
        self.domain = environment.data.domain if brings_tools(environment.data.domain) else None
        self.answering = Answering(environment, data, search, models)
        self.key = kms.Key(self, "Key", description="Runs of teams on their way, the functions' variables and dead letters")
        self.layers = self._layers()
        self.role = self._role()
        self.machines = {pattern: self._machine(pattern) for pattern in PATTERNS}
        self.starts = self._starts()
        for function in (self.role, self.starts):
            errors(function, shared.alarm_topic)
            switches.reach(function)
        publish(self, environment.name, {f"{pattern}-arn": machine.arn for pattern, machine in self.machines.items()})

    def _layers(self) -> list[lambda_.ILayerVersion]:
        of_domain = [domain_layer(self, self.domain, self.settings)] if self.domain else []
        return [layer(self, "answering", self.settings), layer(self, "agents", self.settings), *of_domain]

    def _role(self) -> CausewayFunction:
        """Roles look things up and hand in what they found: no tool of theirs acts."""
        variables = {
            **self.answering.variables(self, whole=True),
            **self.models.chat_model.prices,
            "AUDIT_BUCKET": self.data.audit.bucket.bucket_name,
            **self.reach.variables,
        }
        function = self._function("Role", "team-role", ROLE_SECONDS, self.settings.teams.role_concurrency, variables)
        self.answering.allow_finding(function)
        self.models.chat_model.allow_converse(function)
        self.data.audit.let_write(function)
        self.reach.allow(function)
        runs = Granted(self.data.runs, ["PutItem", "Query", "UpdateItem"])
        TenantRole(
            self,
            "RoleRows",
            shared=self.shared,
            name="team-role-rows",
            functions=[function],
            granted=[runs, Granted(self.data.records, ["GetItem"])],
        )
        return function

    def _machine(self, pattern: str) -> StateMachine:
        """All patterns have the runbooks of `Team`."""
        definition = PATTERNS[pattern](
            Roles(self.role.invoked.function_arn, ROLE_SECONDS, self.approvals.asking), self.settings.teams.workers_at_once
        )
        return StateMachine(
            Construct(self, pattern.capitalize()),
            "Team",
            shared=self.shared,
            name=f"team-{pattern}",
            key=self.key,
            functions=[self.role.invoked, self.approvals.asks.invoked],
            definition=definition,
        )

    def _starts(self) -> CausewayFunction:
        machines = {f"{pattern.upper()}_MACHINE": machine.arn for pattern, machine in self.machines.items()}
        variables = {**machines, **self.data.conversations.variables()}
        function = self._function("Starts", "teams", START_SECONDS, self.settings.teams.start_concurrency, variables)
        function.allow(["states:StartExecution"], [machine.arn for machine in self.machines.values()])
        self.data.conversations.allow(function, memory=["Query"])  # what the user has said of themselves
        self.answering.limit_asking(function, self.shared.alarm_topic)
        runs = Granted(self.data.runs, ["PutItem", "Query", "UpdateItem"])
        TenantRole(self, "StartRows", shared=self.shared, name="team-start-rows", functions=[function], granted=[runs])
        return function

    def _function(self, id: str, name: str, seconds: int, concurrency: int, variables: Mapping[str, str]) -> CausewayFunction:
        return CausewayFunction(
            self,
            id,
            shared=self.shared,
            name=name,
            key=self.key,
            layers=self.layers,
            timeout=Duration.seconds(seconds),
            concurrency=concurrency,
            variables={**variables, **({"AGENT_DOMAIN": self.domain} if self.domain else {})},
        )
