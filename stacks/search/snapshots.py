"""By which role the search service keeps snapshots in a bucket of ours."""

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.constructs import reasons
from stacks.constructs.nag import acknowledge_wildcard
from stacks.constructs.trust import service


class SnapshotRole(Construct):
    """The role and its only policy. Who registers the bucket with the engine hands the role over."""

    def __init__(self, scope: Construct, id: str, *, name: str, bucket: s3.IBucket, key: kms.IKey, boundary: iam.IManagedPolicy) -> None:
        """name: of the role, by which the bucket's policy spares it. key: of the bucket."""
        super().__init__(scope, id)
        self.role = iam.Role(
            self,
            "Role",
            role_name=name,
            assumed_by=service(self, "es"),
            description="Keeps snapshots of the passages",
            permissions_boundary=boundary,
        )
        objects = bucket.arn_for_objects("*")
        policy = iam.ManagedPolicy(
            self,
            "Policy",
            description="The bucket of snapshots and its key",
            roles=[self.role],
            statements=[
                iam.PolicyStatement(actions=["s3:ListBucket"], resources=[bucket.bucket_arn]),
                iam.PolicyStatement(actions=["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], resources=[objects]),
                iam.PolicyStatement(actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[key.key_arn]),
            ],
        )
        acknowledge_wildcard(
            policy, objects, reasons.OBJECTS, "The engine names the files of its snapshots; the bucket holds nothing else."
        )
