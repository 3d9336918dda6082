"""The role by which functions reach rows of tenants: of the tenant alone whose name its session is tagged with.

See docs/decisions/203-rows-of-a-tenant-by-session-tags.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.constructs.function import CausewayFunction
from stacks.constructs.perimeter import role_name
from stacks.constructs.shared import Shared
from stacks.data.tables import BY_OWNER
from stacks.data.tenant_rows import TenantRows

TAG = "tenant"  # as `causeway.runtime.tenants` names it
ASSUME = ["sts:AssumeRole", "sts:TagSession"]
# Without a tag IAM resolves no variable, and the condition does not hold. Without a key ForAllValues holds, so there has to be one.
ROWS_OF_THE_TENANT = {
    "ForAllValues:StringLike": {"dynamodb:LeadingKeys": [f"${{aws:PrincipalTag/{TAG}}}#*"]},
    "Null": {"dynamodb:LeadingKeys": "false"},
}


@dataclass(frozen=True)
class Granted:
    """What is done with a table's rows. actions: of DynamoDB, by their names alone. by_owner: they are found by their owners as well."""

    rows: TenantRows
    actions: Sequence[str]
    by_owner: bool = False


class TenantRole(Construct):
    """The role, which the functions may assume with the tag and never without."""

    def __init__(
        self, scope: Construct, id: str, *, shared: Shared, name: str, functions: Sequence[CausewayFunction], granted: Sequence[Granted]
    ) -> None:
        """name: short name of the role."""
        super().__init__(scope, id)
        self.role = iam.Role(
            self,
            "Role",
            role_name=role_name(shared.environment, name),
            assumed_by=iam.CompositePrincipal(*(_tagged(function) for function in functions)),
            description="Reaches rows of the tenant that its session is tagged with",
            permissions_boundary=shared.boundaries.functions,
        )
        statements = [statement for each in granted for statement in _statements(each)]
        keys = iam.PolicyStatement(actions=["kms:Decrypt"], resources=[each.rows.key.key_arn for each in granted])
        iam.ManagedPolicy(self, "Permissions", description="Rows of one tenant", roles=[self.role], statements=[*statements, keys])
        for function in functions:
            function.allow(ASSUME, [self.role.role_arn])
            for variable, value in self._variables(granted).items():
                function.tell(variable, value)

    def _variables(self, granted: Sequence[Granted]) -> Mapping[str, str]:
        tables = {name: value for each in granted for name, value in each.rows.variables().items()}
        return {"TENANT_ROLE": self.role.role_arn, **tables}


def _tagged(function: CausewayFunction) -> iam.IPrincipal:
    conditions = {"StringLike": {f"aws:RequestTag/{TAG}": "?*"}, "ForAllValues:StringEquals": {"aws:TagKeys": [TAG]}}
    return iam.ArnPrincipal(function.role.role_arn).with_session_tags().with_conditions(conditions)


def _statements(granted: Granted) -> Iterator[iam.PolicyStatement]:
    """Keys of the index begin with the tenant, too."""
    actions = [f"dynamodb:{action}" for action in granted.actions]
    yield iam.PolicyStatement(actions=actions, resources=[granted.rows.table.table_arn], conditions=ROWS_OF_THE_TENANT)
    if granted.by_owner:
        index = f"{granted.rows.table.table_arn}/index/{BY_OWNER}"
        yield iam.PolicyStatement(actions=["dynamodb:Query"], resources=[index], conditions=ROWS_OF_THE_TENANT)
