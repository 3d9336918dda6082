"""What each resource of the templates costs by being there, by its type."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stacks.reports.cost.bill import HOURS
from stacks.reports.cost.prices import Unpriced
from stacks.reports.templates import UNREADABLE, within

SECONDS = HOURS * 3600
GB_MB = 1024


@dataclass(frozen=True)
class Part:
    """price: its name. quantity: a month. survives: as in `Line`."""

    what: str
    price: str
    quantity: float
    survives: str = ""


@dataclass(frozen=True)
class Resource:
    """One resource of a template. others: all of its template, by logical id."""

    stack: str
    logical_id: str
    type: str
    properties: Mapping[str, Any]
    others: Mapping[str, Mapping[str, Any]]


Rule = Callable[[Resource], Iterator[Part]]


def parts(resource: Resource) -> list[Part]:
    """What it costs a month. Raises Unpriced for a type that neither `RULES` nor `FREE` names, for a property that costs and has no
    price, and for a value that only a deploy knows.
    """
    named, here = f"{resource.type} ({resource.stack}/{resource.logical_id})", "stacks/reports/cost/standing.py"
    if resource.type not in (*FREE, *RULES):
        raise Unpriced(f"{named} is of a type that {here} does not know")
    try:
        paid = _paid_apart(resource)
        found = list(RULES[resource.type](resource)) if resource.type in RULES and not paid else []
    except UNREADABLE as error:
        raise Unpriced(f"{named} has a value that {here} cannot read: {type(error).__name__} {error}") from error
    if paid:
        raise Unpriced(f"{named} has {paid[0]}, which costs and has no price: give it one in {here}")
    return found


def _paid_apart(resource: Resource) -> list[str]:
    """The properties that cost beside what the resource's rule counts, with their values."""
    found = within({**DEFAULTS.get(resource.type, {}), **resource.properties})
    free = FREE_VALUES.get(resource.type, {})
    return [f"{name}={value!r}" for name, value in found if name in free and not free[name](value)]


def _listed(value: Any) -> list[Any]:
    """Raises TypeError for what only a deploy knows, whose length says nothing."""
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is no list")
    return value


def _nat_gateway(resource: Resource) -> Iterator[Part]:
    yield Part("NAT gateways", "nat_gateway_hour", HOURS, _unless_first(resource))


def _address(resource: Resource) -> Iterator[Part]:
    yield Part("public addresses", "public_address_hour", HOURS, _unless_first(resource))


def _unless_first(resource: Resource) -> str:
    """A second one of its kind in the same template is there for the loss of a zone."""
    alike = sorted(name for name, other in resource.others.items() if other["Type"] == resource.type)
    return "" if resource.logical_id == alike[0] else "zone"


def _endpoint(resource: Resource) -> Iterator[Part]:
    if resource.properties.get("VpcEndpointType") == "Interface":
        zones = len(_listed(resource.properties["SubnetIds"]))
        yield Part("interface endpoints", "interface_endpoint_hour", HOURS)
        if zones > 1:
            yield Part("interface endpoints, further zones", "interface_endpoint_hour", HOURS * (zones - 1), "zone")


def _key(resource: Resource) -> Iterator[Part]:
    yield Part("keys", "key_month", 1)


def _alarm(resource: Resource) -> Iterator[Part]:
    metrics = [each for each in _listed(resource.properties.get("Metrics", [])) if "MetricStat" in each]
    yield Part("alarms", "alarm_month", max(1, len(metrics)))


def _secret(resource: Resource) -> Iterator[Part]:
    """With the parameter that says when somebody set it."""
    yield Part("keys of services", "secret_month", 1)
    yield Part("reminders of their age", "advanced_parameter_month", 1)


def _web_acl(resource: Resource) -> Iterator[Part]:
    yield Part("firewall", "web_acl_month", 1)
    yield Part("firewall, rules", "web_acl_rule_month", len(_listed(resource.properties["Rules"])))


def _domain(resource: Resource) -> Iterator[Part]:
    cluster, volume = resource.properties["ClusterConfig"], resource.properties["EBSOptions"]
    nodes, instance, zones = cluster["InstanceCount"], cluster["InstanceType"], _zones(cluster)
    for what, number, survives in (("data nodes", nodes / zones, ""), ("data nodes, further zones", nodes - nodes / zones, "zone")):
        if number:
            yield Part(what, f"search_hour {instance}", HOURS * number, survives)
            yield Part(f"volumes of {what}", f"search_{volume['VolumeType']}_gb_month", volume["VolumeSize"] * number, survives)
    if cluster.get("DedicatedMasterEnabled"):
        yield Part("master nodes", f"search_hour {cluster['DedicatedMasterType']}", HOURS * cluster["DedicatedMasterCount"], "zone")


def _zones(cluster: Mapping[str, Any]) -> int:
    return int(cluster["ZoneAwarenessConfig"]["AvailabilityZoneCount"]) if cluster.get("ZoneAwarenessEnabled") else 1


def _endpoint_configuration(resource: Resource) -> Iterator[Part]:
    for variant in resource.properties["ProductionVariants"]:
        price = f"endpoint_hour {variant['InstanceType']}"
        instances = max([variant["InitialInstanceCount"], *_scaled(resource, variant)])
        yield Part("endpoint instances", price, HOURS)
        if instances > 1:
            yield Part("endpoint instances, further ones", price, HOURS * (instances - 1), "zone")


def _scaled(resource: Resource, variant: Mapping[str, Any]) -> Iterator[int]:
    """The fewest instances that scaling leaves a variant."""
    for each in resource.others.values():
        if each["Type"] == SCALED and str(each["Properties"]["ResourceId"]).endswith(f"/variant/{variant['VariantName']}"):
            yield each["Properties"]["MinCapacity"]


def _version(resource: Resource) -> Iterator[Part]:
    function = resource.others[resource.properties["FunctionName"]["Ref"]]["Properties"]
    if (function.get("SnapStart") or {}).get("ApplyOn", "None") != "None":
        yield Part("snapshots of functions", "snapshot_gb_second", SECONDS * function["MemorySize"] / GB_MB)


RULES: Mapping[str, Rule] = {
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::EC2::EIP": _address,
    "AWS::EC2::NatGateway": _nat_gateway,
    "AWS::EC2::VPCEndpoint": _endpoint,
    "AWS::KMS::Key": _key,
    "AWS::Lambda::Version": _version,
    "AWS::OpenSearchService::Domain": _domain,
    "AWS::SageMaker::EndpointConfig": _endpoint_configuration,
    "AWS::SecretsManager::Secret": _secret,
    "AWS::WAFv2::WebACL": _web_acl,
}

SCALED = "AWS::ApplicationAutoScaling::ScalableTarget"
PAID_RULES = ("BotControl", "ATP", "ACFP", "AntiDDoS")  # groups of AWS WAF with a price of their own
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "AWS::CodePipeline::Pipeline": {"PipelineType": "V1"},
    "AWS::DynamoDB::GlobalTable": {"BillingMode": "PROVISIONED"},
}


def _is_nothing(value: Any) -> bool:
    return value in (None, False, [])


def _one_of(*values: str) -> Callable[[Any], bool]:
    return lambda value: value in values


# Type → property, at any depth → whether a value of it adds nothing to what the rule counts.
FREE_VALUES: Mapping[str, Mapping[str, Callable[[Any], bool]]] = {
    SCALED: {"ScalableDimension": _one_of("sagemaker:variant:DesiredInstanceCount")},
    "AWS::ApiGateway::Stage": {"CacheClusterEnabled": _is_nothing},
    "AWS::CloudWatch::Alarm": {"Period": lambda value: value >= 60},
    "AWS::CodePipeline::Pipeline": {"PipelineType": _one_of("V2")},
    "AWS::DynamoDB::GlobalTable": {"BillingMode": _one_of("PAY_PER_REQUEST")},
    "AWS::EC2::VPCEndpoint": {"VpcEndpointType": _one_of("Interface", "Gateway")},
    "AWS::Lambda::Alias": {"ProvisionedConcurrencyConfig": _is_nothing},
    "AWS::Lambda::Function": {"CapacityProviderConfig": _is_nothing},
    "AWS::Lambda::Version": {"ProvisionedConcurrencyConfig": _is_nothing},
    "AWS::OpenSearchService::Domain": dict.fromkeys(("WarmEnabled", "NodeOptions", "Iops", "Throughput"), _is_nothing),
    "AWS::SSM::Parameter": {"Tier": _one_of("Standard")},
    "AWS::SageMaker::EndpointConfig": dict.fromkeys(("ShadowProductionVariants", "ServerlessConfig", "VolumeSizeInGB"), _is_nothing),
    "AWS::SecretsManager::Secret": {"ReplicaRegions": _is_nothing},
    "AWS::WAFv2::WebACL": {"Name": lambda value: not any(f"AWSManagedRules{each}RuleSet" == value for each in PAID_RULES)},
}

_BY_USE = "only its use costs: see the load"
_WITH = "paid with what it belongs to"
_NOTHING = "AWS takes nothing for it"
FREE: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "AWS::AccessAnalyzer::Analyzer",
            "AWS::ApiGateway::RestApi",
            "AWS::AppConfig::Application",
            "AWS::Athena::WorkGroup",
            "AWS::Backup::BackupVault",
            "AWS::Backup::RestoreTestingSelection",
            "AWS::Bedrock::Guardrail",
            "AWS::CloudTrail::Trail",
            "AWS::CodeBuild::Project",
            "AWS::CodePipeline::Pipeline",
            "AWS::Cognito::UserPool",
            "AWS::Config::ConfigRule",
            "AWS::Config::ConfigurationRecorder",
            "AWS::Config::ConformancePack",
            "AWS::DynamoDB::GlobalTable",
            "AWS::EC2::FlowLog",
            "AWS::Events::Archive",
            "AWS::Events::EventBus",
            "AWS::Events::Rule",
            "AWS::GuardDuty::Detector",
            "AWS::KinesisFirehose::DeliveryStream",
            "AWS::Lambda::Function",
            "AWS::Logs::LogGroup",
            "AWS::Macie::Session",
            "AWS::Route53Resolver::FirewallRuleGroupAssociation",
            "AWS::S3::Bucket",
            "AWS::SNS::Topic",
            "AWS::SQS::Queue",
            "AWS::Scheduler::Schedule",
            "AWS::SecurityHub::Hub",
            "AWS::StepFunctions::StateMachine",
            "AWS::XRay::TransactionSearchConfig",
        ),
        _BY_USE,
    ),
    **dict.fromkeys(
        (
            "AWS::ApiGateway::Account",
            "AWS::ApiGateway::ApiKey",
            "AWS::ApiGateway::Authorizer",
            "AWS::ApiGateway::BasePathMapping",
            "AWS::ApiGateway::Deployment",
            "AWS::ApiGateway::DomainName",
            "AWS::ApiGateway::GatewayResponse",
            "AWS::ApiGateway::Method",
            "AWS::ApiGateway::Model",
            "AWS::ApiGateway::RequestValidator",
            "AWS::ApiGateway::Resource",
            "AWS::ApiGateway::Stage",
            "AWS::ApiGateway::UsagePlan",
            "AWS::ApiGateway::UsagePlanKey",
            "AWS::AppConfig::ConfigurationProfile",
            "AWS::AppConfig::Deployment",
            "AWS::AppConfig::DeploymentStrategy",
            "AWS::AppConfig::Environment",
            "AWS::AppConfig::HostedConfigurationVersion",
            "AWS::ApplicationAutoScaling::ScalableTarget",
            "AWS::Backup::BackupPlan",
            "AWS::Backup::BackupSelection",
            "AWS::Backup::RestoreTestingPlan",
            "AWS::ApplicationAutoScaling::ScalingPolicy",
            "AWS::Bedrock::EnforcedGuardrailConfiguration",
            "AWS::Bedrock::GuardrailVersion",
            "AWS::Bedrock::ResourcePolicy",
            "AWS::Cognito::LogDeliveryConfiguration",
            "AWS::Cognito::UserPoolClient",
            "AWS::Cognito::UserPoolDomain",
            "AWS::Cognito::UserPoolIdentityProvider",
            "AWS::Cognito::UserPoolResourceServer",
            "AWS::Cognito::UserPoolRiskConfigurationAttachment",
            "AWS::Config::DeliveryChannel",
            "AWS::Config::RemediationConfiguration",
            "AWS::EventSchemas::Registry",
            "AWS::EventSchemas::Schema",
            "AWS::Events::EventBusPolicy",
            "AWS::Lambda::Alias",
            "AWS::Lambda::EventSourceMapping",
            "AWS::Lambda::LayerVersion",
            "AWS::Lambda::Permission",
            "AWS::Logs::ResourcePolicy",
            "AWS::Logs::SubscriptionFilter",
            "AWS::Route53::RecordSet",
            "AWS::Route53Resolver::FirewallDomainList",
            "AWS::Route53Resolver::FirewallRuleGroup",
            "AWS::S3::BucketPolicy",
            "AWS::SNS::Subscription",
            "AWS::SNS::TopicPolicy",
            "AWS::SQS::QueuePolicy",
            "AWS::SageMaker::Endpoint",
            "AWS::SageMaker::Model",
            "AWS::SecretsManager::ResourcePolicy",
            "AWS::SecurityHub::Standard",
            "AWS::WAFv2::LoggingConfiguration",
            "AWS::WAFv2::WebACLAssociation",
        ),
        _WITH,
    ),
    **dict.fromkeys(
        (
            "AWS::Athena::NamedQuery",
            "AWS::CE::AnomalyMonitor",
            "AWS::CE::AnomalySubscription",
            "AWS::CodeDeploy::Application",
            "AWS::CodeDeploy::DeploymentGroup",
            "AWS::EC2::InternetGateway",
            "AWS::EC2::NetworkAcl",
            "AWS::EC2::NetworkAclEntry",
            "AWS::EC2::Route",
            "AWS::EC2::RouteTable",
            "AWS::EC2::SecurityGroup",
            "AWS::EC2::SecurityGroupEgress",
            "AWS::EC2::SecurityGroupIngress",
            "AWS::EC2::Subnet",
            "AWS::EC2::SubnetNetworkAclAssociation",
            "AWS::EC2::SubnetRouteTableAssociation",
            "AWS::EC2::VPC",
            "AWS::EC2::VPCGatewayAttachment",
            "AWS::Glue::Database",
            "AWS::Glue::Table",
            "AWS::IAM::ManagedPolicy",
            "AWS::IAM::Role",
            "AWS::KMS::Alias",
            "AWS::SSM::Parameter",
            "Custom::EmbeddingModels",
            "Custom::EmptiedBucket",
            "Custom::ModelArtifact",
            "Custom::SearchSetup",
            "Custom::VpcRestrictDefaultSG",
        ),
        _NOTHING,
    ),
}
