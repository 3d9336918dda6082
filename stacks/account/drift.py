"""Changes that no deploy makes: of who may do what, and of what watches the account."""

from typing import Any

from aws_cdk import Stack

from stacks.constructs.findings import CALL, Findings, by_others_than
from stacks.constructs.perimeter import role_arn

WHERE = {"who": "$.detail.userIdentity.arn", "what": "$.detail.eventName", "parameters": "$.detail.requestParameters"}
OF_ROLES = (
    "AttachRolePolicy",
    "DeleteRolePermissionsBoundary",
    "DetachRolePolicy",
    "PutRolePermissionsBoundary",
    "PutRolePolicy",
    "UpdateAssumeRolePolicy",
)
OF_POLICIES = ("CreatePolicyVersion", "SetDefaultPolicyVersion")
OF_BUCKETS = ("DeleteBucketPolicy", "PutBucketPolicy")
OF_KEYS = ("DisableKey", "DisableKeyRotation", "PutKeyPolicy", "ScheduleKeyDeletion")
OF_WATCHERS = (
    *("DeleteTrail", "PutEventSelectors", "PutInsightSelectors", "StopLogging", "UpdateTrail"),
    *("DeleteConfigRule", "DeleteConfigurationRecorder", "DeleteDeliveryChannel", "StopConfigurationRecorder"),
    *("DeleteDetector", "UpdateDetector", "DisableSecurityHub", "DeleteAnalyzer", "DisableMacie"),
    *("DeleteEnforcedGuardrailConfiguration", "DeleteGuardrail", "DeleteModelInvocationLoggingConfiguration", "UpdateGuardrail"),
)


def tell_of_drift(stack: Stack, findings: Findings) -> None:
    """CloudFormation's own roles, which the CDK deploys with, are nobody to tell of."""
    policies = f"arn:{stack.partition}:iam::{stack.account}:policy/causeway-"
    ours: list[dict[str, Any]] = [
        {"eventName": list(OF_ROLES), "requestParameters": {"roleName": [{"prefix": "causeway-"}]}},
        {"eventName": list(OF_POLICIES), "requestParameters": {"policyArn": [{"prefix": policies}]}},
        {"eventName": list(OF_BUCKETS), "requestParameters": {"bucketName": [{"prefix": "causeway-"}]}},
        {"eventName": list(OF_KEYS)},
    ]
    by_hand = by_others_than({"prefix": role_arn(stack, "cdk-")})
    findings.tell(
        "RightsChanged",
        pattern={"detail-type": [CALL], "detail": {"$or": ours, "userIdentity": by_hand}},
        says="<who> changed who may do what: <what> <parameters>",
        where=WHERE,
    )
    findings.tell(
        "WatchChanged",
        pattern={"detail-type": [CALL], "detail": {"eventName": list(OF_WATCHERS), "userIdentity": by_hand}},
        says="<who> changed what watches the account: <what> <parameters>",
        where=WHERE,
    )
