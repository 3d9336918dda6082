"""Buckets, tables and keys, in every environment."""

import json

from tests.infrastructure.synthesized import Resource, Synthesized, as_list


def policy_of(app: Synthesized, bucket: Resource) -> list[dict]:
    policies = [policy for policy in app.all("AWS::S3::BucketPolicy") if app.target(policy.stack, policy.properties["Bucket"]) == bucket]
    return [statement for policy in policies for statement in policy.properties["PolicyDocument"]["Statement"]]


def logs_of_accesses(bucket: Resource) -> bool:
    return bucket.id.startswith("AccessLogs")


def test_every_bucket_blocks_public_access_and_access_lists(app: Synthesized) -> None:
    for bucket in app.all("AWS::S3::Bucket"):
        assert set(bucket.properties["PublicAccessBlockConfiguration"].values()) == {True}, bucket
        assert len(bucket.properties["PublicAccessBlockConfiguration"]) == 4, bucket
        assert bucket.properties["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}], bucket


def test_every_bucket_refuses_plain_http(app: Synthesized) -> None:
    for bucket in app.all("AWS::S3::Bucket"):
        denied = [each["Condition"] for each in policy_of(app, bucket) if each["Effect"] == "Deny"]
        assert {"Bool": {"aws:SecureTransport": "false"}} in denied, bucket
        assert any("s3:TlsVersion" in str(condition) for condition in denied), bucket


def test_every_bucket_is_versioned_and_lets_old_versions_expire(app: Synthesized) -> None:
    for bucket in app.all("AWS::S3::Bucket"):
        assert bucket.properties["VersioningConfiguration"] == {"Status": "Enabled"}, bucket
        rules = bucket.properties["LifecycleConfiguration"]["Rules"]
        assert any("NoncurrentVersionExpiration" in rule for rule in rules), bucket


def test_every_bucket_is_encrypted_with_a_key_of_ours_and_logs_accesses(app: Synthesized) -> None:
    for bucket in (each for each in app.all("AWS::S3::Bucket") if not logs_of_accesses(each)):
        (rule,) = bucket.properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert app.target(bucket.stack, rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"]) is not None, bucket
        assert rule["BucketKeyEnabled"] is True, bucket
        logs = app.target(bucket.stack, bucket.properties["LoggingConfiguration"]["DestinationBucketName"])
        assert logs is not None, bucket
        assert logs_of_accesses(logs), bucket


def test_uploads_announce_themselves_to_event_bridge(app: Synthesized) -> None:
    (incoming,) = [bucket for bucket in app.all("AWS::S3::Bucket") if bucket.id.startswith("Incoming") and "-data" in bucket.stack]
    assert incoming.properties["NotificationConfiguration"]["EventBridgeConfiguration"] == {"EventBridgeEnabled": True}


def test_every_table_has_a_key_and_can_be_restored_to_any_second_of_35_days(app: Synthesized) -> None:
    for table in app.all("AWS::DynamoDB::GlobalTable"):
        assert table.properties["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS"}, table
        for replica in table.properties["Replicas"]:
            recovery = replica["PointInTimeRecoverySpecification"]
            assert recovery == {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 35}, table
            assert replica["SSESpecification"]["KMSMasterKeyId"], table


def test_no_table_is_of_the_kind_that_cannot_be_replicated(app: Synthesized) -> None:
    assert not app.all("AWS::DynamoDB::Table")


def test_protected_environments_refuse_to_delete_tables_and_keep_data_on_delete(app: Synthesized) -> None:
    protected = app.environment.protect_data
    for table in app.all("AWS::DynamoDB::GlobalTable"):
        assert all(replica["DeletionProtectionEnabled"] is protected for replica in table.properties["Replicas"]), table
    for resource in app.all("AWS::DynamoDB::GlobalTable", "AWS::S3::Bucket", "AWS::KMS::Key", "AWS::Cognito::UserPool"):
        assert resource.raw["DeletionPolicy"].startswith("Retain" if protected else "Delete"), resource


def test_a_first_deployment_that_fails_leaves_nothing_that_stops_the_next(app: Synthesized) -> None:
    """Retain would keep resources and their names through the roll-back; deletion protection would stop it."""
    for resource in app.all():
        undeletable = "deletionprotection" in json.dumps(resource.properties).lower() and app.environment.protect_data
        assert (resource.raw.get("DeletionPolicy") == "Retain") == undeletable, resource


def test_prod_protects_its_data(prod: Synthesized) -> None:
    assert prod.environment.protect_data


def test_the_registry_is_keyed_by_tenant_and_document_and_lets_deleted_ones_expire(app: Synthesized) -> None:
    (registry,) = [table for table in app.all("AWS::DynamoDB::GlobalTable") if table.id.startswith("Registry")]
    keys = [(key["AttributeName"], key["KeyType"]) for key in registry.properties["KeySchema"]]
    assert keys == [("tenant", "HASH"), ("document_id", "RANGE")]
    assert registry.properties["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_every_key_rotates(app: Synthesized) -> None:
    for key in app.all("AWS::KMS::Key"):
        assert key.properties["EnableKeyRotation"] is True, key


def test_each_domain_of_data_has_a_key_of_its_own(app: Synthesized) -> None:
    keys = {key.id.rstrip("0123456789ABCDEF") for key in app.all("AWS::KMS::Key") if key.stack.endswith("-data")}
    assert keys == {"DocumentsKey", "ArtifactsKey", "RegistryKey", "ConversationsKey", "LedgerKey"}


def test_prod_holds_a_copy_of_every_bucket_and_table_in_another_region(prod: Synthesized) -> None:
    elsewhere = prod.environment.data.replica_region
    for table in prod.all("AWS::DynamoDB::GlobalTable"):
        assert {replica["Region"] for replica in table.properties["Replicas"]} == {prod.environment.region, elsewhere}, table
    sources = [each for each in prod.all("AWS::S3::Bucket") if each.stack.endswith("-data") and not logs_of_accesses(each)]
    copies = {
        str(each.properties["BucketName"])
        for each in prod.all("AWS::S3::Bucket")
        if each.stack.endswith("-replica") and "BucketName" in each.properties
    }
    destinations = [each.properties["ReplicationConfiguration"]["Rules"][0]["Destination"]["Bucket"] for each in sources]
    assert len(destinations) == len(copies)
    for destination in destinations:
        assert any(copy.split("incoming")[-1] in str(destination) for copy in copies)


def test_every_log_group_has_a_key_and_the_retention_of_its_environment(app: Synthesized) -> None:
    for group in app.all("AWS::Logs::LogGroup"):
        assert group.properties["RetentionInDays"] == app.environment.foundation.log_retention_days, group
        assert app.target(group.stack, group.properties["KmsKeyId"]) is not None, group


def test_stacks_that_hold_data_never_depend_on_those_that_hold_none(app: Synthesized) -> None:
    for kind in ("foundation", "network", "data", "search", "replica"):
        stack = f"causeway-{app.name}-{kind}"
        imported = [
            name for name in ("models", "ingestion", "assistant") if f"causeway-{app.name}-{name}:" in str(app.templates.get(stack, ""))
        ]
        assert not imported, stack


def test_every_queue_and_topic_is_encrypted_with_a_key_of_ours_and_refuses_plain_http(app: Synthesized) -> None:
    for resource, property_name, policy_type in (
        *((queue, "KmsMasterKeyId", "AWS::SQS::QueuePolicy") for queue in app.all("AWS::SQS::Queue")),
        *((topic, "KmsMasterKeyId", "AWS::SNS::TopicPolicy") for topic in app.all("AWS::SNS::Topic")),
    ):
        assert app.target(resource.stack, resource.properties[property_name]) is not None, resource
        holder = "Queues" if policy_type.endswith("QueuePolicy") else "Topics"
        policies = [
            policy
            for policy in app.all(policy_type)
            if {"Ref": resource.id} in as_list(policy.properties[holder]) and policy.stack == resource.stack
        ]
        assert any("aws:SecureTransport" in str(policy.properties) for policy in policies), resource
