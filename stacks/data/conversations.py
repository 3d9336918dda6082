"""The tables of what is remembered: conversations, and the list of each user's."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.constructs.function import CausewayFunction

STRING = dynamodb.AttributeType.STRING


class Conversations(Construct):
    """Both tables with one key of their own. Nothing of them is copied to another region: what was said expires in days."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self.key = kms.Key(self, "Key", description="Conversations")
        self.memory = self._table("AgentMemory", "conversation", "item")
        self.sessions = self._table("AgentSessions", "owner", "session_id")

    def variables(self) -> Mapping[str, str]:
        return {"MEMORY_TABLE": self.memory.table_name, "SESSIONS_TABLE": self.sessions.table_name}

    def allow(self, function: CausewayFunction, memory: Sequence[str], sessions: Sequence[str]) -> None:
        """Let `function` do these actions of DynamoDB, by their names alone, on each of the tables."""
        function.allow([f"dynamodb:{action}" for action in memory], [self.memory.table_arn])
        function.allow([f"dynamodb:{action}" for action in sessions], [self.sessions.table_arn])
        function.allow(["kms:Decrypt"], [self.key.key_arn])

    def _table(self, id: str, partition: str, sort: str) -> dynamodb.TableV2:
        return dynamodb.TableV2(
            self,
            id,
            partition_key=dynamodb.Attribute(name=partition, type=STRING),
            sort_key=dynamodb.Attribute(name=sort, type=STRING),
            time_to_live_attribute="expires_at",
            encryption=dynamodb.TableEncryptionV2.customer_managed_key(self.key),
        )
