"""The rules of AWS Config that check a control of the CIS AWS Foundations Benchmark, version 3.0.0, as a conformance pack."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from aws_cdk import aws_config as config

Managed = config.ManagedRuleIdentifiers


@dataclass(frozen=True)
class Check:
    """controls: numbers of the benchmark. identifier: AWS's rule."""

    controls: str
    identifier: str
    parameters: Mapping[str, str] = field(default_factory=dict)


def checks() -> list[Check]:
    """What a rule of AWS can check. The others (contacts, support, who uses root) are a person's to look at."""
    password = {"MinimumPasswordLength": "14", "PasswordReusePrevention": "24"}
    support = {"policyARN": "arn:aws:iam::aws:policy/AWSSupportAccess", "policyUsageType": "ANY"}
    return [
        Check("1.4", Managed.IAM_ROOT_ACCESS_KEY_CHECK),
        Check("1.5", Managed.ROOT_ACCOUNT_MFA_ENABLED),
        Check("1.6", Managed.ROOT_ACCOUNT_HARDWARE_MFA_ENABLED),
        Check("1.8, 1.9", Managed.IAM_PASSWORD_POLICY, password),
        Check("1.10", Managed.MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS),
        Check("1.12", Managed.IAM_USER_UNUSED_CREDENTIALS_CHECK, {"maxCredentialUsageAge": "45"}),
        Check("1.14", Managed.ACCESS_KEYS_ROTATED, {"maxAccessKeyAge": "90"}),
        Check("1.15", Managed.IAM_USER_NO_POLICIES_CHECK),
        Check("1.16", Managed.IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS),
        Check("1.17", Managed.IAM_POLICY_IN_USE, support),
        Check("2.1.1", Managed.S3_BUCKET_SSL_REQUESTS_ONLY),
        Check("2.1.4", Managed.S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS_PERIODIC),
        Check("2.1.4", Managed.S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED),
        Check("2.2.1", Managed.EC2_EBS_ENCRYPTION_BY_DEFAULT),
        Check("2.3.1", Managed.RDS_STORAGE_ENCRYPTED),
        Check("2.3.2", Managed.RDS_AUTOMATIC_MINOR_VERSION_UPGRADE_ENABLED),
        Check("2.3.3", Managed.RDS_INSTANCE_PUBLIC_ACCESS_CHECK),
        Check("2.4.1", Managed.EFS_ENCRYPTED_CHECK),
        Check("3.1", Managed.CLOUDTRAIL_MULTI_REGION_ENABLED),
        Check("3.2", Managed.CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED),
        Check("3.4", Managed.S3_BUCKET_LOGGING_ENABLED),
        Check("3.5", Managed.CLOUD_TRAIL_ENCRYPTION_ENABLED),
        Check("3.6", Managed.CMK_BACKING_KEY_ROTATION_ENABLED),
        Check("3.7", Managed.VPC_FLOW_LOGS_ENABLED),
        Check("3.8, 3.9", Managed.CLOUDTRAIL_S3_DATAEVENTS_ENABLED),
        Check("4.16", Managed.SECURITYHUB_ENABLED),
        Check("5.1", Managed.NACL_NO_UNRESTRICTED_SSH_RDP),
        Check("5.2", Managed.EC2_SECURITY_GROUPS_INCOMING_SSH_DISABLED),
        Check("5.2", Managed.EC2_SECURITY_GROUPS_RESTRICTED_INCOMING_TRAFFIC),
        Check("5.4", Managed.VPC_DEFAULT_SECURITY_GROUP_CLOSED),
        Check("5.6", Managed.EC2_IMDSV2_CHECK),
    ]


def benchmark() -> str:
    """The template of the pack: at most 51,200 bytes."""
    return json.dumps({"Resources": {_name(check): _resource(check) for check in checks()}})


def _resource(check: Check) -> dict[str, object]:
    properties = {
        "ConfigRuleName": check.identifier.lower().replace("_", "-"),
        "Description": f"CIS AWS Foundations Benchmark 3.0.0, {check.controls}",
        "Source": {"Owner": "AWS", "SourceIdentifier": check.identifier},
        **({"InputParameters": dict(check.parameters)} if check.parameters else {}),
    }
    return {"Type": "AWS::Config::ConfigRule", "Properties": properties}


def _name(check: Check) -> str:
    return "".join(word.capitalize() for word in check.identifier.split("_"))
