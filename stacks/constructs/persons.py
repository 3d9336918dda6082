"""Roles that persons assume."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.constructs.perimeter import role_name
from stacks.constructs.settings import Persons
from stacks.constructs.shared import Shared


def person_role(scope: Construct, id: str, *, name: str, description: str, persons: Persons, shared: Shared) -> iam.Role:
    """Without a second factor in the last hour nobody assumes it; Identity Center's sessions tell IAM of none, so its people cannot."""
    stack = Stack.of(scope)
    users = [stack.format_arn(service="iam", region="", resource="user", resource_name=user) for user in persons.users]
    trusted = iam.AccountRootPrincipal().with_conditions(
        {
            "ArnLike": {"aws:PrincipalArn": users},
            "Bool": {"aws:MultiFactorAuthPresent": "true"},
            "NumericLessThan": {"aws:MultiFactorAuthAge": "3600"},
        }
    )
    return iam.Role(
        scope,
        id,
        role_name=role_name(shared.environment, name),
        assumed_by=trusted,
        description=description,
        max_session_duration=Duration.minutes(persons.minutes),
        permissions_boundary=shared.boundaries.people,
    )
