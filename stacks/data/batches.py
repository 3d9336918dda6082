"""The table of batches: questions that nobody waits for, and their answers."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.constructs.function import CausewayFunction
from stacks.data.tables import BY_OWNER, expiring_table, index_by_owner
from stacks.environment import Environment


class BatchTable(Construct):
    """The table with a key of its own."""

    def __init__(self, scope: Construct, id: str, environment: Environment) -> None:
        super().__init__(scope, id)
        self.key = kms.Key(self, "Key", description="Batches of questions and their answers")
        self.table = expiring_table(self, "Batches", keys=("batch_key", "item"), key=self.key, environment=environment)
        index_by_owner(self.table, "batch_key")

    def variables(self) -> Mapping[str, str]:
        return {"BATCHES_TABLE": self.table.table_name}

    def allow(self, function: CausewayFunction, actions: Sequence[str], by_owner: bool = False) -> None:
        """Let `function` do these actions of DynamoDB, by their names alone. by_owner: also find what an owner has."""
        function.allow([f"dynamodb:{action}" for action in actions], [self.table.table_arn])
        if by_owner:
            function.allow(["dynamodb:Query"], [f"{self.table.table_arn}/index/{BY_OWNER}"])
        function.allow(["kms:Decrypt"], [self.key.key_arn])
