"""What is remembered of conversations: the tables, the list of each user's, and the archive of those that have expired."""

from collections.abc import Mapping, Sequence

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.constructs.function import CausewayFunction
from stacks.data.buckets import data_bucket
from stacks.data.remembering import remembering
from stacks.data.replicas import ERASED_AFTER_DAYS
from stacks.data.tables import expiring_table
from stacks.environment import Environment

TO_ARCHIVE = "to-archive"
OF_EVERY_USER = (
    "Conversations of every user: the key begins with tenant and user, known at run time only. Code, not IAM, keeps users apart here."
)


class Conversations(Construct):
    """Both tables and the archive, with one key of their own."""

    def __init__(self, scope: Construct, id: str, environment: Environment, vpc: ec2.IVpc) -> None:
        super().__init__(scope, id)
        self.remembering = remembering(environment.data.domain)
        self.key = kms.Key(self, "Key", description="Conversations")
        self.memory = expiring_table(self, "AgentMemory", keys=("conversation", "item"), key=self.key, environment=environment)
        self._index_what_is_to_be_archived()
        self.sessions = expiring_table(self, "AgentSessions", keys=("owner", "session_id"), key=self.key, environment=environment)
        self.archive = self._archive(environment, vpc)

    def variables(self) -> Mapping[str, str]:
        return {
            "MEMORY_TABLE": self.memory.table_name,
            "SESSIONS_TABLE": self.sessions.table_name,
            "ARCHIVE_BUCKET": self.archive.bucket_name,
            "REMEMBERING": self.remembering.variable,
        }

    def allow(self, function: CausewayFunction, memory: Sequence[str], sessions: Sequence[str] = (), archive: Sequence[str] = ()) -> None:
        """Let `function` do these actions of DynamoDB, by their names alone, on each of the tables, and of S3 on archived conversations.

        What reads the archive may also list it: without that, S3 does not tell a missing object from a forbidden one.
        """
        function.allow([f"dynamodb:{action}" for action in memory], [self.memory.table_arn])
        if sessions:
            function.allow([f"dynamodb:{action}" for action in sessions], [self.sessions.table_arn])
        if archive:
            function.allow([f"s3:{action}" for action in archive], [self.archive.arn_for_objects("*")], why=OF_EVERY_USER)
            function.allow(["s3:ListBucket"], [self.archive.bucket_arn])
        function.allow(["kms:Decrypt", *(["kms:GenerateDataKey"] if "PutObject" in archive else [])], [self.key.key_arn])

    def let_count(self, function: CausewayFunction) -> None:
        """Let `function` count, beside the sessions, what each user asks."""
        function.tell("SESSIONS_TABLE", self.sessions.table_name)
        function.allow(["dynamodb:UpdateItem"], [self.sessions.table_arn])
        function.allow(["kms:Decrypt"], [self.key.key_arn])

    def allow_index(self, function: CausewayFunction) -> None:
        """Let `function` find what is to be archived."""
        function.allow(["dynamodb:Query"], [f"{self.memory.table_arn}/index/{TO_ARCHIVE}"])

    def _index_what_is_to_be_archived(self) -> None:
        """Only META items have its keys, and only while they have turns that are not archived."""
        self.memory.add_global_secondary_index(
            index_name=TO_ARCHIVE,
            partition_key=dynamodb.Attribute(name="archive_shard", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="archive_due", type=dynamodb.AttributeType.NUMBER),
            projection_type=dynamodb.ProjectionType.KEYS_ONLY,
        )

    def _archive(self, environment: Environment, vpc: ec2.IVpc) -> s3.Bucket:
        bucket = data_bucket(self, "Archive", key=self.key, environment=environment, vpc=vpc, noncurrent_days=ERASED_AFTER_DAYS)
        bucket.add_lifecycle_rule(id="conversations-expire", expiration=Duration.days(self.remembering.archive_days))
        return bucket
