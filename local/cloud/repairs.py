"""Restores properties that ministack's CloudFormation handlers drop although its APIs know them, by a call after the handler."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from local.cloud.clients import call, camel, truth
from local.cloud.recorded import Handler, Properties

Repair = Callable[[str, Properties, Properties], Any]


def repaired(handler: Handler, repair: Repair) -> Handler:
    """The handler, with repair(physical id, attributes, properties) after each create and update; it may add to the attributes."""
    make = handler["create"]

    def create(*arguments: Any) -> tuple[str, Properties]:
        id, attributes = make(*arguments)
        repair(id, attributes, arguments[1])
        return id, attributes

    def update(id: str, old: Properties, new: Properties, *more: Any) -> tuple[str, Properties]:
        renewed, attributes = handler["update"](id, old, new, *more)
        repair(renewed, attributes, new)
        return renewed, attributes

    made: Handler = {**handler, "create": create}
    return {**made, "update": update} if "update" in handler else made


def with_endpoint_in_api_words(handler: Handler) -> Handler:
    """A handler that stores a REST API's endpoint configuration as ministack does: with the API's names."""
    make, change = handler["create"], handler["update"]

    def said(properties: Properties) -> Properties:
        return {**properties, "EndpointConfiguration": camel(properties.get("EndpointConfiguration", {"Types": ["EDGE"]}))}

    def update(id: str, old: Properties, new: Properties, *more: Any) -> tuple[str, Properties]:
        changed: tuple[str, Properties] = change(id, said(old), said(new), *more)
        return changed

    return {**handler, "create": lambda logical_id, properties, stack: make(logical_id, said(properties), stack), "update": update}


def with_deletion_by_s3(handler: Handler) -> Handler:
    """A handler that deletes a bucket by S3's own call, which refuses one that holds something; ministack's drops it with all of it."""

    def delete(name: str, properties: Properties) -> None:
        try:
            call("s3", "delete_bucket", Bucket=name)
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchBucket":
                raise

    return {**handler, "delete": delete}


def function(name: str, attributes: Properties, properties: Properties) -> None:
    """Reserved concurrency, dead letters, the key of the variables, the network."""
    if "ReservedConcurrentExecutions" in properties:
        reserved = properties["ReservedConcurrentExecutions"]
        call("lambda", "put_function_concurrency", FunctionName=name, ReservedConcurrentExecutions=reserved)
    configuration = {key: properties[key] for key in ("DeadLetterConfig", "VpcConfig") if key in properties}
    if configuration or "KmsKeyArn" in properties:
        call("lambda", "update_function_configuration", FunctionName=name, KMSKeyArn=properties.get("KmsKeyArn"), **configuration)


def event_bus(name: str, attributes: Properties, properties: Properties) -> None:
    """The key and the dead letters."""
    known = {key: properties[key] for key in ("DeadLetterConfig", "KmsKeyIdentifier") if key in properties}
    call("events", "update_event_bus", Name=name, **known)


def event_source(id: str, attributes: Properties, properties: Properties) -> None:
    """Tags."""
    if "Tags" in properties:
        arn = call("lambda", "get_event_source_mapping", UUID=id)["EventSourceMappingArn"]
        call("lambda", "tag_resource", Resource=arn, Tags={each["Key"]: each["Value"] for each in properties["Tags"]})


def role(name: str, attributes: Properties, properties: Properties) -> None:
    """The permissions boundary."""
    if "PermissionsBoundary" in properties:
        call("iam", "put_role_permissions_boundary", RoleName=name, PermissionsBoundary=properties["PermissionsBoundary"])


def secret(name: str, attributes: Properties, properties: Properties) -> None:
    """Takes away the empty value of a secret that the template gives none; AWS makes it without a version."""
    if not {"SecretString", "GenerateSecretString"} & properties.keys():
        versions = call("secretsmanager", "list_secret_version_ids", SecretId=name)["Versions"]
        current = [each["VersionId"] for each in versions if "AWSCURRENT" in each["VersionStages"]]
        for id in current if len(versions) == 1 else ():
            if not call("secretsmanager", "get_secret_value", SecretId=name, VersionId=id).get("SecretString"):
                call("secretsmanager", "update_secret_version_stage", SecretId=name, VersionStage="AWSCURRENT", RemoveFromVersionId=id)


def state_machine(arn: str, attributes: Properties, properties: Properties) -> None:
    """The execution log, which ministack stores under names that its own API does not know."""
    if "LoggingConfiguration" in properties:
        call("stepfunctions", "update_state_machine", stateMachineArn=arn, loggingConfiguration=camel(properties["LoggingConfiguration"]))


def topic(arn: str, attributes: Properties, properties: Properties) -> None:
    """The key."""
    if "KmsMasterKeyId" in properties:
        value = properties["KmsMasterKeyId"]
        call("sns", "set_topic_attributes", TopicArn=arn, AttributeName="KmsMasterKeyId", AttributeValue=value)


def global_table(name: str, attributes: Properties, properties: Properties) -> None:
    """Time to live, and the settings of this region's replica: recovery, key, deletion protection, tags."""
    replica = properties["Replicas"][0]
    lifetime = properties.get("TimeToLiveSpecification")
    if lifetime and truth(lifetime["Enabled"]):
        call("dynamodb", "update_time_to_live", TableName=name, TimeToLiveSpecification=lifetime)
    recovery = replica.get("PointInTimeRecoverySpecification")
    if recovery:
        call("dynamodb", "update_continuous_backups", TableName=name, PointInTimeRecoverySpecification=recovery)
    table: Properties = {"DeletionProtectionEnabled": replica.get("DeletionProtectionEnabled", False)}
    if "SSESpecification" in properties:
        table["SSESpecification"] = {
            "Enabled": properties["SSESpecification"]["SSEEnabled"],
            "SSEType": properties["SSESpecification"].get("SSEType"),
            "KMSMasterKeyId": replica.get("SSESpecification", {}).get("KMSMasterKeyId"),
        }
    call("dynamodb", "update_table", TableName=name, **table)
    if "Tags" in replica:
        call("dynamodb", "tag_resource", ResourceArn=attributes["Arn"], Tags=replica["Tags"])


def bucket(name: str, attributes: Properties, properties: Properties) -> None:
    """Encryption, object lock, ownership, access logs, lifecycle, tags."""
    encryption = properties.get("BucketEncryption", {}).get("ServerSideEncryptionConfiguration")
    if encryption:
        rules = [{**rule, "ApplyServerSideEncryptionByDefault": _with_key(rule["ServerSideEncryptionByDefault"])} for rule in encryption]
        call("s3", "put_bucket_encryption", Bucket=name, ServerSideEncryptionConfiguration={"Rules": rules})
    if truth(properties.get("ObjectLockEnabled")):
        lock = properties.get("ObjectLockConfiguration", {"ObjectLockEnabled": "Enabled"})
        call("s3", "put_object_lock_configuration", Bucket=name, ObjectLockConfiguration=lock)
    if "OwnershipControls" in properties:
        call("s3", "put_bucket_ownership_controls", Bucket=name, OwnershipControls=properties["OwnershipControls"])
    if "LoggingConfiguration" in properties:
        logging = properties["LoggingConfiguration"]
        enabled = {"TargetBucket": logging.get("DestinationBucketName", name), "TargetPrefix": logging.get("LogFilePrefix", "")}
        call("s3", "put_bucket_logging", Bucket=name, BucketLoggingStatus={"LoggingEnabled": enabled})
    if "LifecycleConfiguration" in properties:
        rules = [_lifecycle_rule(rule) for rule in properties["LifecycleConfiguration"]["Rules"]]
        call("s3", "put_bucket_lifecycle_configuration", Bucket=name, LifecycleConfiguration={"Rules": rules})
    if "Tags" in properties:
        call("s3", "put_bucket_tagging", Bucket=name, Tagging={"TagSet": properties["Tags"]})


def _with_key(encryption: Properties) -> Properties:
    """AWS's own key if none is named: ministack refuses a KMS upload without a key."""
    return {"KMSMasterKeyID": "alias/aws/s3", **encryption} if encryption["SSEAlgorithm"] == "aws:kms" else encryption


LIFECYCLE_DAYS = {"ExpirationInDays": "Days", "ExpirationDate": "Date", "ExpiredObjectDeleteMarker": "ExpiredObjectDeleteMarker"}


def _lifecycle_rule(rule: Properties) -> Properties:
    """A lifecycle rule with the names of S3's API, which differ from CloudFormation's."""
    said: Properties = {"ID": rule.get("Id"), "Status": rule["Status"], "Filter": {"Prefix": rule.get("Prefix", "")}}
    expiration = {theirs: rule[ours] for ours, theirs in LIFECYCLE_DAYS.items() if ours in rule}
    if expiration:
        said["Expiration"] = expiration
    if "NoncurrentVersionExpiration" in rule:
        said["NoncurrentVersionExpiration"] = rule["NoncurrentVersionExpiration"]
    elif "NoncurrentVersionExpirationInDays" in rule:
        said["NoncurrentVersionExpiration"] = {"NoncurrentDays": rule["NoncurrentVersionExpirationInDays"]}
    if "AbortIncompleteMultipartUpload" in rule:
        said["AbortIncompleteMultipartUpload"] = rule["AbortIncompleteMultipartUpload"]
    if "Transitions" in rule:
        said["Transitions"] = [
            {"StorageClass": each["StorageClass"], "Days": each.get("TransitionInDays"), "Date": each.get("TransitionDate")}
            for each in rule["Transitions"]
        ]
    if "NoncurrentVersionTransitions" in rule:
        said["NoncurrentVersionTransitions"] = [
            {"StorageClass": each["StorageClass"], "NoncurrentDays": each["TransitionInDays"]}
            for each in rule["NoncurrentVersionTransitions"]
        ]
    return said


def method(id: str, attributes: Properties, properties: Properties) -> None:
    """The request validator of a method, and whether its integration streams."""
    transfer = properties.get("Integration", {}).get("ResponseTransferMode")
    changes = {
        "update_method": {"op": "replace", "path": "/requestValidatorId", "value": properties.get("RequestValidatorId")},
        "update_integration": {"op": "replace", "path": "/responseTransferMode", "value": transfer},
    }
    place = {"restApiId": properties["RestApiId"], "resourceId": properties["ResourceId"], "httpMethod": properties["HttpMethod"]}
    for operation, change in changes.items():
        if change["value"]:
            call("apigateway", operation, **place, patchOperations=[change])


def stage(name: str, attributes: Properties, properties: Properties) -> None:
    """The destination of the access log."""
    if "AccessLogSetting" in properties:
        log = properties["AccessLogSetting"]
        changes = [
            {"op": "replace", "path": "/accessLogSettings/destinationArn", "value": log["DestinationArn"]},
            {"op": "replace", "path": "/accessLogSettings/format", "value": log["Format"]},
        ]
        call("apigateway", "update_stage", restApiId=properties["RestApiId"], stageName=name, patchOperations=changes)


def vpc(id: str, attributes: Properties, properties: Properties) -> None:
    """Attributes that the templates read and ministack lacks."""
    attributes.update(CidrBlock=properties["CidrBlock"], CidrBlockAssociations=[], Ipv6CidrBlocks=[])


REPAIRS: dict[str, Repair] = {
    "AWS::ApiGateway::Method": method,
    "AWS::ApiGateway::Stage": stage,
    "AWS::DynamoDB::GlobalTable": global_table,
    "AWS::EC2::VPC": vpc,
    "AWS::Events::EventBus": event_bus,
    "AWS::IAM::Role": role,
    "AWS::Lambda::EventSourceMapping": event_source,
    "AWS::Lambda::Function": function,
    "AWS::S3::Bucket": bucket,
    "AWS::SNS::Topic": topic,
    "AWS::SecretsManager::Secret": secret,
    "AWS::StepFunctions::StateMachine": state_machine,
}
