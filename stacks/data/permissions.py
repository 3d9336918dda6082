"""The table of who may read which folder of a tenant's documents."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.constructs.function import CausewayFunction
from stacks.data.tables import table
from stacks.environment import Environment


class Permissions(Construct):
    """The table, with a key of its own."""

    def __init__(self, scope: Construct, id: str, environment: Environment) -> None:
        super().__init__(scope, id)
        self.key = kms.Key(self, "Key", description="Who may read which folder")
        self.table = table(self, "Table", keys=("tenant", "item"), key=self.key, environment=environment)

    def let_read(self, function: CausewayFunction) -> None:
        """Let `function` look what a user may read."""
        self.let(function, ["BatchGetItem"])

    def let(self, function: CausewayFunction, actions: Sequence[str]) -> None:
        """actions: of DynamoDB, by their names alone."""
        function.allow([f"dynamodb:{action}" for action in actions], [self.table.table_arn])
        function.allow(["kms:Decrypt"], [self.key.key_arn])

    def variables(self) -> Mapping[str, str]:
        return {"PERMISSIONS_TABLE": self.table.table_name}
