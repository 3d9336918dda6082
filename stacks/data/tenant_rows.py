"""Tables whose rows belong to tenants: IAM itself keeps the tenants apart, by the first part of the partition keys."""

from collections.abc import Mapping

from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.data.tables import expiring_table
from stacks.environment import Environment


class TenantRows(Construct):
    """A table with a key of its own. Its partition keys begin with the tenant and `#`; whoever gives rights to it adds that condition."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        keys: tuple[str, str],
        variable: str,
        holds: str,
        environment: Environment,
        streams: bool = False,
    ) -> None:
        """keys, streams: as in `table`. variable: by which functions know the table's name. holds: for the key's description."""
        super().__init__(scope, id)
        self._variable = variable
        self.key = kms.Key(self, "Key", description=holds)
        self.table = expiring_table(self, "Rows", keys=keys, key=self.key, environment=environment, streams=streams)

    def variables(self) -> Mapping[str, str]:
        return {self._variable: self.table.table_name}
