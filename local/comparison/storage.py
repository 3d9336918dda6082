"""Observers of S3, DynamoDB and OpenSearch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from local.comparison.template import Resource
from local.settings import REGION

Client = Callable[[str], Any]
Properties = dict[str, Any]

LIFECYCLE_DAYS = {"Days": "ExpirationInDays", "Date": "ExpirationDate", "ExpiredObjectDeleteMarker": "ExpiredObjectDeleteMarker"}


def bucket(client: Client, resource: Resource) -> Properties:
    name = resource.id
    ask = {
        "BucketEncryption": lambda s3: encryption(s3.get_bucket_encryption(Bucket=name)),
        "LifecycleConfiguration": lambda s3: lifecycle(s3.get_bucket_lifecycle_configuration(Bucket=name)),
        "LoggingConfiguration": lambda s3: access_log(s3.get_bucket_logging(Bucket=name)),
        "NotificationConfiguration": lambda s3: notifications(s3.get_bucket_notification_configuration(Bucket=name)),
        "ObjectLockConfiguration": lambda s3: s3.get_object_lock_configuration(Bucket=name)["ObjectLockConfiguration"],
        "ObjectLockEnabled": lambda s3: "ObjectLockEnabled" in s3.get_object_lock_configuration(Bucket=name)["ObjectLockConfiguration"],
        "OwnershipControls": lambda s3: s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"],
        "PublicAccessBlockConfiguration": lambda s3: s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"],
        "Tags": lambda s3: s3.get_bucket_tagging(Bucket=name)["TagSet"],
        "VersioningConfiguration": lambda s3: s3.get_bucket_versioning(Bucket=name),
        "CorsConfiguration": lambda s3: cors(s3.get_bucket_cors(Bucket=name)),
    }
    return {"BucketName": name, **{asked: said(ask[asked], client("s3")) for asked in resource.properties if asked in ask}}


def said(ask: Callable[[Any], Any], s3: Any) -> Any:
    """S3 answers with an error when a bucket has no such configuration."""
    try:
        return ask(s3)
    except ClientError:
        return None


def encryption(answer: Properties) -> Properties:
    rules = answer["ServerSideEncryptionConfiguration"]["Rules"]
    said = [{**rule, "ServerSideEncryptionByDefault": rule["ApplyServerSideEncryptionByDefault"]} for rule in rules]
    return {"ServerSideEncryptionConfiguration": said}


def access_log(answer: Properties) -> Properties:
    enabled = answer["LoggingEnabled"]
    return {"DestinationBucketName": enabled["TargetBucket"], "LogFilePrefix": enabled.get("TargetPrefix")}


def notifications(answer: Properties) -> Properties:
    return {"EventBridgeConfiguration": {"EventBridgeEnabled": "EventBridgeConfiguration" in answer}}


def cors(answer: Properties) -> Properties:
    names = {"AllowedHeaders", "AllowedMethods", "AllowedOrigins", "MaxAgeSeconds"}
    rules = [{**{k: v for k, v in each.items() if k in names}, "ExposedHeaders": each.get("ExposeHeaders")} for each in answer["CORSRules"]]
    return {"CorsRules": [{("MaxAge" if name == "MaxAgeSeconds" else name): value for name, value in rule.items()} for rule in rules]}


def lifecycle(answer: Properties) -> Properties:
    """The rules with CloudFormation's names, which differ from S3's."""
    rules = []
    for rule in answer["Rules"]:
        said = {"Id": rule.get("ID"), "Status": rule["Status"], "Prefix": rule.get("Filter", {}).get("Prefix", rule.get("Prefix"))}
        said |= {LIFECYCLE_DAYS[name]: value for name, value in rule.get("Expiration", {}).items() if name in LIFECYCLE_DAYS}
        said |= {name: rule[name] for name in ("NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload") if name in rule}
        said["Transitions"] = [
            {"StorageClass": each["StorageClass"], "TransitionInDays": each.get("Days"), "TransitionDate": each.get("Date")}
            for each in rule.get("Transitions", [])
        ]
        said["NoncurrentVersionTransitions"] = [
            {"StorageClass": each["StorageClass"], "TransitionInDays": each["NoncurrentDays"]}
            for each in rule.get("NoncurrentVersionTransitions", [])
        ]
        rules.append(said)
    return {"Rules": rules}


def bucket_policy(client: Client, resource: Resource) -> Properties:
    name = resource.properties["Bucket"]
    return {"Bucket": name, "PolicyDocument": client("s3").get_bucket_policy(Bucket=name)["Policy"]}


def table(client: Client, resource: Resource) -> Properties:
    dynamodb = client("dynamodb")
    found = dynamodb.describe_table(TableName=resource.id)["Table"]
    backups = dynamodb.describe_continuous_backups(TableName=resource.id)["ContinuousBackupsDescription"]
    recovery = backups["PointInTimeRecoveryDescription"]
    lifetime = dynamodb.describe_time_to_live(TableName=resource.id)["TimeToLiveDescription"]
    encryption = found.get("SSEDescription", {})
    return {
        **found,
        "BillingMode": found.get("BillingModeSummary", {}).get("BillingMode"),
        "TimeToLiveSpecification": {"Enabled": lifetime["TimeToLiveStatus"] == "ENABLED", "AttributeName": lifetime.get("AttributeName")},
        "SSESpecification": {"SSEEnabled": encryption.get("Status") == "ENABLED", "SSEType": encryption.get("SSEType")},
        "Replicas": [
            {
                "Region": REGION,
                "DeletionProtectionEnabled": found.get("DeletionProtectionEnabled"),
                "GlobalSecondaryIndexes": [{"IndexName": each["IndexName"]} for each in found.get("GlobalSecondaryIndexes", [])],
                "PointInTimeRecoverySpecification": {
                    "PointInTimeRecoveryEnabled": recovery["PointInTimeRecoveryStatus"] == "ENABLED",
                    "RecoveryPeriodInDays": recovery.get("RecoveryPeriodInDays"),
                },
                "SSESpecification": {"KMSMasterKeyId": encryption.get("KMSMasterKeyArn")},
                "Tags": dynamodb.list_tags_of_resource(ResourceArn=found["TableArn"])["Tags"],
            }
        ],
    }


def domain(client: Client, resource: Resource) -> Properties:
    opensearch = client("opensearch")
    found: Properties = opensearch.describe_domain(DomainName=resource.id)["DomainStatus"]
    return {**found, "Tags": opensearch.list_tags(ARN=found["ARN"])["TagList"]}


OBSERVERS = {
    "AWS::DynamoDB::GlobalTable": table,
    "AWS::OpenSearchService::Domain": domain,
    "AWS::S3::Bucket": bucket,
    "AWS::S3::BucketPolicy": bucket_policy,
}
