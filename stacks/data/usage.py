"""Where lines of what turns cost are kept, and results of queries about them. See docs/decisions/286-the-usage-table.md."""

from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.data.buckets import data_bucket
from stacks.environment import Environment

DELIVERY = "turns-delivery"  # the role by which Firehose writes
TURNS, FAILED, RESULTS = "turns", "failed", "results"
FAILED_DAYS, RESULT_DAYS = 90, 7


class UsageLines(Construct):
    """A bucket with a key of its own. Lines are kept as long as logs are."""

    def __init__(self, scope: Construct, id: str, environment: Environment, vpc: ec2.IVpc) -> None:
        super().__init__(scope, id)
        self.key = kms.Key(self, "Key", description="What turns cost, and results of queries about that")
        self.bucket = data_bucket(self, "Bucket", key=self.key, environment=environment, vpc=vpc, noncurrent_days=1, read_by=[DELIVERY])
        for folder, days in ((TURNS, environment.foundation.log_retention_days), (FAILED, FAILED_DAYS), (RESULTS, RESULT_DAYS)):
            self.bucket.add_lifecycle_rule(id=f"{folder}-expire", prefix=f"{folder}/", expiration=Duration.days(days))
