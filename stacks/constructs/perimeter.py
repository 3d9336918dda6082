"""What may pass through the VPC's endpoints: this account's principals to this account's data, and the AWS-owned buckets a deploy needs."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam

from stacks.constructs.boundary import BOUNDED_ACTIONS


def own_principals(stack: Stack, service: str) -> iam.PolicyStatement:
    """Let this account's principals do what the permission boundary knows of one service.

    Raises ValueError when the boundary knows nothing of it: then no role could use the endpoint.
    """
    actions = [action for action in BOUNDED_ACTIONS if action.startswith(f"{service}:")]
    if not actions:
        raise ValueError(f"an endpoint for {service} has no use: no role may call it (stacks/constructs/boundary.py)")
    return iam.PolicyStatement(
        sid="PrincipalsOfThisAccount",
        principals=[iam.AnyPrincipal()],
        actions=actions,
        resources=["*"],
        conditions={"StringEquals": {"aws:PrincipalAccount": stack.account}},
    )


def own_buckets(stack: Stack) -> iam.PolicyStatement:
    """Let this account's principals reach this account's buckets, so that no stolen credential carries data elsewhere."""
    statement = own_principals(stack, "s3")
    statement.add_condition("StringEquals", {"aws:PrincipalAccount": stack.account, "aws:ResourceAccount": stack.account})
    return statement


def buckets_of_aws(stack: Stack) -> list[iam.PolicyStatement]:
    """Let through what AWS keeps in its own buckets: image layers, model weights, and the answers of custom resources."""
    region = stack.region
    return [
        iam.PolicyStatement(
            sid="ImageLayersAndWeights",
            principals=[iam.AnyPrincipal()],
            actions=["s3:GetObject", "s3:ListBucket"],
            resources=[
                f"arn:{stack.partition}:s3:::prod-{region}-starport-layer-bucket/*",
                f"arn:{stack.partition}:s3:::{weights_bucket(region)}",
                f"arn:{stack.partition}:s3:::{weights_bucket(region)}/*",
            ],
        ),
        iam.PolicyStatement(
            sid="AnswersOfCustomResources",
            principals=[iam.AnyPrincipal()],
            actions=["s3:PutObject"],
            resources=[f"arn:{stack.partition}:s3:::cloudformation-custom-resource-response-{region.replace('-', '')}/*"],
        ),
    ]


def weights_bucket(region: str) -> str:
    """The AWS-owned JumpStart bucket of a region."""
    return f"jumpstart-cache-prod-{region}"
