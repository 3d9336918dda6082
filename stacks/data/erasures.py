"""The table of people who are being erased, and of what came of it."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.constructs.function import CausewayFunction
from stacks.data.tables import expiring_table
from stacks.environment import Environment


class Erasures(Construct):
    """The table with a key of its own."""

    def __init__(self, scope: Construct, id: str, environment: Environment) -> None:
        super().__init__(scope, id)
        self.key = kms.Key(self, "Key", description="People who are being erased")
        self.table = expiring_table(self, "Table", keys=("tenant", "item"), key=self.key, environment=environment)

    def variables(self) -> Mapping[str, str]:
        return {"ERASURES_TABLE": self.table.table_name}

    def allow(self, function: CausewayFunction, actions: Sequence[str]) -> None:
        """Let `function` do these actions of DynamoDB, by their names alone."""
        function.allow([f"dynamodb:{action}" for action in actions], [self.table.table_arn])
        function.allow(["kms:Decrypt"], [self.key.key_arn])
