"""Buckets that go with their stack are emptied first: CloudFormation deletes no bucket that holds something.

See docs/decisions/287-taking-an-environment-down.md.
"""

from typing import cast

from aws_cdk import CustomResource, Duration, Stack
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.constructs.function import CausewayFunction
from stacks.constructs.layer import layer
from stacks.constructs.perimeter import EMPTYING
from stacks.constructs.shared import Shared, WithoutVpc
from stacks.environment import Environment

TYPE = "Custom::EmptiedBucket"
TIMEOUT = Duration.minutes(15)
NO_VPC = "it asks CloudFormation whether the stack is being deleted, and nothing else in the VPC would use an endpoint for that."
EVERY_VERSION = "All that the bucket holds is deleted, whatever its name; the stack that keeps it is being deleted."


class Emptying(Construct):
    """One function that empties buckets, and below each bucket the resource that calls it when the stack is deleted."""

    def __init__(self, scope: Construct, id: str, *, shared: Shared, settings: Environment) -> None:
        super().__init__(scope, id)
        stack = Stack.of(self)
        self.function = CausewayFunction(
            self,
            "Empty",
            shared=shared,
            name=EMPTYING,
            key=shared.logs_key,
            layers=[layer(stack, "answering", settings)],
            publish=False,
            timeout=TIMEOUT,
            concurrency=8,
            place=WithoutVpc(NO_VPC, setting="protect_data"),
            boundary=shared.boundaries.emptying,
        )
        self.function.allow(["cloudformation:DescribeStacks"], [stack.stack_id])

    def when_its_stack_goes(self, bucket: s3.Bucket) -> None:
        """While the bucket's policy still stands, which lets this function alone in from outside."""
        resource = self._emptied(bucket)
        if bucket.policy:
            resource.node.add_dependency(bucket.policy)

    def when_nobody_writes(self, bucket: s3.Bucket) -> None:
        """Of a bucket that services write into until its policy is gone: the policy is deleted first."""
        resource = self._emptied(bucket)
        if bucket.policy:
            bucket.policy.node.add_dependency(resource)

    def _emptied(self, bucket: s3.Bucket) -> CustomResource:
        self.function.allow(["s3:ListBucketMultipartUploads", "s3:ListBucketVersions"], [bucket.bucket_arn])
        self.function.allow(["s3:AbortMultipartUpload", "s3:DeleteObjectVersion"], [bucket.arn_for_objects("*")], why=EVERY_VERSION)
        resource = CustomResource(
            bucket,
            "Emptied",
            service_token=self.function.function.function_arn,
            service_timeout=TIMEOUT.plus(Duration.minutes(1)),
            resource_type=TYPE,
            properties={"Bucket": bucket.bucket_name},
        )
        resource.node.add_dependency(cast(Construct, self.function.permissions))
        return resource
