"""Buckets, tables and keys, in every environment."""

import json
import re
from collections.abc import Iterator
from typing import Any

from causeway.documents.batching.batch import FOLDER as BATCHES
from causeway.documents.ingestion.registry import BY_CHANGE
from causeway.documents.ingestion.runs import PICTURES, PROCESSED, QUARANTINE, RECOGNISED, VECTORS, sealed_beside
from causeway.documents.sources.sync import SYNCS
from tests.infrastructure.resolving import ACCOUNT, resolved
from tests.infrastructure.synthesized import TOP, Resource, Synthesized, as_list


def policy_of(app: Synthesized, bucket: Resource) -> list[dict]:
    policies = [policy for policy in app.all("AWS::S3::BucketPolicy") if app.target(policy.stack, policy.properties["Bucket"]) == bucket]
    return [statement for policy in policies for statement in policy.properties["PolicyDocument"]["Statement"]]


def logs_of_accesses(bucket: Resource) -> bool:
    return bucket.id.startswith("AccessLogs")


def archive(bucket: Resource) -> bool:
    return bucket.id.startswith("AccessLogArchive")


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


def test_every_bucket_is_encrypted_with_a_key_of_ours(app: Synthesized) -> None:
    for bucket in (each for each in app.all("AWS::S3::Bucket") if not logs_of_accesses(each)):
        (rule,) = bucket.properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert app.target(bucket.stack, rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"]) is not None, bucket
        assert rule["BucketKeyEnabled"] is True, bucket


def test_every_bucket_logs_accesses_but_those_that_hold_the_logs(app: Synthesized) -> None:
    for bucket in (each for each in app.all("AWS::S3::Bucket") if not logs_of_accesses(each) and not archive(each)):
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


def test_the_registry_lists_what_has_changed_since_a_time(app: Synthesized) -> None:
    (registry,) = [table for table in app.all("AWS::DynamoDB::GlobalTable") if table.id.startswith("Registry")]
    (index,) = registry.properties["GlobalSecondaryIndexes"]
    assert index["IndexName"] == BY_CHANGE
    assert [(key["AttributeName"], key["KeyType"]) for key in index["KeySchema"]] == [("tenant", "HASH"), ("updated_at", "RANGE")]
    assert index["Projection"] == {"ProjectionType": "ALL"}


def test_rules_of_the_documents_bucket_and_roles_name_folders_that_the_code_writes(app: Synthesized) -> None:
    (bucket,) = [each for each in of_data(app) if each.id.startswith("Documents")]
    rules = bucket.properties["LifecycleConfiguration"]["Rules"]
    named = [rule["Prefix"] for rule in rules if "Prefix" in rule]
    for statement in app.statements():
        paths = [resolved(app, statement.policy.stack, each, lambda resource, attribute: resource.id) for each in statement.resources]
        named += [path.partition("/")[2].removesuffix("*") for path in paths if str(path).startswith(f"{bucket.id}/")]
    assert set(named) - {"", sealed_beside(f"{PROCESSED}/*/")} == {
        f"{PROCESSED}/",
        f"{QUARANTINE}/",
        f"{RECOGNISED}/",
        f"{PICTURES}/",
        f"{SYNCS}/",
        f"{BATCHES}/",
        f"{VECTORS}/",
        *((f"{BATCHES}/*/input/", f"{BATCHES}/*/output/") if app.environment.ingestion.batch_embedding else ()),
    }


def test_an_upload_and_what_was_read_of_it_get_cheaper_where_they_are_kept(app: Synthesized) -> None:
    for name in ("Incoming", "Documents"):
        (bucket,) = [each for each in of_data(app) if each.id.startswith(name)]
        moved = [rule for rule in bucket.properties["LifecycleConfiguration"]["Rules"] if "Transitions" in rule]
        assert [rule["Transitions"] for rule in moved] == [[{"StorageClass": "INTELLIGENT_TIERING", "TransitionInDays": 30}]]


def test_every_key_that_kms_can_rotate_rotates(app: Synthesized) -> None:
    for key in app.all("AWS::KMS::Key"):
        signs = key.properties.get("KeyUsage") == "GENERATE_VERIFY_MAC"
        assert key.properties["EnableKeyRotation"] is not signs, key


def test_each_domain_of_data_has_a_key_of_its_own(app: Synthesized) -> None:
    keys = {key.id.rstrip("0123456789ABCDEF") for key in app.all("AWS::KMS::Key") if key.stack.endswith("-data")}
    of_documents, of_users = (
        {"DocumentsKey", "ArtifactsKey", "FingerprintsKey", "RegistryKey", "TokenKey"},
        {"ConversationsKey", "BatchesKey", "ErasuresKey", "PermissionsKey", "ReviewsKey"},
    )
    of_agents, of_logs = {"RecordsKey", "AgentRunsKey", "AuditKey"}, {"AccessLogsKey"} if app.environment.data.access_log_lock else set()
    of_backups = {"BackupsKey"} if app.environment.data.backup_vault else set()
    of_usage = {"UsageKey"} if app.environment.catalogue else set()
    assert keys == of_documents | of_users | of_agents | of_logs | of_backups | of_usage


def test_prod_holds_a_copy_of_every_bucket_and_table_in_another_region(prod: Synthesized) -> None:
    elsewhere = prod.environment.data.replica_region
    for table in prod.all("AWS::DynamoDB::GlobalTable"):
        assert {replica["Region"] for replica in table.properties["Replicas"]} == {prod.environment.region, elsewhere}, table
    for name in ("incoming", "documents", "artifacts", "archive", "snapshots", "audit", "usage"):
        id = {"archive": "ConversationsArchive", "audit": "AuditBucket"}.get(name, name.capitalize())
        (source,) = [each for each in of_data(prod) if each.id.startswith(id)]
        copies = [each for each in prod.all("AWS::S3::Bucket") if each.stack.endswith("-replica") and each.id.startswith(name.capitalize())]
        (copy,) = [resolved(prod, each.stack, each.properties["BucketName"]) for each in copies]
        assert destinations(prod, source) == [f"arn:aws:s3:::{copy}"], source
        assert copy == f"causeway-prod-{ACCOUNT}-{name}-{elsewhere}"


def of_data(app: Synthesized) -> list[Resource]:
    return [each for each in app.all("AWS::S3::Bucket") if each.stack.endswith("-data")]


def destinations(app: Synthesized, bucket: Resource) -> list[str]:
    rules = bucket.properties.get("ReplicationConfiguration", {}).get("Rules", [])
    assert all(rule["Status"] == "Enabled" for rule in rules), bucket
    assert {rule["Destination"]["StorageClass"] for rule in rules} <= {"INTELLIGENT_TIERING"}, "nobody reads copies"
    return [resolved(app, bucket.stack, rule["Destination"]["Bucket"]) for rule in rules]


def test_prod_copies_each_bucket_of_its_data_or_is_the_copy(prod: Synthesized) -> None:
    assert {each.id for each in of_data(prod) if not destinations(prod, each)} == {each.id for each in of_data(prod) if archive(each)}


def test_prod_keeps_backups_of_every_table_in_locked_vaults_of_both_regions_and_tests_them(prod: Synthesized) -> None:
    tables, days = prod.all("AWS::DynamoDB::GlobalTable"), prod.environment.data.recovery_days
    vaults = prod.all("AWS::Backup::BackupVault")
    assert {each.stack.rpartition("-")[2] for each in vaults} == {"data", "replica"}
    for each in vaults:
        assert each.properties["LockConfiguration"] == {"MinRetentionDays": days, "MaxRetentionDays": days}, "administrators may lift it"
        assert prod.target(each.stack, each.properties["EncryptionKeyArn"]) is not None, "a key of ours"
    (plan,) = prod.all("AWS::Backup::BackupPlan")
    (rule,) = plan.properties["BackupPlan"]["BackupPlanRule"]
    assert rule["Lifecycle"] == {"DeleteAfterDays": days}, "or the vault refuses it"
    (copy,) = rule["CopyActions"]
    (there,) = [each for each in vaults if each.stack.endswith("-replica")]
    named = f"arn:aws:backup:us-west-2:{ACCOUNT}:backup-vault:{there.properties['BackupVaultName']}"
    assert (resolved(prod, plan.stack, copy["DestinationBackupVaultArn"]), copy["Lifecycle"]) == (named, {"DeleteAfterDays": days})
    (selection,) = prod.all("AWS::Backup::BackupSelection")
    (test,) = prod.all("AWS::Backup::RestoreTestingSelection")
    for arns in (selection.properties["BackupSelection"]["Resources"], test.properties["ProtectedResourceArns"]):
        assert {str(prod.target(plan.stack, each)) for each in arns} == {str(each) for each in tables}


def allowed_to(app: Synthesized, role: str) -> set[str]:
    """Actions that the policies of a role allow, by its name without the environment's."""
    (found,) = [each for each in app.all("AWS::IAM::Role") if each.properties.get("RoleName") == f"causeway-{app.name}-{role}"]
    owners = {id(each.policy.raw): each.policy for each in app.statements()}
    of_role = [each for each in owners.values() if found in [app.target(each.stack, one) for one in each.properties.get("Roles", [])]]
    return {action for each in app.statements() if each.policy in of_role for action in each.actions}


def test_snapshots_are_kept_by_what_their_service_asks_for_and_nothing_more(app: Synthesized) -> None:
    """As "Creating index snapshots in Amazon OpenSearch Service" has it, and the bucket's key."""
    objects = {f"s3:{action}" for action in ("DeleteObject", "GetObject", "ListBucket", "PutObject")}
    assert allowed_to(app, "search-snapshots") == objects | {"kms:Decrypt", "kms:GenerateDataKey"}


def test_backups_are_made_copied_and_tested_by_what_their_service_asks_for_and_nothing_more(prod: Synthesized) -> None:
    """As the policies AWSBackupServiceRolePolicyForBackup and ForRestores have it for DynamoDB, without deleting."""
    rows = {f"dynamodb:{each}" for each in ("BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem")}
    tables = {f"dynamodb:{each}" for each in ("DescribeTable", "ListTagsOfResource", "RestoreTableFromAwsBackup", "StartAwsBackupJob")}
    vaults = {f"backup:{each}" for each in ("CopyFromBackupVault", "CopyIntoBackupVault", "DescribeBackupVault", "TagResource")}
    keys = {f"kms:{each}" for each in ("CreateGrant", "Decrypt", "DescribeKey", "GenerateDataKey")}
    assert allowed_to(prod, "backup") == rows | tables | vaults | keys


def test_only_prod_has_a_vault_and_no_laptop_needs_one(local: Synthesized, dev: Synthesized) -> None:
    assert not local.all("AWS::Backup::BackupVault")
    assert not dev.all("AWS::Backup::BackupVault")


def test_access_logs_are_copied_into_an_archive_where_nobody_can_erase_them_in_time(app: Synthesized) -> None:
    """S3 delivers no access logs into a bucket with Object Lock, so the lock is on the copy."""
    mode, days = app.environment.data.access_log_lock, app.environment.foundation.log_retention_days
    delivered = [each for each in app.all("AWS::S3::Bucket") if logs_of_accesses(each)]
    assert delivered
    for bucket in delivered:
        assert "ObjectLockEnabled" not in bucket.properties, bucket
        archives = [each for each in app.all("AWS::S3::Bucket") if archive(each) and each.stack == bucket.stack]
        assert len(archives) == (1 if mode else 0), bucket
        for copy in archives:
            assert copy.properties["ObjectLockEnabled"] is True
            retention = copy.properties["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
            assert retention == {"Mode": str(mode).upper(), "Days": days}
            (rule,) = bucket.properties["ReplicationConfiguration"]["Rules"]
            assert app.target(bucket.stack, rule["Destination"]["Bucket"]) == copy
            assert rule["DeleteMarkerReplication"] == {"Status": "Disabled"}


def test_audit_records_and_their_copies_cannot_be_erased_before_their_time(app: Synthesized) -> None:
    mode, days = app.environment.data.access_log_lock, app.environment.foundation.log_retention_days
    kept = [each for each in app.all("AWS::S3::Bucket") if each.id.startswith("Audit")]
    assert len(kept) == (2 if app.environment.data.replica_region else 1)
    for bucket in kept:
        found = bucket.properties.get("ObjectLockConfiguration", {}).get("Rule", {}).get("DefaultRetention")
        assert found == ({"Mode": mode.upper(), "Days": days} if mode else None), bucket
        assert bucket.properties.get("ObjectLockEnabled", False) is bool(mode), bucket
        assert days in [rule.get("ExpirationInDays") for rule in bucket.properties["LifecycleConfiguration"]["Rules"]], bucket


def test_audit_records_are_written_by_functions_of_agents_the_one_that_erases_and_the_one_that_turns_tokens_back_and_read_by_none(
    app: Synthesized,
) -> None:
    (bucket,) = [each for each in app.all("AWS::S3::Bucket") if each.id.startswith("AuditBucket") and each.stack.endswith("-data")]
    granted = [
        (policy.stack.rpartition("-")[2], as_list(statement["Action"]))
        for policy in app.all("AWS::IAM::ManagedPolicy")
        for statement in policy.properties["PolicyDocument"]["Statement"]
        if bucket in list(referred(app, policy.stack, statement["Resource"])) and not policy.id.startswith(("Replication", "Emptying"))
    ]
    writers = ["agents"] * 3 + ["assistant"] * 2 + ["teams"]
    assert sorted(granted) == [(stack, ["s3:PutObject"]) for stack in writers]


def test_a_deleted_access_log_can_be_brought_back_for_as_long_as_any_object(app: Synthesized) -> None:
    for bucket in (each for each in app.all("AWS::S3::Bucket") if logs_of_accesses(each)):
        (rule,) = bucket.properties["LifecycleConfiguration"]["Rules"]
        assert rule["NoncurrentVersionExpiration"]["NoncurrentDays"] == app.environment.data.noncurrent_version_days
        assert rule["ExpirationInDays"] >= min(30, app.environment.foundation.log_retention_days)


def test_prod_locks_its_access_logs(prod: Synthesized) -> None:
    assert prod.environment.data.access_log_lock


def test_every_table_and_bucket_is_used_by_a_role_and_every_key_by_a_resource(app: Synthesized) -> None:
    """Nothing is made before something uses it."""
    policies = {"AWS::IAM::ManagedPolicy"}
    for table in app.all("AWS::DynamoDB::GlobalTable"):
        assert policies & {each.type for each in users(app, table)}, table
    hosted = "sagemaker" in {each.provider for each in app.environment.models.embeddings}
    for bucket in (each for each in app.all("AWS::S3::Bucket") if hosted or not each.id.startswith("Artifacts")):
        assert {*policies, "AWS::S3::Bucket"} & {each.type for each in users(app, bucket)} or bucket.stack.endswith("-replica"), bucket
    for key in app.all("AWS::KMS::Key"):
        assert {each.type for each in users(app, key)} - policies - {"AWS::KMS::Alias", "AWS::KMS::Key"}, key


def users(app: Synthesized, used: Resource) -> list[Resource]:
    """The resources whose properties refer to one."""
    return [each for each in app.all() if each != used and used in list(referred(app, each.stack, each.properties))]


def referred(app: Synthesized, stack: str, value: Any) -> Iterator[Resource]:
    if isinstance(value, dict):
        if target := app.target(stack, value):
            yield target
        else:
            yield from (found for inner in value.values() for found in referred(app, stack, inner))
    elif isinstance(value, list):
        yield from (found for inner in value for found in referred(app, stack, inner))


def test_every_parameter_has_a_reader(app: Synthesized) -> None:
    pages = [path for folder in ("docs", "local", "operating", "evaluation", "benchmarks") for path in (TOP / folder).rglob("*.*")]
    text = "\n".join(path.read_text() for path in pages if path.suffix in (".md", ".py"))
    parameters = [each for template in app.templates.values() for each in template.get("Parameters", {}).values()]
    read_by_templates = {str(each.get("Default")) for each in parameters}
    for parameter in app.all("AWS::SSM::Parameter"):
        name = parameter.properties["Name"]
        short = name.removeprefix(f"/causeway/{app.name}/")
        of_each_lane = re.sub("/(uploads|bulk)-", "/$LANE-", short)  # as pages write it that look at both
        of_a_partner = re.sub(f"/partner-({'|'.join(app.environment.assistant.partners) or '-'})-", "/partner-bookings-", short)
        assert {each for each in (short, of_each_lane, of_a_partner) if each in text} or name in read_by_templates, parameter


def test_every_log_group_has_a_key_and_the_retention_of_its_environment(app: Synthesized) -> None:
    for group in (each for each in app.all("AWS::Logs::LogGroup") if not of_cognito(each)):
        assert group.properties["RetentionInDays"] == days_of(app, group), group
        assert app.target(group.stack, group.properties["KmsKeyId"]) is not None, group


def days_of(app: Synthesized, group: Resource) -> int:
    """The trail is in a bucket for years: its group has days of its own. Slow searches hold questions: theirs are few."""
    wide = app.environment.account_wide
    if str(group.properties["LogGroupName"]).endswith("/search/slow-search"):
        return 14
    if wide and wide.trail and str(group.properties["LogGroupName"]).endswith("/trail"):
        return wide.trail.log_days
    return app.environment.foundation.log_retention_days


def of_cognito(group: Resource) -> bool:
    """Cognito delivers to no group that has a key of ours."""
    return str(group.properties["LogGroupName"]).endswith("/sign-ins")


def test_stacks_that_hold_data_never_depend_on_those_that_hold_none(app: Synthesized) -> None:
    for kind in ("foundation", "network", "data", "search", "replica"):
        stack = f"causeway-{app.name}-{kind}"
        imported = [
            name
            for name in ("models", "ingestion", "agents", "assistant")
            if f"causeway-{app.name}-{name}:" in str(app.templates.get(stack, ""))
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
