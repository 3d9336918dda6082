"""The tables of what is remembered: conversations, and the list of each user's."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.constructs.function import CausewayFunction
from stacks.data.remembering import remembering
from stacks.data.tables import expiring_table
from stacks.environment import Environment


class Conversations(Construct):
    """Both tables with one key of their own."""

    def __init__(self, scope: Construct, id: str, environment: Environment) -> None:
        super().__init__(scope, id)
        self.remembering = remembering(environment.data.domain).variable
        self.key = kms.Key(self, "Key", description="Conversations")
        self.memory = expiring_table(self, "AgentMemory", keys=("conversation", "item"), key=self.key, environment=environment)
        self.sessions = expiring_table(self, "AgentSessions", keys=("owner", "session_id"), key=self.key, environment=environment)

    def variables(self) -> Mapping[str, str]:
        tables = {"MEMORY_TABLE": self.memory.table_name, "SESSIONS_TABLE": self.sessions.table_name}
        return {**tables, "REMEMBERING": self.remembering}

    def allow(self, function: CausewayFunction, memory: Sequence[str], sessions: Sequence[str]) -> None:
        """Let `function` do these actions of DynamoDB, by their names alone, on each of the tables."""
        function.allow([f"dynamodb:{action}" for action in memory], [self.memory.table_arn])
        function.allow([f"dynamodb:{action}" for action in sessions], [self.sessions.table_arn])
        function.allow(["kms:Decrypt"], [self.key.key_arn])
