"""An account played at the client's edge: real boto3 clients with prepared answers, checked against AWS's own API descriptions."""

from typing import Any

import boto3
from botocore.stub import Stubber

from stacks.reports.preflight.step import Clients

Answer = dict[str, Any]
ZONES = ["us-east-1a", "us-east-1b", "us-east-1c"]
ENDPOINT = "com.amazonaws.us-east-1.bedrock-runtime"
SESSION = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test")  # one, which reads each API description once


class Account:
    """Answers each call from a table of (service, method) → an answer, an error's code, or a function of the call's parameters."""

    def __init__(self, answers: dict[tuple[str, str], Any]) -> None:
        self._answers = answers
        self.asked: list[tuple[str, str, str]] = []

    @property
    def clients(self) -> Clients:
        return self._client

    def _client(self, service: str, region: str) -> Any:
        client = SESSION.client(service, region_name=region)  # type: ignore[call-overload]
        stubber = Stubber(client)
        stubber.activate()
        client.meta.events.register("provide-client-params", lambda **call: self._prepare(client, stubber, **call))
        return client

    def _prepare(self, client: Any, stubber: Stubber, params: Answer, model: Any, **_: Any) -> None:
        service = client.meta.service_model.service_name
        method = next(name for name, operation in client.meta.method_to_api_mapping.items() if operation == model.name)
        answer = self._answers[service, model.name]
        answer = answer(params) if callable(answer) else answer
        self.asked.append((service, client.meta.region_name, model.name))
        if isinstance(answer, str):
            stubber.add_client_error(method, service_error_code=answer)
        else:
            stubber.add_response(method, answer)


def ready(prod: Any) -> dict[tuple[str, str], Any]:
    """What an account answers that lacks nothing."""

    def availability(asked: Any) -> Any:
        return {
            "modelId": asked["modelId"],
            "agreementAvailability": {"status": "AVAILABLE"},
            "authorizationStatus": "AUTHORIZED",
            "entitlementAvailability": "AVAILABLE",
            "regionAvailability": "AVAILABLE",
        }

    def profile(asked: Any) -> Any:
        name = asked["inferenceProfileIdentifier"]
        tier = next(tier for tier in prod.environment.models.tiers.values() if tier.model == name)
        models = [{"modelArn": f"arn:aws:bedrock:{region}::foundation-model/{name.partition('.')[2]}"} for region in tier.regions]
        arn = f"arn:aws:bedrock:us-east-1:123456789012:inference-profile/{name}"
        fixed = {"inferenceProfileName": "name", "inferenceProfileArn": arn, "inferenceProfileId": name, "type": "SYSTEM_DEFINED"}
        return {**fixed, "models": models, "status": "ACTIVE"}

    def node(asked: Any) -> Any:
        return {"InstanceTypeDetails": [{"InstanceType": asked["InstanceType"], "AvailabilityZones": ZONES}]}

    def services(asked: Any) -> Any:
        return {"ServiceDetails": [{"ServiceName": name, "AvailabilityZones": ZONES} for name in asked["ServiceNames"]]}

    weights = prod.environment.models.embedding.artifact + "model.safetensors"
    return {
        ("ssm", "GetParameter"): {"Parameter": {"Value": "27"}},
        ("ec2", "DescribeAvailabilityZones"): {"AvailabilityZones": [{"ZoneName": zone, "State": "available"} for zone in ZONES]},
        ("ec2", "DescribeVpcEndpointServices"): services,
        ("ec2", "DescribePrefixLists"): {"PrefixLists": [{"PrefixListId": "pl-63a5400a"}, {"PrefixListId": "pl-02cd2c6b"}]},
        ("ec2", "DescribeVpcs"): {"Vpcs": [{"VpcId": "vpc-1"}]},
        ("ec2", "DescribeSecurityGroups"): {"SecurityGroups": [{"IpPermissions": [], "IpPermissionsEgress": []}]},
        ("opensearch", "ListInstanceTypeDetails"): node,
        ("bedrock", "GetUseCaseForModelAccess"): {"formData": b"{}"},
        ("bedrock", "GetInferenceProfile"): profile,
        ("bedrock", "GetFoundationModelAvailability"): availability,
        ("s3", "ListObjectsV2"): {"Contents": [{"Key": weights}]},
        ("ecr", "BatchGetImage"): {"images": [{"imageId": {"imageTag": "tag"}}]},
        ("iam", "GetRole"): {"Role": {"Path": "/", "RoleName": "r", "RoleId": "A" * 16, "Arn": "arn:aws:iam::1:role/r", "CreateDate": 0}},
        ("cloudformation", "DescribeStacks"): "ValidationError",
        ("config", "DescribeConfigurationRecorders"): {"ConfigurationRecorders": []},
        ("guardduty", "ListDetectors"): {"DetectorIds": []},
        ("securityhub", "DescribeHub"): "InvalidAccessException",
        ("macie2", "GetMacieSession"): "AccessDeniedException",
        ("ce", "ListCostAllocationTags"): {"CostAllocationTags": [{"TagKey": "application", "Type": "UserDefined", "Status": "Active"}]},
        ("lambda", "GetAccountSettings"): {"AccountLimit": {"ConcurrentExecutions": 1100, "UnreservedConcurrentExecutions": 1100}},
        ("service-quotas", "GetServiceQuota"): {"Quota": {"Value": 100.0}},
        ("service-quotas", "ListServiceQuotas"): {
            "Quotas": [
                {"QuotaName": "ml.g5.xlarge for endpoint usage", "Value": 6.0},
                {"QuotaName": "ml.m5.4xlarge for processing job usage", "Value": 8.0},
            ]
        },
        ("logs", "DescribeResourcePolicies"): {"resourcePolicies": [{"policyName": "AWSLogDeliveryWrite20150319"}]},
    }
