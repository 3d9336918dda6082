"""A key that signs: KMS makes HMACs with it and never gives it away."""

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.constructs.perimeter import sign_inside
from stacks.constructs.settings import Common


def hmac_key(scope: Construct, id: str, *, description: str, environment: Common, vpc: ec2.IVpc) -> kms.Key:
    """Used from inside `vpc` only. KMS rotates no HMAC key, and a new one would end whatever the old one has signed."""
    key = kms.Key(
        scope,
        id,
        description=description,
        key_spec=kms.KeySpec.HMAC_256,
        key_usage=kms.KeyUsage.GENERATE_VERIFY_MAC,
        enable_key_rotation=False,
    )
    sign_inside(key, environment, vpc)
    return key
