"""The table of answers that a person looks at, or may be asked to look at."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.constructs.function import CausewayFunction
from stacks.data.tables import expiring_table
from stacks.environment import Environment

QUEUES = "queues"  # what waits for a person, was decided by one, or was not answered, by tenant


class Reviews(Construct):
    """The table with a key of its own."""

    def __init__(self, scope: Construct, id: str, environment: Environment) -> None:
        super().__init__(scope, id)
        self.key = kms.Key(self, "Key", description="Answers that people review")
        self.table = expiring_table(
            self,
            "Table",
            keys=("tenant", "request_id"),
            key=self.key,
            environment=environment,
            indexes={QUEUES: ("queue", "since")},
        )

    def variables(self) -> Mapping[str, str]:
        return {"REVIEWS_TABLE": self.table.table_name}

    def allow(self, function: CausewayFunction, *actions: str, queues: Sequence[str] = ()) -> None:
        """Let `function` do these actions of DynamoDB, by their names alone, on the table. queues: on its index."""
        if actions:
            function.allow([f"dynamodb:{action}" for action in actions], [self.table.table_arn])
        if queues:
            function.allow([f"dynamodb:{action}" for action in queues], [f"{self.table.table_arn}/index/{QUEUES}"])
        function.allow(["kms:Decrypt"], [self.key.key_arn])
