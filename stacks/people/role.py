"""A role that persons assume."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.constructs.perimeter import role_name
from stacks.constructs.settings import Common, Persons


def role_of_persons(
    scope: Construct, id: str, *, name: str, description: str, settings: Persons, environment: Common, boundary: iam.IManagedPolicy
) -> iam.Role:
    """Without a second factor in the last hour nobody assumes it; Identity Center's sessions tell IAM of none, so its people cannot."""
    stack = Stack.of(scope)
    users = [stack.format_arn(service="iam", region="", resource="user", resource_name=user) for user in settings.users]
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
        role_name=role_name(environment, name),
        assumed_by=trusted,
        description=description,
        max_session_duration=Duration.minutes(settings.minutes),
        permissions_boundary=boundary,
    )
