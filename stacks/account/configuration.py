"""AWS Config: what each resource was and is, the rules it is held to, and the one remedy that is safe."""

from collections.abc import Mapping, Sequence

from aws_cdk import Stack
from aws_cdk import aws_config as config
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.account.benchmark import benchmark
from stacks.account.history import History
from stacks.account.settings import Recorder
from stacks.constructs import reasons
from stacks.constructs.findings import Findings
from stacks.constructs.nag import acknowledge_wildcard
from stacks.constructs.shared import Shared
from stacks.constructs.tags import REQUIRED
from stacks.constructs.trust import service

Rule = config.CfnConfigRule
OURS = Rule.ScopeProperty(tag_key="application", tag_value="causeway")
CHANGED = Rule.SourceDetailProperty(event_source="aws.config", message_type="ConfigurationItemChangeNotification")
ROLE = "aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
BOUNDED_ROLES = """
rule roles_carry_a_boundary_and_no_inline_policy when resourceType == "AWS::IAM::Role" configuration.roleName == /^causeway-/ {
  configuration.permissionsBoundary.permissionsBoundaryArn == /boundary$/
  configuration.rolePolicyList empty
}
"""


class Configuration(Construct):
    """The recorder with its bucket, the benchmark as a conformance pack, rules of our own.

    Config's own service-linked role records: buckets and keys of ours spare it, as they would spare no role of ours.
    """

    def __init__(self, scope: Construct, id: str, *, settings: Recorder, shared: Shared, history: History, findings: Findings) -> None:
        super().__init__(scope, id)
        self.shared = shared
        self._recorded = self._record(settings, history.bucket("Configuration", years=settings.kept_years), history)
        if settings.benchmark:
            self._benchmark()
        self._rule("tags", config.ManagedRuleIdentifiers.REQUIRED_TAGS, _tags())
        self._bounded_roles()
        closed = self._rule("buckets-closed", config.ManagedRuleIdentifiers.S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED)
        if settings.remedies:
            self._close_buckets(closed)
        self._tell(findings)

    @property
    def _prefix(self) -> str:
        return f"causeway-{self.shared.environment.name}"

    def _record(self, settings: Recorder, bucket: s3.Bucket, history: History) -> Sequence[Construct]:
        """Recorder and channel are made at the same time: neither is complete without the other."""
        stack = Stack.of(self)
        self._let_deliver(bucket, history)
        recorder = config.CfnConfigurationRecorder(
            self,
            "Recorder",
            role_arn=stack.format_arn(service="iam", region="", resource="role", resource_name=ROLE),
            recording_group=config.CfnConfigurationRecorder.RecordingGroupProperty(all_supported=True, include_global_resource_types=True),
            recording_mode=config.CfnConfigurationRecorder.RecordingModeProperty(recording_frequency=settings.recording.upper()),
        )
        channel = config.CfnDeliveryChannel(self, "Channel", s3_bucket_name=bucket.bucket_name, s3_kms_key_arn=history.key.key_arn)
        if bucket.policy:
            channel.node.add_dependency(bucket.policy)
        return [recorder, channel]

    def _let_deliver(self, bucket: s3.Bucket, history: History) -> None:
        """As "Permissions for the Amazon S3 Bucket" and "... KMS Key for the AWS Config Delivery Channel" of its Developer Guide ask."""
        by_config, account = [iam.ServicePrincipal("config.amazonaws.com")], Stack.of(self).account
        ours = {"aws:SourceAccount": account}
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="LooksAtTheBucket",
                principals=by_config,
                actions=["s3:GetBucketAcl", "s3:ListBucket"],
                resources=[bucket.bucket_arn],
                conditions={"StringEquals": ours},
            )
        )
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="WritesRecords",
                principals=by_config,
                actions=["s3:PutObject"],
                resources=[bucket.arn_for_objects(f"AWSLogs/{account}/Config/*")],
                conditions={"StringEquals": {**ours, "s3:x-amz-acl": "bucket-owner-full-control"}},
            )
        )
        history.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="ConfigEncrypts",
                principals=by_config,
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=["*"],
                conditions={"StringEquals": ours},
            )
        )

    def _benchmark(self) -> None:
        pack = config.CfnConformancePack(self, "Benchmark", conformance_pack_name=f"{self._prefix}-cis", template_body=benchmark())
        self._after_recording(pack)

    def _rule(self, name: str, identifier: str, parameters: Mapping[str, str] | None = None) -> config.CfnConfigRule:
        """A rule of AWS over what is tagged as ours."""
        rule = Rule(
            self,
            f"Rule-{name}",
            config_rule_name=f"{self._prefix}-{name}",
            source=Rule.SourceProperty(owner="AWS", source_identifier=identifier),
            scope=OURS,
            input_parameters=dict(parameters) if parameters else None,
        )
        self._after_recording(rule)
        return rule

    def _bounded_roles(self) -> None:
        """Whoever takes the boundary from a role, or writes a policy into it, is told of: no deploy of ours does either."""
        policy = Rule.CustomPolicyDetailsProperty(policy_runtime="guard-2.x.x", policy_text=BOUNDED_ROLES.strip())
        rule = Rule(
            self,
            "Rule-roles-bounded",
            config_rule_name=f"{self._prefix}-roles-bounded",
            source=Rule.SourceProperty(owner="CUSTOM_POLICY", custom_policy_details=policy, source_details=[CHANGED]),
            scope=Rule.ScopeProperty(compliance_resource_types=["AWS::IAM::Role"]),
        )
        self._after_recording(rule)

    def _close_buckets(self, rule: config.CfnConfigRule) -> None:
        """Safe: nothing of ours is ever public, so nobody loses what they should have."""
        role = iam.Role(
            self,
            "RemedyRole",
            assumed_by=service(self, "ssm"),
            description="Closes buckets of ours that somebody has opened",
            permissions_boundary=self.shared.boundaries.administration,
        )
        buckets = f"arn:{Stack.of(self).partition}:s3:::causeway-*"
        close = iam.PolicyStatement(actions=["s3:GetBucketPublicAccessBlock", "s3:PutBucketPublicAccessBlock"], resources=[buckets])
        policy = iam.ManagedPolicy(self, "RemedyPermissions", description="Close buckets", roles=[role], statements=[close])
        why = "CloudFormation names the buckets of each environment in the account; all names begin so."
        acknowledge_wildcard(policy, buckets, reasons.NAMES, why)
        remedy = config.CfnRemediationConfiguration(
            self,
            "Remedy",
            config_rule_name=rule.ref,
            target_type="SSM_DOCUMENT",
            target_id="AWS-DisableS3BucketPublicReadWrite",
            automatic=True,
            maximum_automatic_attempts=3,
            retry_attempt_seconds=300,
            resource_type="AWS::S3::Bucket",
            parameters={
                "AutomationAssumeRole": {"StaticValue": {"Values": [role.role_arn]}},
                "S3BucketName": {"ResourceValue": {"Value": "RESOURCE_ID"}},
            },
        )
        remedy.node.add_dependency(policy)

    def _tell(self, findings: Findings) -> None:
        findings.tell(
            "Rule",
            pattern={
                "source": ["aws.config"],
                "detail-type": ["Config Rules Compliance Change"],
                "detail": {
                    "messageType": ["ComplianceChangeNotification"],
                    "configRuleName": [{"prefix": f"{self._prefix}-"}],
                    "newEvaluationResult": {"complianceType": ["NON_COMPLIANT"]},
                },
            },
            says="AWS Config: <resource> breaks the rule <rule>",
            where={"resource": "$.detail.resourceId", "rule": "$.detail.configRuleName"},
        )

    def _after_recording(self, made: Construct) -> None:
        for each in self._recorded:
            made.node.add_dependency(each)


def _tags() -> dict[str, str]:
    return {f"tag{number}Key": key for number, key in enumerate(REQUIRED, start=1)}
