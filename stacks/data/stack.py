"""Buckets and tables, a key beside each domain of data."""

from collections.abc import Sequence

from aws_cdk import Duration, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.constructs import reasons
from stacks.constructs.function import CausewayFunction
from stacks.constructs.hmac_key import hmac_key
from stacks.constructs.nag import acknowledge_setting
from stacks.constructs.parameters import publish
from stacks.constructs.perimeter import role_name
from stacks.constructs.shared import Shared
from stacks.constructs.tags import classify
from stacks.data.access_logs import NO_REPLICATION, access_logs, keep_flow_logs
from stacks.data.audit import AuditRecords
from stacks.data.backups import Backups
from stacks.data.batches import BatchTable
from stacks.data.buckets import data_bucket
from stacks.data.conversations import Conversations
from stacks.data.emptying import Emptying
from stacks.data.erasures import Erasures
from stacks.data.permissions import Permissions
from stacks.data.pictures import FOLDER, shown
from stacks.data.replicas import (
    AUDIT,
    REPLICATION,
    SNAPSHOTS,
    SNAPSHOTS_DELETED_AFTER_DAYS,
    USAGE,
    replica_bucket_name,
    replica_key_alias,
    replica_key_arn,
)
from stacks.data.replication import Replication, resource_of
from stacks.data.reviews import Reviews
from stacks.data.tables import expiring_table, index_by_owner
from stacks.data.tenant_rows import TenantRows
from stacks.data.usage import UsageLines
from stacks.environment import Environment

CHEAPER = s3.Transition(storage_class=s3.StorageClass.INTELLIGENT_TIERING, transition_after=Duration.days(30))
SNAPSHOT_ROLE = "search-snapshots"  # by which the search domain keeps snapshots in their bucket
BATCH_ROLE = "batch-embedding"  # by which a job of Bedrock works on the documents bucket


class DataStack(Stack):
    """What outlives every deployment: documents, registry, permissions, artifacts, conversations, reviews, batches, business records,
    runs of agents and their audit records, people who are erased, who accessed them.
    """

    def __init__(self, scope: Construct, id: str, *, environment: Environment, shared: Shared) -> None:
        super().__init__(scope, id, env=environment.aws, termination_protection=environment.protect_data)
        self.settings, self.vpc = environment, shared.functions.vpc
        self.documents_key = kms.Key(self, "DocumentsKey", description="Uploaded and processed documents")
        self.artifacts_key = kms.Key(self, "ArtifactsKey", description="Model artifacts")
        self.registry_key = kms.Key(self, "RegistryKey", description="Document registry")
        tokens = "Tokens in the place of personal data in documents"
        self.token_key = hmac_key(self, "TokenKey", description=tokens, environment=environment, vpc=self.vpc)
        self.access_logs = self._access_logs(shared)
        if environment.network.adopt is None:
            keep_flow_logs(self, "FlowLogs", self.access_logs, self.vpc)
        self.incoming = self._incoming()
        self.documents = self._documents()
        self.artifacts = self._bucket("Artifacts", self.artifacts_key, read_by=["embedding", "embedding-*"])
        self.snapshots = self._snapshots()
        self.registry = self._registry()
        self.fingerprints = self._rows("Fingerprints", ("fingerprint_key", "item"), "FINGERPRINTS_TABLE", "What documents are compared by")
        self.conversations = Conversations(self, "Conversations", environment, self.vpc)
        self.permissions = Permissions(self, "Permissions", environment)
        self.reviews = Reviews(self, "Reviews", environment)
        self.batches = BatchTable(self, "Batches", environment)
        self.records = self._rows(
            "Records", ("record_key", "item"), "RECORDS_TABLE", "Records that tools of agents read and write", streams=True
        )
        self.runs = self._rows("AgentRuns", ("run_key", "item"), "AGENT_RUNS_TABLE", "Runs of agents, each step of them")
        index_by_owner(self.runs.table, "run_key")
        self.erasures = Erasures(self, "Erasures", environment)
        self.audit = AuditRecords(self, "Audit", environment, self.vpc)
        self.usage = UsageLines(self, "Usage", environment, self.vpc) if environment.catalogue else None
        self._classify()
        self._replicate(shared)
        if environment.data.backup_vault:
            self._back_up(shared)
        if not environment.protect_data:
            self._empty_buckets_when_deleted(shared)
        self._publish()

    def _classify(self) -> None:
        """What is no document. The data dictionary says why, and a test compares it with these tags."""
        of_users = (self.conversations, self.permissions, self.reviews, self.batches, self.records, self.runs, self.erasures, self.audit)
        for each in of_users:
            classify(each, "restricted")
        classify(self.artifacts, "internal")
        if self.usage:
            classify(self.usage, "internal")

    def _back_up(self, shared: Shared) -> None:
        kept = {
            self.registry: self.registry_key,
            self.fingerprints.table: self.fingerprints.key,
            self.conversations.memory: self.conversations.key,
            self.conversations.sessions: self.conversations.key,
            self.permissions.table: self.permissions.key,
            self.reviews.table: self.reviews.key,
            self.batches.table: self.batches.key,
            self.records.table: self.records.key,
            self.runs.table: self.runs.key,
            self.erasures.table: self.erasures.key,
        }
        keys = list(dict.fromkeys(kept.values()))
        boundary, topic = shared.boundaries.jobs, shared.alarm_topic
        backups = Backups(self, "Backups", self.settings, tables=list(kept), keys=keys, boundary=boundary, topic=topic)
        classify(backups, "restricted")

    def _empty_buckets_when_deleted(self, shared: Shared) -> None:
        emptying = Emptying(self, "Emptying", shared=shared, settings=self.settings)
        for bucket in (self.incoming, self.documents, self.artifacts, self.snapshots, self.conversations.archive, self.audit.bucket):
            emptying.when_its_stack_goes(bucket)
        emptying.when_nobody_writes(self.access_logs)

    def let_show_pictures(self, function: CausewayFunction) -> None:
        """Let `function` sign addresses of pictures: whoever has one acts by its rights."""
        function.allow(["s3:GetObject"], [self.documents.arn_for_objects(f"{FOLDER}/*")])
        function.allow(["kms:Decrypt"], [self.documents_key.key_arn])

    def _publish(self) -> None:
        values = {
            "incoming-bucket": self.incoming.bucket_name,
            "documents-bucket": self.documents.bucket_name,
            "document-registry": self.registry.table_name,
            "permissions-table": self.permissions.table.table_name,
            "records-table": self.records.table.table_name,
            "agent-runs-table": self.runs.table.table_name,
            "audit-bucket": self.audit.bucket.bucket_name,
        }
        publish(self, self.settings.name, values)

    def _access_logs(self, shared: Shared) -> s3.Bucket:
        ours = self.settings.data.access_log_lock and not self.settings.data.log_archive
        key = kms.Key(self, "AccessLogsKey", description="Archive of access logs") if ours else self.documents_key
        return access_logs(self, self.settings, boundary=shared.boundaries.jobs, key=key, role="access-logs", vpc=self.vpc)

    def _incoming(self) -> s3.Bucket:
        bucket = self._bucket("Incoming", self.documents_key, forms_by="documents")
        # The L2's event_bridge_enabled brings a Node function.
        resource_of(bucket).notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(event_bridge_enabled=True)
        )
        bucket.add_lifecycle_rule(id="uploads-get-cheaper", transitions=[CHEAPER])
        return bucket

    def _documents(self) -> s3.Bucket:
        bucket = data_bucket(
            self,
            "Documents",
            key=self.documents_key,
            environment=self.settings,
            vpc=self.vpc,
            read_by=[BATCH_ROLE] if self.settings.ingestion.batch_embedding else [],
            shown=shown(self.settings),
        )
        bucket.add_lifecycle_rule(id="what-was-read-gets-cheaper", transitions=[CHEAPER])
        for folder in ("embedding-batches", "vectors"):  # large, and of no use once they are deleted
            days, after = Duration.days(14), Duration.days(1)
            bucket.add_lifecycle_rule(id=f"{folder}-expire", prefix=f"{folder}/", expiration=days, noncurrent_version_expiration=after)
        bucket.add_lifecycle_rule(id="recognised-expires", prefix="recognised/", expiration=Duration.days(2))
        bucket.add_lifecycle_rule(id="quarantine-expires", prefix="quarantine/", expiration=Duration.days(90))
        bucket.add_lifecycle_rule(id="syncs-expire", prefix="syncs/", expiration=Duration.days(90))
        return bucket

    def _snapshots(self) -> s3.Bucket:
        """Of the passages, which are parts of the documents. The engine itself deletes what is old, and reads no colder class."""
        return data_bucket(
            self,
            "Snapshots",
            key=self.documents_key,
            environment=self.settings,
            vpc=self.vpc,
            noncurrent_days=SNAPSHOTS_DELETED_AFTER_DAYS,
            read_by=[SNAPSHOT_ROLE],
        )

    def _bucket(self, id: str, key: kms.IKey, read_by: Sequence[str] = (), forms_by: str | None = None) -> s3.Bucket:
        return data_bucket(self, id, key=key, environment=self.settings, vpc=self.vpc, read_by=read_by, forms_by=forms_by)

    def _registry(self) -> dynamodb.TableV2:
        by_change = {"by-change": ("tenant", "updated_at")}
        keys = ("tenant", "document_id")
        return expiring_table(self, "Registry", keys=keys, key=self.registry_key, environment=self.settings, indexes=by_change)

    def _rows(self, id: str, keys: tuple[str, str], variable: str, holds: str, streams: bool = False) -> TenantRows:
        return TenantRows(self, id, keys=keys, variable=variable, holds=holds, environment=self.settings, streams=streams)

    def _replicate(self, shared: Shared) -> None:
        """Copy every object to the replica region, or accept that this environment has none."""
        buckets = {"incoming": self.incoming, "documents": self.documents, "artifacts": self.artifacts}
        buckets |= {"archive": self.conversations.archive, SNAPSHOTS: self.snapshots}
        buckets |= {USAGE: self.usage.bucket} if self.usage else {}
        region = self.settings.data.replica_region
        if region is None:
            for bucket in (*buckets.values(), self.audit.bucket):
                why = "this environment has one region; prod must have two."
                acknowledge_setting(bucket, NO_REPLICATION, self.settings, "data.replica_region", reasons.SMALLER_THAN_PROD, why)
            return
        role = role_name(self.settings, REPLICATION)
        replication = Replication(self, "Replication", role_name=role, boundary=shared.boundaries.jobs)
        for name, bucket in buckets.items():
            target = f"arn:{self.partition}:s3:::{replica_bucket_name(self, self.settings, name)}"
            replication.copy(bucket, target, replica_key_arn(self, self.settings), deletions=True)
        target = f"arn:{self.partition}:s3:::{replica_bucket_name(self, self.settings, AUDIT)}"
        replication.copy(self.audit.bucket, target, replica_key_arn(self, self.settings), deletions=False, locked=True)
        keys = [self.documents_key, self.artifacts_key, self.conversations.key, self.audit.key]
        replication.allow_reading_keys([*keys, *([self.usage.key] if self.usage else [])])
        keys_there = f"arn:{self.partition}:kms:{region}:{self.account}:key/*"
        of_the_replica = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": replica_key_alias(self.settings)}}
        replication.allow_writing_key(keys_there, of_the_replica)
