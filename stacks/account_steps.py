"""What one account has to have before the first deploy: each step with the check that tells whether it is done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from stacks.assembly import Assembly
from stacks.constructs.perimeter import weights_bucket
from stacks.environment import Environment
from stacks.regions import REGIONS

Clients = Callable[[str, str], Any]
State = Literal["done", "missing", "unknown"]
BOOTSTRAP_VERSION = "/cdk-bootstrap/hnb659fds/version"
BOOTSTRAP_MINIMUM = 6
UNRESERVED = 100


@dataclass(frozen=True)
class Step:
    """One thing to do once. `check` answers (done, missing or unknown; what was seen); it may raise what boto3 raises."""

    title: str
    how: str
    check: Callable[[Clients], tuple[State, str]] | None = None


@dataclass(frozen=True)
class Quota:
    """A limit of the account against what the templates ask. `default` is AWS's."""

    service: str
    code: str
    name: str
    asked: int
    default: int

    def check(self, clients: Clients, region: str) -> tuple[State, str]:
        value = clients("service-quotas", region).get_service_quota(ServiceCode=self.service, QuotaCode=self.code)["Quota"]["Value"]
        return ("done" if value >= self.asked else "missing"), f"the account has {value:g}"


def steps(assembly: Assembly) -> list[Step]:
    """Every step of an environment, in the order to take them."""
    environment = assembly.environment
    return [
        *_bootstrap(environment),
        _zones(environment),
        _prefix_lists(environment),
        *_models(environment),
        *_weights(environment),
        _search_role(),
        _api_log_role(environment),
        *(_quota(quota, environment) for quota in quotas(assembly)),
        *_instances(environment),
        _alarms(environment),
        _default_group(environment),
    ]


def reserved_concurrency(assembly: Assembly) -> int:
    """The sum of what every function reserves."""
    return sum(function["ReservedConcurrentExecutions"] for function in assembly.properties("AWS::Lambda::Function"))


def quotas(assembly: Assembly) -> list[Quota]:
    """The limits that the templates could meet, VPCs and addresses counted as if the account had no others."""
    reserved = reserved_concurrency(assembly)
    interfaces = [each for each in assembly.properties("AWS::EC2::VPCEndpoint") if each.get("VpcEndpointType") == "Interface"]
    return [
        Quota(
            "lambda",
            "L-B99A9384",
            f"concurrent executions ({reserved} reserved + {UNRESERVED} AWS keeps free)",
            reserved + UNRESERVED,
            1000,
        ),
        Quota("vpc", "L-F678F1CE", "VPCs per region", len(assembly.properties("AWS::EC2::VPC")), 5),
        Quota("ec2", "L-0263D0A3", "elastic addresses", len(assembly.properties("AWS::EC2::EIP")), 5),
        Quota("vpc", "L-29B6F2EB", "interface endpoints per VPC", len(interfaces), 50),
    ]


def _quota(quota: Quota, environment: Environment) -> Step:
    how = f"asked: {quota.asked}; AWS's default is {quota.default}, less in new accounts; raise it as {quota.service} {quota.code}."
    return Step(f"Quota: {quota.name}", how, lambda clients: quota.check(clients, environment.region))


def _bootstrap(environment: Environment) -> list[Step]:
    regions = [environment.region, *([environment.data.replica_region] if environment.data.replica_region else [])]
    return [_bootstrap_in(region, environment.account or "ACCOUNT") for region in regions]


def _bootstrap_in(region: str, account: str) -> Step:
    def check(clients: Clients) -> tuple[State, str]:
        version = int(clients("ssm", region).get_parameter(Name=BOOTSTRAP_VERSION)["Parameter"]["Value"])
        return ("done" if version >= BOOTSTRAP_MINIMUM else "missing"), f"bootstrap version {version}"

    return Step(f"CDK bootstrap in {region}", f"cdk bootstrap aws://{account}/{region}", check)


def _zones(environment: Environment) -> Step:
    def check(clients: Clients) -> tuple[State, str]:
        found = clients("ec2", environment.region).describe_availability_zones()["AvailabilityZones"]
        missing = set(environment.network.zones) - {zone["ZoneName"] for zone in found if zone["State"] == "available"}
        return ("missing" if missing else "done"), f"not available: {', '.join(sorted(missing))}" if missing else "available"

    return Step("Availability zones", f"network.zones names {', '.join(environment.network.zones)}; name zones this account has", check)


def _prefix_lists(environment: Environment) -> Step:
    expected = REGIONS[environment.region]
    wanted = {expected.s3_prefix_list, expected.dynamodb_prefix_list}

    def check(clients: Clients) -> tuple[State, str]:
        found = {each["PrefixListId"] for each in clients("ec2", environment.region).describe_prefix_lists()["PrefixLists"]}
        return ("done" if wanted <= found else "missing"), ", ".join(
            sorted(wanted - found)
        ) + " unknown" if wanted - found else "as written"

    return Step("Prefix lists of S3 and DynamoDB", f"stacks/regions.py has {', '.join(sorted(wanted))} for {environment.region}", check)


def _models(environment: Environment) -> list[Step]:
    tiers = environment.models.tiers.values()
    steps = [_use_case_form(environment)] if any("anthropic" in tier.model for tier in tiers) else []
    steps += [_profile(environment, tier.model) for tier in tiers]
    if environment.models.embedding.provider == "bedrock":
        steps.append(_access(environment, environment.models.embedding.model))
    return steps


def _use_case_form(environment: Environment) -> Step:
    def check(clients: Clients) -> tuple[State, str]:
        form = clients("bedrock", environment.region).get_use_case_for_model_access()["formData"]
        return ("done" if form else "missing"), "form sent" if form else "no form"

    return Step(
        "Anthropic's first-use form",
        "Bedrock console, Model catalog, any Anthropic model: submit use case details, once per account",
        check,
    )


def _profile(environment: Environment, model: str) -> Step:
    def check(clients: Clients) -> tuple[State, str]:
        status = clients("bedrock", environment.region).get_inference_profile(inferenceProfileIdentifier=model)["status"]
        return ("done" if status == "ACTIVE" else "missing"), str(status)

    return Step(
        f"Inference profile {model}",
        f"must be active in {environment.region}, and allowed by service control policies in all its regions",
        check,
    )


def _access(environment: Environment, model: str) -> Step:
    def check(clients: Clients) -> tuple[State, str]:
        found = clients("bedrock", environment.region).get_foundation_model_availability(modelId=model)
        ready = found["authorizationStatus"] == "AUTHORIZED" and found["regionAvailability"] == "AVAILABLE"
        return ("done" if ready else "missing"), f"{found['authorizationStatus']}, {found['regionAvailability']}"

    return Step(f"Access to the model {model}", f"Bedrock console in {environment.region}: open the model once", check)


def _weights(environment: Environment) -> list[Step]:
    embedding = environment.models.embedding
    if embedding.provider != "sagemaker":
        return []
    bucket = weights_bucket(environment.region)

    def check(clients: Clients) -> tuple[State, str]:
        found = clients("s3", environment.region).list_objects_v2(Bucket=bucket, Prefix=embedding.artifact, MaxKeys=1)
        return ("done" if found.get("KeyCount") else "missing"), "found" if found.get("KeyCount") else "nothing lies under that prefix"

    return [Step("Embedding weights", f"s3://{bucket}/{embedding.artifact} must exist: models.embedding.artifact", check)]


def _search_role() -> Step:
    def check(clients: Clients) -> tuple[State, str]:
        clients("iam", "us-east-1").get_role(RoleName="AWSServiceRoleForAmazonOpenSearchService")
        return "done", "role exists"

    return Step(
        "Service-linked role of OpenSearch", "aws iam create-service-linked-role --aws-service-name opensearchservice.amazonaws.com", check
    )


def _api_log_role(environment: Environment) -> Step:
    def check(clients: Clients) -> tuple[State, str]:
        role = clients("apigateway", environment.region).get_account().get("cloudwatchRoleArn")
        return ("done" if role else "missing"), role or "no role set"

    return Step(
        "API Gateway's log role",
        "API Gateway console, Settings: a role that may write to CloudWatch Logs, once per account and region",
        check,
    )


def _instances(environment: Environment) -> list[Step]:
    embedding = environment.models.embedding
    if not embedding.instance_type:
        return []
    name = f"{embedding.instance_type} for endpoint usage"

    def check(clients: Clients) -> tuple[State, str]:
        pages = clients("service-quotas", environment.region).get_paginator("list_service_quotas").paginate(ServiceCode="sagemaker")
        values = [quota["Value"] for page in pages for quota in page["Quotas"] if quota["QuotaName"] == name]
        enough = bool(values) and values[0] >= embedding.max_instances
        return ("done" if enough else "missing"), f"the account has {values[0]:g}" if values else "no such quota"

    how = f"asked: {embedding.max_instances}; a new account has 0 of most types. Raise it in Service Quotas (sagemaker)."
    return [Step(f"Quota: {name}", how, check)]


def _alarms(environment: Environment) -> Step:
    emails = environment.foundation.alarm_emails
    if not emails:
        return Step("Someone who hears alarms", f"foundation.alarm_emails is empty in environments/{environment.name}.yaml")
    return Step("Someone who hears alarms", f"{', '.join(emails)}: confirm the subscription mail after the first deploy")


def _default_group(environment: Environment) -> Step:
    def check(clients: Clients) -> tuple[State, str]:
        ec2 = clients("ec2", environment.region)
        stack = {"Name": "tag:aws:cloudformation:stack-name", "Values": [f"causeway-{environment.name}-network"]}
        vpcs = [vpc["VpcId"] for vpc in ec2.describe_vpcs(Filters=[stack])["Vpcs"]]
        if not vpcs:
            return "unknown", "not deployed yet"
        ours = [{"Name": "vpc-id", "Values": vpcs}, {"Name": "group-name", "Values": ["default"]}]
        groups = ec2.describe_security_groups(Filters=ours)["SecurityGroups"]
        rules = sum(len(group["IpPermissions"]) + len(group["IpPermissionsEgress"]) for group in groups)
        return ("missing" if rules else "done"), f"{rules} rules left" if rules else "closed"

    return Step(
        "The VPC's default security group", "after the first deploy, revoke its rules; nothing is in it, but an auditor asks", check
    )
