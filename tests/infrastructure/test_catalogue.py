"""What turns cost, as a table: who writes it, who reads it, and under which limits."""

import json
from typing import Any

from stacks.catalogue.stack import COLUMNS
from stacks.data.usage import RESULTS, TURNS
from tests.infrastructure.policies import Resolver
from tests.infrastructure.synthesized import Resource, Synthesized
from tests.infrastructure.test_people import bucket, key, who


def only(app: Synthesized, kind: str) -> Resource:
    (found,) = app.all(kind)
    return found


def test_only_environments_with_the_section_have_a_catalogue(everywhere: list[Synthesized]) -> None:
    having = {app.name for app in everywhere if app.all("AWS::Glue::Table")}
    assert having == {app.name for app in everywhere if app.environment.catalogue} == {"staging", "prod"}


def test_the_table_has_the_columns_that_the_code_declares_and_the_stream_writes_by_it(prod: Synthesized) -> None:
    table = only(prod, "AWS::Glue::Table").properties
    described = table["TableInput"]
    declared = {each["name"]: each["type"] for each in json.loads(COLUMNS.read_text())}
    assert {each["Name"]: each["Type"] for each in described["StorageDescriptor"]["Columns"]} == declared
    assert all(each["Comment"] for each in described["StorageDescriptor"]["Columns"])
    destination = only(prod, "AWS::KinesisFirehose::DeliveryStream").properties["ExtendedS3DestinationConfiguration"]
    schema = destination["DataFormatConversionConfiguration"]["SchemaConfiguration"]
    assert (schema["DatabaseName"], schema["TableName"]) == (table["DatabaseName"], described["Name"])
    assert destination["Prefix"] == f"{TURNS}/month=!{{timestamp:yyyy-MM}}/"
    assert str(described["Parameters"]["storage.location.template"]).endswith(f"/{TURNS}/month=${{month}}/']]}}")


def test_the_table_is_read_where_the_stream_writes_and_as_it_writes(prod: Synthesized) -> None:
    """Parquet in the bucket of usage, by the month of delivery, from the first month on; what does not fit is kept out of the table."""
    table, database = only(prod, "AWS::Glue::Table"), only(prod, "AWS::Glue::Database")
    described, lines = table.properties["TableInput"], bucket(prod, "UsageBucket").rpartition(":")[2]
    assert table.properties["CatalogId"] == database.properties["CatalogId"] == {"Ref": "AWS::AccountId"}
    storage = Resolver(prod).value(table.stack, described["StorageDescriptor"])
    assert storage["Location"] == f"s3://{lines}/turns/"
    parquet = "org.apache.hadoop.hive.ql.io.parquet"
    assert storage["InputFormat"] == f"{parquet}.MapredParquetInputFormat"
    assert storage["SerdeInfo"] == {"SerializationLibrary": f"{parquet}.serde.ParquetHiveSerDe"}
    assert [(each["Name"], each["Type"]) for each in described["PartitionKeys"]] == [("month", "string")]
    projected = {name: value for name, value in described["Parameters"].items() if name.startswith("projection.")}
    assert projected == {
        "projection.enabled": "true",
        "projection.month.type": "date",
        "projection.month.format": "yyyy-MM",
        "projection.month.range": "2026-01,NOW",
        "projection.month.interval": "1",
        "projection.month.interval.unit": "MONTHS",
    }
    stream = only(prod, "AWS::KinesisFirehose::DeliveryStream")
    destination = stream.properties["ExtendedS3DestinationConfiguration"]
    assert Resolver(prod).value(stream.stack, destination["BucketARN"]) == bucket(prod, "UsageBucket")
    assert destination["ErrorOutputPrefix"].startswith("failed/")
    converted = destination["DataFormatConversionConfiguration"]
    assert (converted["Enabled"], destination["ProcessingConfiguration"]["Enabled"]) == (True, True)
    assert "ParquetSerDe" in converted["OutputFormatConfiguration"]["Serializer"]
    assert converted["SchemaConfiguration"]["VersionId"] == "LATEST"
    assert converted["SchemaConfiguration"]["RoleARN"] == destination["RoleARN"]
    role = prod.target(stream.stack, destination["RoleARN"])
    assert role is not None
    assert role.properties["RoleName"] == "causeway-prod-turns-delivery"


def test_every_group_that_has_lines_of_turns_hands_them_on(prod: Synthesized) -> None:
    groups = {
        each.properties["LogGroupName"] for each in prod.all("AWS::Logs::LogGroup") if isinstance(each.properties["LogGroupName"], str)
    }
    asked = {each.properties["LogGroupName"] for each in prod.all("AWS::Logs::SubscriptionFilter")}
    writers = {"answers", "answer-stream", "answer-batch", "agents", "agent-stream", "agent-worker", "team-role"}
    assert asked == {f"/causeway/prod/{writer}" for writer in writers}
    assert asked <= groups
    for each in prod.all("AWS::Logs::SubscriptionFilter"):
        assert each.properties["FilterPattern"] == '{ ($.message = "turn") || ($.message = "agent turn") }'
        target = prod.target(each.stack, each.properties["DestinationArn"])
        assert target is not None
        assert target.type == "AWS::KinesisFirehose::DeliveryStream"


def test_what_cloudwatch_sends_is_unpacked_before_it_is_converted(prod: Synthesized) -> None:
    destination = only(prod, "AWS::KinesisFirehose::DeliveryStream").properties["ExtendedS3DestinationConfiguration"]
    steps = {
        each["Type"]: [(one["ParameterName"], one["ParameterValue"]) for one in each["Parameters"]]
        for each in destination["ProcessingConfiguration"]["Processors"]
    }
    assert steps == {"Decompression": [("CompressionFormat", "GZIP")], "CloudWatchLogProcessing": [("DataMessageExtraction", "true")]}
    assert destination["BufferingHints"]["SizeInMBs"] >= 64, "the least of a stream that converts"


def test_lines_that_are_late_or_do_not_fit_are_told(prod: Synthesized) -> None:
    watched = {
        each.properties["MetricName"]: (each.properties["Threshold"], each.properties["ComparisonOperator"])
        for each in prod.all("AWS::CloudWatch::Alarm")
        if each.properties.get("Namespace") == "AWS/Firehose"
    }
    assert watched == {
        "DeliveryToS3.DataFreshness": (7200, "GreaterThanOrEqualToThreshold"),
        "FailedConversion.Records": (1, "GreaterThanOrEqualToThreshold"),
    }


def test_what_is_on_its_way_is_encrypted_by_the_key_of_the_bucket(prod: Synthesized) -> None:
    stream = only(prod, "AWS::KinesisFirehose::DeliveryStream")
    on_the_way = stream.properties["DeliveryStreamEncryptionConfigurationInput"]
    at_rest = stream.properties["ExtendedS3DestinationConfiguration"]["EncryptionConfiguration"]["KMSEncryptionConfig"]
    assert on_the_way["KeyType"] == "CUSTOMER_MANAGED_CMK"
    keys = {str(Resolver(prod).value(stream.stack, each)) for each in (on_the_way["KeyARN"], at_rest["AWSKMSKeyARN"])}
    assert keys == {key(prod, "UsageKey")}


def test_queries_keep_their_results_encrypted_where_the_workgroup_says_and_read_no_more_than_it_allows(prod: Synthesized) -> None:
    group = only(prod, "AWS::Athena::WorkGroup").properties["WorkGroupConfiguration"]
    assert group["EnforceWorkGroupConfiguration"] is True
    assert group["ResultConfiguration"]["EncryptionConfiguration"]["EncryptionOption"] == "SSE_KMS"
    results = Resolver(prod).value("causeway-prod-catalogue", group["ResultConfiguration"])
    assert results["OutputLocation"] == f"s3://{bucket(prod, 'UsageBucket').rpartition(':')[2]}/results/"
    assert results["EncryptionConfiguration"]["KmsKey"] == key(prod, "UsageKey")
    assert prod.environment.catalogue is not None
    assert group["BytesScannedCutoffPerQuery"] == prod.environment.catalogue.scanned_gb * 10**9


def test_each_saved_query_names_every_model_of_the_environment_with_its_price(prod: Synthesized) -> None:
    saved = prod.all("AWS::Athena::NamedQuery")
    assert len(saved) >= 3
    for tier in prod.environment.models.tiers.values():
        price = tier.usd_per_million
        row = f"('{tier.model}', {price.input!r}e0, {price.output!r}e0)"
        assert all(row in query.properties["QueryString"] for query in saved)


def test_an_analyst_reads_the_table_and_results_and_nothing_else(prod: Synthesized) -> None:
    lines = bucket(prod, "UsageBucket")
    asked: dict[str, Any] = {"athena:StartQueryExecution": "arn:aws:athena:us-east-1:123456789012:workgroup/causeway-prod-usage"}
    # "IAM policies to control access to workgroups", and what AmazonAthenaFullAccess allows where results are kept.
    asked |= dict.fromkeys(("athena:ListDataCatalogs", "athena:ListEngineVersions", "athena:ListWorkGroups"), "*")
    asked |= dict.fromkeys(("s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"), f"{lines}/{RESULTS}/a.csv")
    asked |= dict.fromkeys(("s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"), lines)
    for action, resource in asked.items():
        assert "analyst" in who(prod, action, resource), action
    assert "analyst" in who(prod, "s3:GetObject", f"{lines}/{TURNS}/month=2026-11/a.parquet")
    assert "analyst" in who(prod, "s3:PutObject", f"{lines}/{RESULTS}/a.csv")
    assert "analyst" not in who(prod, "s3:PutObject", f"{lines}/{TURNS}/month=2026-11/a.parquet")
    assert "analyst" not in who(prod, "s3:GetObject", f"{lines}/failed/month=2026-11/a")
    table = "arn:aws:glue:us-east-1:123456789012:table/causeway_prod/turns"
    assert "analyst" in who(prod, "glue:GetTable", table)
    for change in ("glue:UpdateTable", "glue:DeleteTable"):
        assert who(prod, change, table) == set()
    assert "analyst" not in who(prod, "s3:DeleteObject", f"{lines}/{RESULTS}/a.csv")
    for store in ("Incoming", "Documents", "ConversationsArchive", "AuditBucket"):
        assert "analyst" not in who(prod, "s3:GetObject", f"{bucket(prod, store)}/any")
    assert "analyst" not in who(prod, "athena:StartQueryExecution", "arn:aws:athena:us-east-1:123456789012:workgroup/primary")


def test_lines_are_written_by_the_stream_alone_and_go_with_the_logs(prod: Synthesized) -> None:
    lines = bucket(prod, "UsageBucket")
    assert who(prod, "s3:PutObject", f"{lines}/{TURNS}/month=2026-11/a.parquet") == {"turns-delivery", "break-glass"}
    (found,) = (each for each in prod.all("AWS::S3::Bucket") if each.id.startswith("UsageBucket"))
    kept = {rule.get("Prefix"): rule.get("ExpirationInDays") for rule in found.properties["LifecycleConfiguration"]["Rules"]}
    assert kept[f"{TURNS}/"] == prod.environment.foundation.log_retention_days
    assert (kept["results/"], kept["failed/"]) == (7, 90)
