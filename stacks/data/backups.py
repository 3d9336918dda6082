"""Daily backups of every table in a vault that nobody can empty before its time. See docs/decisions/258-backups-in-a-locked-vault.md."""

from collections.abc import Sequence

from aws_cdk import Duration, Stack
from aws_cdk import aws_backup as backup
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.constructs import reasons
from stacks.constructs.alarms import alarm
from stacks.constructs.nag import acknowledge_wildcard
from stacks.constructs.perimeter import role_name
from stacks.constructs.sagemaker_role import allow
from stacks.constructs.trust import service
from stacks.environment import Environment

EVERY_DAY = "cron(0 5 * * ? *)"
EVERY_MONTH = "cron(0 7 1 * ? *)"
TESTED = "awsbackup-restore-test-"  # how AWS begins the names of tables that it restores for a test
WRITES = [f"dynamodb:{action}" for action in ("BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem")]
DAYS_TO_UNLOCK = 3  # the fewest that AWS takes; from then on a lock in compliance mode is for ever


def vault(scope: Construct, id: str, environment: Environment, *, name: str, key: kms.IKey) -> backup.CfnBackupVault:
    """Its lock is for ever where that of access logs is; otherwise administrators may lift it."""
    days = environment.data.recovery_days
    for_ever = {"changeable_for_days": DAYS_TO_UNLOCK} if environment.data.access_log_lock == "compliance" else {}
    made = backup.CfnBackupVault(
        scope,
        id,
        backup_vault_name=name,
        encryption_key_arn=key.key_arn,
        lock_configuration=backup.CfnBackupVault.LockConfigurationTypeProperty(
            min_retention_days=days, max_retention_days=days, **for_ever
        ),
    )
    made.apply_removal_policy(environment.removal_policy)
    return made


def vault_name(environment: Environment) -> str:
    return f"causeway-{environment.name}-backups"


def copies_name(environment: Environment) -> str:
    """The name of the vault in data.replica_region."""
    return f"causeway-{environment.name}-backup-copies"


class Backups(Construct):
    """The vault with a key of its own, the plan, and a test each month that what is in the vault can be restored."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        environment: Environment,
        *,
        tables: Sequence[dynamodb.TableV2],
        keys: Sequence[kms.IKey],
        boundary: iam.IManagedPolicy,
        topic: sns.ITopic,
    ) -> None:
        """keys: of the tables. topic: hears of backups that fail."""
        super().__init__(scope, id)
        self.settings, self.tables = environment, [table.table_arn for table in tables]
        self.key = kms.Key(self, "Key", description="Backups of tables")
        self.vault = vault(self, "Vault", environment, name=vault_name(environment), key=self.key)
        self.role = self._role([*keys, self.key], boundary)
        self._plan()
        self._test()
        self._watch(topic)

    @property
    def _copies(self) -> str | None:
        """The ARN of the vault in the other region."""
        region = self.settings.data.replica_region
        name = f"backup-vault:{copies_name(self.settings)}"
        return Stack.of(self).format_arn(service="backup", region=region, resource=name) if region else None

    def _plan(self) -> None:
        kept = backup.CfnBackupPlan.LifecycleResourceTypeProperty(delete_after_days=self.settings.data.recovery_days)
        copy = backup.CfnBackupPlan.CopyActionResourceTypeProperty
        rule = backup.CfnBackupPlan.BackupRuleResourceTypeProperty(
            rule_name="daily",
            target_backup_vault=self.vault.ref,
            schedule_expression=EVERY_DAY,
            start_window_minutes=60,
            completion_window_minutes=600,
            lifecycle=kept,
            copy_actions=[copy(destination_backup_vault_arn=self._copies, lifecycle=kept)] if self._copies else None,
        )
        named = backup.CfnBackupPlan.BackupPlanResourceTypeProperty(
            backup_plan_name=f"causeway-{self.settings.name}-tables", backup_plan_rule=[rule]
        )
        plan = backup.CfnBackupPlan(self, "Plan", backup_plan=named)
        chosen = backup.CfnBackupSelection.BackupSelectionResourceTypeProperty(
            selection_name=f"causeway-{self.settings.name}-tables", iam_role_arn=self.role.role_arn, resources=self.tables
        )
        backup.CfnBackupSelection(self, "Selection", backup_plan_id=plan.ref, backup_selection=chosen)

    def _test(self) -> None:
        """The newest backup of each table is restored beside it, and deleted again by AWS."""
        name = f"causeway_{self.settings.name}_tables"
        points = backup.CfnRestoreTestingPlan.RestoreTestingRecoveryPointSelectionProperty(
            algorithm="LATEST_WITHIN_WINDOW",
            include_vaults=[self.vault.attr_backup_vault_arn],
            recovery_point_types=["SNAPSHOT"],
            selection_window_days=self.settings.data.recovery_days,
        )
        plan = backup.CfnRestoreTestingPlan(
            self, "RestoreTest", restore_testing_plan_name=name, schedule_expression=EVERY_MONTH, recovery_point_selection=points
        )
        backup.CfnRestoreTestingSelection(
            self,
            "RestoreTestSelection",
            restore_testing_plan_name=plan.ref,
            restore_testing_selection_name=name,
            protected_resource_type="DynamoDB",
            protected_resource_arns=self.tables,
            iam_role_arn=self.role.role_arn,
            restore_metadata_overrides={"encryptionType": "KMS", "kmsMasterKeyArn": self.key.key_arn},
        )

    def _watch(self, topic: sns.ITopic) -> None:
        failed = cloudwatch.Metric(
            namespace="AWS/Backup",
            metric_name="NumberOfBackupJobsFailed",
            dimensions_map={"BackupVaultName": vault_name(self.settings)},
            period=Duration.hours(1),
            statistic="Sum",
        )
        alarm(self, "Failed", metric=failed, threshold=1, unit="in an hour", meaning="A table was not backed up", topic=topic)

    def _role(self, keys: Sequence[kms.IKey], boundary: iam.IManagedPolicy) -> iam.Role:
        role = iam.Role(
            self,
            "Role",
            role_name=role_name(self.settings, "backup"),
            assumed_by=service(self, "backup"),
            description="Backs tables up, and restores them for a test",
            permissions_boundary=boundary,
        )
        policy = iam.ManagedPolicy(self, "Policy", description="Tables, vaults and their keys", roles=[role])
        stack, arns = Stack.of(self), [key.key_arn for key in keys]
        points = stack.format_arn(service="backup", resource="recovery-point:*")
        tested = stack.format_arn(service="dynamodb", resource="table", resource_name=f"{TESTED}*")
        vaults = [self.vault.attr_backup_vault_arn, *([self._copies] if self._copies else [])]
        policy.add_statements(
            allow(["dynamodb:DescribeTable", "dynamodb:ListTagsOfResource", "dynamodb:StartAwsBackupJob"], self.tables),
            allow(["dynamodb:DescribeTable", "dynamodb:RestoreTableFromAwsBackup", *WRITES], [tested]),
            allow(["backup:CopyIntoBackupVault", "backup:DescribeBackupVault"], vaults),
            allow(["backup:CopyFromBackupVault", "backup:TagResource"], [*vaults, points]),
            allow(["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"], arns),
            allow(["kms:CreateGrant"], arns, {"Bool": {"kms:GrantIsForAWSResource": "true"}}),
        )
        acknowledge_wildcard(
            policy, points, reasons.NAMES, "AWS Backup names its recovery points; those of this account alone are tagged and copied."
        )
        acknowledge_wildcard(
            policy, tested, reasons.NAMES, "AWS names the tables that it restores for a test, and deletes them afterwards."
        )
        return role
