"""What resources cost by being there, and that nothing is passed over."""

from typing import Any

import pytest

from stacks.reports.cost.bill import HOURS
from stacks.reports.cost.prices import Unpriced, known
from stacks.reports.cost.standing import FREE, RULES, Resource, parts


def resource(type: str, logical_id: str = "One", others: dict[str, Any] | None = None, **properties: Any) -> Resource:
    return Resource("network", logical_id, type, properties, others or {logical_id: {"Type": type, "Properties": properties}})


def costs(made: Resource) -> dict[str, tuple[str, float, str]]:
    return {part.what: (part.price, part.quantity, part.survives) for part in parts(made)}


def test_a_type_that_nobody_knows_is_an_error_that_names_it_and_its_place() -> None:
    with pytest.raises(Unpriced, match=r"AWS::Neptune::DBCluster \(network/Graph\).*standing\.py"):
        parts(resource("AWS::Neptune::DBCluster", "Graph"))


def test_no_type_is_both_free_and_paid() -> None:
    assert not FREE.keys() & RULES.keys()


def test_an_interface_endpoint_costs_in_each_zone_and_a_gateway_nothing() -> None:
    assert costs(resource("AWS::EC2::VPCEndpoint", VpcEndpointType="Interface", SubnetIds=["a", "b", "c"])) == {
        "interface endpoints": ("interface_endpoint_hour", HOURS, ""),
        "interface endpoints, further zones": ("interface_endpoint_hour", 2 * HOURS, "zone"),
    }
    assert costs(resource("AWS::EC2::VPCEndpoint", VpcEndpointType="Gateway")) == {}


def test_a_second_gateway_is_there_for_the_loss_of_a_zone() -> None:
    both = {name: {"Type": "AWS::EC2::NatGateway"} for name in ("First", "Second")}
    assert [costs(resource("AWS::EC2::NatGateway", name, both))["NAT gateways"][2] for name in both] == ["", "zone"]


@pytest.mark.parametrize(("metrics", "number"), [([], 1), ([{"MetricStat": {}}, {"MetricStat": {}}, {"Expression": "a/b"}], 2)])
def test_an_alarm_costs_by_the_metrics_that_it_reads(metrics: list[dict[str, Any]], number: int) -> None:
    assert costs(resource("AWS::CloudWatch::Alarm", Metrics=metrics))["alarms"] == ("alarm_month", number, "")


def test_a_domain_costs_by_nodes_masters_and_volumes() -> None:
    cluster = {
        "InstanceCount": 4,
        "InstanceType": "r7g.large.search",
        "DedicatedMasterEnabled": True,
        "DedicatedMasterCount": 3,
        "DedicatedMasterType": "m7g.medium.search",
        "ZoneAwarenessEnabled": True,
        "ZoneAwarenessConfig": {"AvailabilityZoneCount": 2},
    }
    domain = resource("AWS::OpenSearchService::Domain", ClusterConfig=cluster, EBSOptions={"VolumeType": "gp3", "VolumeSize": 100})
    assert costs(domain) == {
        "data nodes": ("search_hour r7g.large.search", 2 * HOURS, ""),
        "volumes of data nodes": ("search_gp3_gb_month", 200, ""),
        "data nodes, further zones": ("search_hour r7g.large.search", 2 * HOURS, "zone"),
        "volumes of data nodes, further zones": ("search_gp3_gb_month", 200, "zone"),
        "master nodes": ("search_hour m7g.medium.search", 3 * HOURS, "zone"),
    }
    alone = resource(
        "AWS::OpenSearchService::Domain",
        ClusterConfig={"InstanceCount": 1, "InstanceType": "t3.small.search"},
        EBSOptions={"VolumeType": "gp3", "VolumeSize": 10},
    )
    assert costs(alone) == {
        "data nodes": ("search_hour t3.small.search", HOURS, ""),
        "volumes of data nodes": ("search_gp3_gb_month", 10, ""),
    }


@pytest.mark.parametrize(("snap", "expected"), [({"ApplyOn": "PublishedVersions"}, 2 * 730 * 3600), (None, None)])
def test_a_version_costs_by_the_memory_of_its_function_while_it_has_a_snapshot(snap: Any, expected: float | None) -> None:
    function = {"Type": "AWS::Lambda::Function", "Properties": {"MemorySize": 2048, "SnapStart": snap}}
    version = resource("AWS::Lambda::Version", "Live", {"Asks": function}, FunctionName={"Ref": "Asks"})
    assert [part.quantity for part in parts(version)] == ([expected] if expected else [])


def test_an_endpoint_costs_by_its_instances() -> None:
    variant = {"InstanceType": "ml.g5.xlarge", "InitialInstanceCount": 3}
    made = costs(resource("AWS::SageMaker::EndpointConfig", ProductionVariants=[variant]))
    assert [each[:2] for each in made.values()] == [("endpoint_hour ml.g5.xlarge", HOURS), ("endpoint_hour ml.g5.xlarge", 2 * HOURS)]


def test_a_region_or_a_name_without_a_price_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(Unpriced, match=r"eu-central-1.*make prices REGION=eu-central-1"):
        known().of("eu-central-1", "key_month")
    with pytest.raises(Unpriced, match=r"search_hour z9\.huge\.search: prices\.yaml"):
        known().of("us-east-1", "search_hour z9.huge.search")


CLUSTER = {"InstanceCount": 1, "InstanceType": "t3.small.search"}
VOLUME = {"VolumeType": "gp3", "VolumeSize": 10}
PAID = [
    ("AWS::Lambda::Alias", {"ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": 5}}, "ProvisionedConcurrencyConfig"),
    ("AWS::Lambda::Version", {"ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": 5}}, "ProvisionedConcurrencyConfig"),
    ("AWS::Lambda::Function", {"CapacityProviderConfig": {}}, "CapacityProviderConfig"),
    ("AWS::ApiGateway::Stage", {"CacheClusterEnabled": True, "CacheClusterSize": "0.5"}, "CacheClusterEnabled"),
    ("AWS::SSM::Parameter", {"Tier": "Advanced"}, "Tier"),
    ("AWS::SSM::Parameter", {"Tier": "Intelligent-Tiering"}, "Tier"),
    ("AWS::DynamoDB::GlobalTable", {"BillingMode": "PROVISIONED"}, "BillingMode"),
    ("AWS::DynamoDB::GlobalTable", {}, "BillingMode"),
    ("AWS::SecretsManager::Secret", {"ReplicaRegions": [{"Region": "us-west-2"}]}, "ReplicaRegions"),
    ("AWS::CloudWatch::Alarm", {"Period": 10}, "Period"),
    ("AWS::CloudWatch::Alarm", {"Metrics": [{"MetricStat": {"Period": 30}}]}, "Period"),
    ("AWS::CodePipeline::Pipeline", {}, "PipelineType"),
    ("AWS::EC2::VPCEndpoint", {"VpcEndpointType": "GatewayLoadBalancer"}, "VpcEndpointType"),
    ("AWS::ApplicationAutoScaling::ScalableTarget", {"ScalableDimension": "lambda:function:ProvisionedConcurrency"}, "ScalableDimension"),
    ("AWS::WAFv2::WebACL", {"Rules": [{"Statement": {"ManagedRuleGroupStatement": {"Name": "AWSManagedRulesBotControlRuleSet"}}}]}, "Name"),
    ("AWS::OpenSearchService::Domain", {"ClusterConfig": {**CLUSTER, "WarmEnabled": True}, "EBSOptions": VOLUME}, "WarmEnabled"),
    ("AWS::OpenSearchService::Domain", {"ClusterConfig": CLUSTER, "EBSOptions": {**VOLUME, "Iops": 9000}}, "Iops"),
    ("AWS::SageMaker::EndpointConfig", {"ProductionVariants": [], "ShadowProductionVariants": [{}]}, "ShadowProductionVariants"),
    ("AWS::SageMaker::EndpointConfig", {"ProductionVariants": [{"ServerlessConfig": {"MemorySizeInMB": 1024}}]}, "ServerlessConfig"),
    ("AWS::SageMaker::EndpointConfig", {"ProductionVariants": [{"VolumeSizeInGB": 500}]}, "VolumeSizeInGB"),
]


@pytest.mark.parametrize(("type", "properties", "name"), PAID)
def test_a_property_that_costs_and_has_no_price_is_an_error_that_names_it(type: str, properties: dict[str, Any], name: str) -> None:
    with pytest.raises(Unpriced, match=rf"{type} \(network/One\) has {name}.*standing\.py"):
        parts(resource(type, **properties))


@pytest.mark.parametrize(
    ("type", "properties"),
    [
        ("AWS::ApiGateway::Stage", {"CacheClusterEnabled": False}),
        ("AWS::SSM::Parameter", {"Tier": "Standard"}),
        ("AWS::DynamoDB::GlobalTable", {"BillingMode": "PAY_PER_REQUEST"}),
        ("AWS::CodePipeline::Pipeline", {"PipelineType": "V2"}),
        ("AWS::EC2::VPCEndpoint", {"VpcEndpointType": "Gateway"}),
        ("AWS::ApplicationAutoScaling::ScalableTarget", {"ScalableDimension": "sagemaker:variant:DesiredInstanceCount"}),
    ],
)
def test_the_same_property_with_a_value_that_costs_nothing_is_none(type: str, properties: dict[str, Any]) -> None:
    assert parts(resource(type, **properties)) == []


@pytest.mark.parametrize(
    ("type", "properties"),
    [
        ("AWS::EC2::VPCEndpoint", {"VpcEndpointType": "Interface", "SubnetIds": {"Fn::If": ["Big", ["a", "b"], ["a"]]}}),
        ("AWS::EC2::VPCEndpoint", {"VpcEndpointType": "Interface"}),
        ("AWS::CloudWatch::Alarm", {"Metrics": {"Fn::If": ["Many", [], []]}}),
        ("AWS::WAFv2::WebACL", {"Rules": {"Fn::If": ["Many", [], []]}}),
        ("AWS::WAFv2::WebACL", {}),
        ("AWS::OpenSearchService::Domain", {"ClusterConfig": {**CLUSTER, "InstanceCount": {"Ref": "Nodes"}}, "EBSOptions": VOLUME}),
        ("AWS::OpenSearchService::Domain", {"ClusterConfig": {**CLUSTER, "InstanceCount": "3"}, "EBSOptions": VOLUME}),
        ("AWS::OpenSearchService::Domain", {"ClusterConfig": CLUSTER, "EBSOptions": {**VOLUME, "VolumeSize": {"Ref": "Size"}}}),
        ("AWS::OpenSearchService::Domain", {}),
        ("AWS::SageMaker::EndpointConfig", {"ProductionVariants": [{"InstanceType": "t", "InitialInstanceCount": {"Ref": "Few"}}]}),
        ("AWS::Lambda::Version", {"FunctionName": "made-by-hand"}),
    ],
)
def test_a_value_that_only_a_deploy_knows_is_an_error_and_no_traceback(type: str, properties: dict[str, Any]) -> None:
    with pytest.raises(Unpriced, match=rf"{type} \(network/One\) has a value that .*standing\.py cannot read"):
        parts(resource(type, **properties))


def test_a_version_without_snapshots_costs_nothing() -> None:
    function = {"Type": "AWS::Lambda::Function", "Properties": {"MemorySize": 2048, "SnapStart": {"ApplyOn": "None"}}}
    assert parts(resource("AWS::Lambda::Version", "Live", {"Asks": function}, FunctionName={"Ref": "Asks"})) == []


def test_an_endpoint_that_is_scaled_costs_by_the_fewest_instances_that_it_may_have() -> None:
    target = {"ResourceId": "endpoint/e/variant/live", "MinCapacity": 4, "ScalableDimension": "sagemaker:variant:DesiredInstanceCount"}
    others = {"Scaled": {"Type": "AWS::ApplicationAutoScaling::ScalableTarget", "Properties": target}}
    variant = {"InstanceType": "ml.g5.xlarge", "InitialInstanceCount": 2, "VariantName": "live"}
    made = costs(resource("AWS::SageMaker::EndpointConfig", others=others, ProductionVariants=[variant]))
    assert [each[1] for each in made.values()] == [HOURS, 3 * HOURS]
