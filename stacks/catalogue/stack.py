"""What turns cost, as a table: lines of logs go on into a bucket, and people query them. See docs/usage.md and decision 286."""

import json
from collections.abc import Sequence
from pathlib import Path

from aws_cdk import Duration, Stack
from aws_cdk import aws_athena as athena
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.catalogue.queries import queries
from stacks.catalogue.settings import Catalogue
from stacks.constructs import reasons
from stacks.constructs.alarms import alarm
from stacks.constructs.nag import acknowledge, acknowledge_wildcard
from stacks.constructs.perimeter import role_name
from stacks.constructs.persons import person_role
from stacks.constructs.shared import Shared
from stacks.constructs.trust import service
from stacks.data.usage import DELIVERY, FAILED, RESULTS, TURNS, UsageLines
from stacks.environment import Environment

COLUMNS = Path(__file__).resolve().parent / "turns.json"  # written by `python -m docs.dictionary`
WRITERS = ("answers", "answer-stream", "answer-batch", "agents", "agent-stream", "agent-worker", "team-role")  # of such lines
LINES = '{ ($.message = "turn") || ($.message = "agent turn") }'
TABLE = "turns"
PARQUET = "org.apache.hadoop.hive.ql.io.parquet"
GB = 1_000_000_000
BUFFERED_SECONDS, BUFFERED_MB = 900, 128
ON_OBJECTS = ("s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject")
ON_BUCKET = ("s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads")
ASKING = (
    "athena:BatchGetNamedQuery",
    "athena:GetNamedQuery",
    "athena:GetQueryExecution",
    "athena:GetQueryResults",
    "athena:GetWorkGroup",
    "athena:ListNamedQueries",
    "athena:ListQueryExecutions",
    "athena:StartQueryExecution",
    "athena:StopQueryExecution",
)
CHOOSING = ("athena:ListDataCatalogs", "athena:ListEngineVersions", "athena:ListWorkGroups")  # in Athena's console
SCHEMAS = ("glue:GetDatabase", "glue:GetTable", "glue:GetTables")
ON_RESULTS = ("s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject")  # Athena writes large ones in parts, as the asker


class CatalogueStack(Stack):
    """Rights are IAM's alone: no one is given any in Lake Formation."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        environment: Environment,
        settings: Catalogue,
        shared: Shared,
        usage: UsageLines,
        after: Sequence[Stack],
    ) -> None:
        """after: the stacks that make the log groups."""
        super().__init__(scope, id, env=environment.aws)
        self.settings, self.shared, self.usage = environment, shared, usage
        self.catalog = f"causeway_{environment.name}"
        table = self._table(self._database())
        self.stream = self._stream(table)
        for subscription in self._subscriptions():
            for stack in after:
                subscription.node.add_dependency(stack)
        group = self._workgroup(settings.scanned_gb)
        self._queries(group)
        self._analysts(settings, group)
        self._watch()

    def _database(self) -> glue.CfnDatabase:
        described = glue.CfnDatabase.DatabaseInputProperty(name=self.catalog, description="What is kept of the use of Causeway")
        return glue.CfnDatabase(self, "Database", catalog_id=self.account, database_input=described)

    def _table(self, database: glue.CfnDatabase) -> glue.CfnTable:
        """Months are partitions that Athena works out by itself: nothing has to be crawled or repaired."""
        place = f"s3://{self.usage.bucket.bucket_name}/{TURNS}/"
        columns = [
            glue.CfnTable.ColumnProperty(name=each["name"], type=each["type"], comment=each["comment"])
            for each in json.loads(COLUMNS.read_text(encoding="utf-8"))
        ]
        table = glue.CfnTable(
            self,
            "Turns",
            catalog_id=self.account,
            database_name=self.catalog,
            table_input=glue.CfnTable.TableInputProperty(
                name=TABLE,
                description="A line for each question, and for each process that leaves an agent's turn; ids are hashed",
                table_type="EXTERNAL_TABLE",
                parameters={
                    "classification": "parquet",
                    "projection.enabled": "true",
                    "projection.month.type": "date",
                    "projection.month.format": "yyyy-MM",
                    "projection.month.range": "2026-01,NOW",
                    "projection.month.interval": "1",
                    "projection.month.interval.unit": "MONTHS",
                    "storage.location.template": f"{place}month=${{month}}/",
                },
                partition_keys=[glue.CfnTable.ColumnProperty(name="month", type="string", comment="in which it was delivered, UTC")],
                storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
                    columns=columns,
                    location=place,
                    input_format=f"{PARQUET}.MapredParquetInputFormat",
                    output_format=f"{PARQUET}.MapredParquetOutputFormat",
                    serde_info=glue.CfnTable.SerdeInfoProperty(serialization_library=f"{PARQUET}.serde.ParquetHiveSerDe"),
                ),
            ),
        )
        table.add_resource_dependency(database)
        return table

    def _stream(self, table: glue.CfnTable) -> firehose.CfnDeliveryStream:
        """Takes the lines out of what CloudWatch sends, and writes them as Parquet by the table's schema; the others it keeps apart."""
        role = self._role("DeliveryRole", DELIVERY, "firehose", "Writes lines of turns as a table")
        policy = self._policy("Delivery", role, "Read the schema, write the table")
        objects = self.usage.bucket.arn_for_objects("*")
        for actions, resources in (
            (ON_OBJECTS, [objects]),
            (ON_BUCKET, [self.usage.bucket.bucket_arn]),
            (("kms:Decrypt", "kms:GenerateDataKey"), [self.usage.key.key_arn]),
            (("glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"), self._schemas()),
        ):
            policy.add_statements(iam.PolicyStatement(actions=list(actions), resources=list(resources)))
        acknowledge_wildcard(policy, objects, reasons.OBJECTS, "Firehose names an object for the moment that it is written.")
        stream = firehose.CfnDeliveryStream(
            self,
            "Stream",
            delivery_stream_name=role_name(self.settings, "turns"),
            delivery_stream_type="DirectPut",
            delivery_stream_encryption_configuration_input=firehose.CfnDeliveryStream.DeliveryStreamEncryptionConfigurationInputProperty(
                key_type="CUSTOMER_MANAGED_CMK", key_arn=self.usage.key.key_arn
            ),
            extended_s3_destination_configuration=self._destination(role),
        )
        for each in (policy.node.default_child, table):
            stream.node.add_dependency(each)
        return stream

    def _destination(self, role: iam.IRole) -> firehose.CfnDeliveryStream.ExtendedS3DestinationConfigurationProperty:
        made = firehose.CfnDeliveryStream
        return made.ExtendedS3DestinationConfigurationProperty(
            bucket_arn=self.usage.bucket.bucket_arn,
            role_arn=role.role_arn,
            prefix=f"{TURNS}/month=!{{timestamp:yyyy-MM}}/",
            error_output_prefix=f"{FAILED}/!{{firehose:error-output-type}}/!{{timestamp:yyyy-MM}}/",
            buffering_hints=made.BufferingHintsProperty(interval_in_seconds=BUFFERED_SECONDS, size_in_m_bs=BUFFERED_MB),
            encryption_configuration=made.EncryptionConfigurationProperty(
                kms_encryption_config=made.KMSEncryptionConfigProperty(awskms_key_arn=self.usage.key.key_arn)
            ),
            processing_configuration=made.ProcessingConfigurationProperty(
                enabled=True,
                processors=[
                    _processor("Decompression", "CompressionFormat", "GZIP"),
                    _processor("CloudWatchLogProcessing", "DataMessageExtraction", "true"),
                ],
            ),
            data_format_conversion_configuration=made.DataFormatConversionConfigurationProperty(
                enabled=True,
                input_format_configuration=made.InputFormatConfigurationProperty(
                    deserializer=made.DeserializerProperty(open_x_json_ser_de=made.OpenXJsonSerDeProperty())
                ),
                output_format_configuration=made.OutputFormatConfigurationProperty(
                    serializer=made.SerializerProperty(parquet_ser_de=made.ParquetSerDeProperty(compression="SNAPPY"))
                ),
                schema_configuration=made.SchemaConfigurationProperty(
                    database_name=self.catalog, table_name=TABLE, region=self.region, role_arn=role.role_arn, version_id="LATEST"
                ),
            ),
        )

    def _subscriptions(self) -> list[logs.CfnSubscriptionFilter]:
        role = self._role("SubscriptionRole", "turns-subscription", "logs", "Hands lines of turns on")
        policy = self._policy("Subscription", role, "Put lines into the stream")
        put = ["firehose:PutRecord", "firehose:PutRecordBatch"]
        policy.add_statements(iam.PolicyStatement(actions=put, resources=[self.stream.attr_arn]))
        made = [
            logs.CfnSubscriptionFilter(
                self,
                f"Of-{writer}",
                log_group_name=f"/causeway/{self.settings.name}/{writer}",
                filter_pattern=LINES,
                destination_arn=self.stream.attr_arn,
                role_arn=role.role_arn,
            )
            for writer in WRITERS
        ]
        for each in made:
            each.node.add_dependency(policy)
        return made

    def _workgroup(self, scanned_gb: int) -> athena.CfnWorkGroup:
        """What a query may read, and where its result is kept, is not the asker's to choose."""
        made = athena.CfnWorkGroup
        encrypted = made.EncryptionConfigurationProperty(encryption_option="SSE_KMS", kms_key=self.usage.key.key_arn)
        return made(
            self,
            "Workgroup",
            name=role_name(self.settings, "usage"),
            description="Questions about what turns cost",
            recursive_delete_option=True,
            work_group_configuration=made.WorkGroupConfigurationProperty(
                enforce_work_group_configuration=True,
                publish_cloud_watch_metrics_enabled=True,
                bytes_scanned_cutoff_per_query=scanned_gb * GB,
                result_configuration=made.ResultConfigurationProperty(
                    output_location=f"s3://{self.usage.bucket.bucket_name}/{RESULTS}/", encryption_configuration=encrypted
                ),
            ),
        )

    def _queries(self, group: athena.CfnWorkGroup) -> None:
        prices = {tier.model: tier.usd_per_million for tier in self.settings.models.tiers.values()}
        for query in queries(prices):
            named = athena.CfnNamedQuery(
                self,
                f"Query-{query.name}",
                name=query.name,
                description=query.question,
                database=self.catalog,
                work_group=group.name,
                query_string=query.text,
            )
            named.add_resource_dependency(group)

    def _analysts(self, settings: Catalogue, group: athena.CfnWorkGroup) -> None:
        """They read this table and results of their group, by Athena alone: the bucket refuses them from outside the VPC otherwise."""
        described = "Queries what turns cost, and reads nothing else"
        role = person_role(self, "Analyst", name="analyst", description=described, persons=settings.analysts, shared=self.shared)
        turns, results = (self.usage.bucket.arn_for_objects(f"{folder}/*") for folder in (TURNS, RESULTS))
        workgroup = self.format_arn(service="athena", resource="workgroup", resource_name=group.name)
        policy = self._policy("Asking", role, "Query one table in one group")
        for actions, resources in (
            (ASKING, [workgroup]),
            (CHOOSING, ["*"]),
            (SCHEMAS, self._schemas()),
            (("s3:GetObject",), [turns, results]),
            (ON_RESULTS, [results]),
            (ON_BUCKET, [self.usage.bucket.bucket_arn]),
            (("kms:Decrypt", "kms:GenerateDataKey"), [self.usage.key.key_arn]),
        ):
            policy.add_statements(iam.PolicyStatement(actions=list(actions), resources=list(resources)))
        acknowledge(policy, ["AwsSolutions-IAM5[Resource::*]"], reasons.NO_RESOURCE, "Lists of Athena take no resource.")
        for arn in (turns, results):
            acknowledge_wildcard(policy, arn, reasons.OBJECTS, "Firehose and Athena name objects for the moment that they are written.")

    def _watch(self) -> None:
        hour = Duration.hours(1)
        alarm(
            self,
            "DeliveryLate",
            metric=self._metric("DeliveryToS3.DataFreshness", cloudwatch.Stats.MAXIMUM, hour),
            threshold=2 * 3600,
            unit="seconds old",
            meaning="Lines of turns do not reach the table of what they cost",
            topic=self.shared.alarm_topic,
        )
        alarm(
            self,
            "ConversionFailed",
            metric=self._metric("FailedConversion.Records", cloudwatch.Stats.SUM, hour),
            threshold=1,
            unit="lines in an hour",
            meaning="Lines of turns do not fit the table and are kept apart",
            topic=self.shared.alarm_topic,
        )

    def _metric(self, name: str, statistic: str, period: Duration) -> cloudwatch.Metric:
        of = {"DeliveryStreamName": role_name(self.settings, "turns")}
        return cloudwatch.Metric(namespace="AWS/Firehose", metric_name=name, dimensions_map=of, statistic=statistic, period=period)

    def _schemas(self) -> list[str]:
        """Athena and Firehose need rights on each step of the way to a table."""
        return [
            self.format_arn(service="glue", resource="catalog"),
            self.format_arn(service="glue", resource="database", resource_name=self.catalog),
            self.format_arn(service="glue", resource="table", resource_name=f"{self.catalog}/{TABLE}"),
        ]

    def _role(self, id: str, name: str, by: str, description: str) -> iam.Role:
        return iam.Role(
            self,
            id,
            role_name=role_name(self.settings, name),
            assumed_by=service(self, by),
            description=description,
            permissions_boundary=self.shared.boundaries.jobs,
        )

    def _policy(self, id: str, role: iam.Role, description: str) -> iam.ManagedPolicy:
        return iam.ManagedPolicy(self, f"{id}Permissions", description=description, roles=[role])


def _processor(kind: str, parameter: str, value: str) -> firehose.CfnDeliveryStream.ProcessorProperty:
    made = firehose.CfnDeliveryStream
    return made.ProcessorProperty(type=kind, parameters=[made.ProcessorParameterProperty(parameter_name=parameter, parameter_value=value)])
