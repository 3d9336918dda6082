"""The buckets of this stack: old versions expire, and nobody outside the VPC reads objects."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.constructs.perimeter import EMPTYING, Shown, keep_inside, role_name
from stacks.data.replicas import REPLICATION
from stacks.environment import Environment


def data_bucket(
    scope: Construct,
    id: str,
    *,
    key: kms.IKey,
    environment: Environment,
    vpc: ec2.IVpc,
    noncurrent_days: int | None = None,
    read_by: Sequence[str] = (),
    forms_by: str | None = None,
    shown: Shown | None = None,
) -> s3.Bucket:
    """noncurrent_days: how long a replaced or deleted object can be brought back; data.noncurrent_version_days by default.

    read_by, forms_by: roles, as `keep_inside` knows them, without what all names begin with. shown: as there.
    """
    bucket = s3.Bucket(scope, id, encryption_key=key)
    bucket.add_lifecycle_rule(
        id="old-versions-expire",
        noncurrent_version_expiration=Duration.days(noncurrent_days or environment.data.noncurrent_version_days),
        abort_incomplete_multipart_upload_after=Duration.days(7),
        expired_object_delete_marker=True,
    )
    keep_inside(
        bucket,
        environment,
        vpc=vpc,
        exempt=[role_name(environment, name) for name in (*read_by, *served_from_outside(environment))],
        forms_by=role_name(environment, forms_by) if forms_by else None,
        shown=shown,
    )
    return bucket


def served_from_outside(environment: Environment) -> list[str]:
    """Roles that reach every bucket of data from AWS's own network: what copies it, and what empties it when the stack is deleted."""
    copied_by = [REPLICATION] if environment.data.replica_region else []
    return copied_by if environment.protect_data else [*copied_by, EMPTYING]
