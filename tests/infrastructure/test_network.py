"""Subnets, routes, security groups and endpoints, in every environment."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from stacks.regions import REGIONS
from tests.infrastructure.synthesized import Resource, Synthesized

CIDRS = {
    "public": ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"],
    "private": ["10.0.10.0/24", "10.0.11.0/24", "10.0.12.0/24"],
    "isolated": ["10.0.20.0/24", "10.0.21.0/24", "10.0.22.0/24"],
    "outside": ["10.0.30.0/24", "10.0.31.0/24", "10.0.32.0/24"],
}


def subnets(app: Synthesized, kind: str) -> list[Resource]:
    def kind_of(subnet: Resource) -> str:
        return next(str(tag["Value"]) for tag in subnet.properties["Tags"] if tag["Key"] == "aws-cdk:subnet-name")

    return [subnet for subnet in app.all("AWS::EC2::Subnet") if kind_of(subnet) == kind]


def routes(app: Synthesized, kind: str) -> list[Resource]:
    ids = {subnet.id for subnet in subnets(app, kind)}
    associated = app.all("AWS::EC2::SubnetRouteTableAssociation")
    tables = {each.properties["RouteTableId"]["Ref"] for each in associated if each.properties["SubnetId"]["Ref"] in ids}
    return [route for route in app.all("AWS::EC2::Route") if route.properties["RouteTableId"]["Ref"] in tables]


def group_ids(app: Synthesized) -> list[tuple[Resource, list[Any]]]:
    """Each resource that has network interfaces with the security groups it names."""

    def of(resource: Resource) -> list[Any]:
        properties = resource.properties
        options = properties.get("VpcConfig") or properties.get("VPCOptions") or properties
        return list(options.get("SecurityGroupIds", []))

    kinds = ("AWS::OpenSearchService::Domain", "AWS::SageMaker::Model", "AWS::EC2::VPCEndpoint")
    placed = [each for each in app.all("AWS::Lambda::Function") if "VpcConfig" in each.properties] + app.all(*kinds)
    return [(resource, of(resource)) for resource in placed if resource.properties.get("VpcEndpointType") != "Gateway"]


@pytest.mark.parametrize("kind", sorted(CIDRS))
def test_subnets_have_the_exact_addresses_of_the_design(app: Synthesized, kind: str) -> None:
    assert [subnet.properties["CidrBlock"] for subnet in subnets(app, kind)] == CIDRS[kind][: len(app.environment.network.zones)]
    assert [vpc.properties["CidrBlock"] for vpc in app.all("AWS::EC2::VPC")] == ["10.0.0.0/16"]


def test_each_subnet_of_a_kind_is_in_another_zone(app: Synthesized) -> None:
    for kind in CIDRS:
        assert [subnet.properties["AvailabilityZone"] for subnet in subnets(app, kind)] == list(app.environment.network.zones)


@pytest.mark.parametrize("kind", ["private", "isolated"])
def test_what_needs_no_internet_has_no_route_but_those_of_the_gateway_endpoints(app: Synthesized, kind: str) -> None:
    assert not routes(app, kind)
    for endpoint in app.all("AWS::EC2::VPCEndpoint"):
        tables = {reference["Ref"] for reference in endpoint.properties.get("RouteTableIds", [])}
        assert not tables or [table for table in tables if f"Vpc{kind}" in table], endpoint


def test_what_goes_outside_reaches_no_storage_by_an_endpoint(app: Synthesized) -> None:
    ways_out = routes(app, "outside")
    assert not [route for route in ways_out if "GatewayId" in route.properties]
    assert bool(ways_out) == (app.environment.network.nat_gateways != "none")
    for endpoint in app.all("AWS::EC2::VPCEndpoint"):
        assert "Vpcoutside" not in json.dumps(endpoint.properties), endpoint


def test_interface_endpoints_stand_in_as_many_zones_as_configured(app: Synthesized) -> None:
    for endpoint in app.all("AWS::EC2::VPCEndpoint"):
        if endpoint.properties["VpcEndpointType"] == "Interface":
            assert len(endpoint.properties["SubnetIds"]) == app.environment.network.zones_of_endpoints


def test_the_entries_of_an_access_list_are_there_before_a_subnet_has_it(app: Synthesized) -> None:
    entries = app.all("AWS::EC2::NetworkAclEntry")
    for bound in app.all("AWS::EC2::SubnetNetworkAclAssociation"):
        own = {each.id for each in entries if each.properties["NetworkAclId"] == bound.properties["NetworkAclId"]}
        assert own
        assert own <= set(bound.raw["DependsOn"]), bound
    assert len(app.all("AWS::EC2::SubnetNetworkAclAssociation")) == len(app.all("AWS::EC2::Subnet"))


def test_the_vpc_meets_the_internet_only_where_nat_gateways_need_it(app: Synthesized) -> None:
    needed = app.environment.network.nat_gateways != "none"
    assert bool(app.all("AWS::EC2::InternetGateway")) == needed
    assert bool(routes(app, "public")) == needed


def test_there_are_as_many_nat_gateways_as_configured(app: Synthesized) -> None:
    assert len(app.all("AWS::EC2::NatGateway")) == app.environment.network.nat_gateway_count


def test_nothing_gets_a_public_address_by_itself(app: Synthesized) -> None:
    for subnet in app.all("AWS::EC2::Subnet"):
        assert subnet.properties.get("MapPublicIpOnLaunch") is not True, subnet


def test_no_security_group_is_open_to_the_internet_but_outwards_that_of_the_function_that_goes_outside(app: Synthesized) -> None:
    for group in app.all("AWS::EC2::SecurityGroup"):
        outwards = [rule for rule in group.properties["SecurityGroupEgress"] if not _is_way_out(app, group, rule)]
        for rule in group.properties.get("SecurityGroupIngress", []) + outwards:
            assert rule.get("CidrIp") not in ("0.0.0.0/0", "::/0"), group
            assert "CidrIpv6" not in rule, group
    for rule in app.all("AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"):
        assert "CidrIp" not in rule.properties, rule
        if not _is_among_themselves(app, rule):
            assert rule.properties["FromPort"] == rule.properties["ToPort"] == 443, rule


def _is_among_themselves(app: Synthesized, rule: Resource) -> bool:
    """Of the instances of a bulk job, on any port: Spark chooses them."""
    other = rule.properties.get("SourceSecurityGroupId") or rule.properties.get("DestinationSecurityGroupId")
    group = app.target(rule.stack, rule.properties["GroupId"])
    return group is not None and group.id.startswith("BulkJobBetween") and other is not None and app.target(rule.stack, other) == group


def _is_way_out(app: Synthesized, group: Resource, rule: Mapping[str, Any]) -> bool:
    ports = (rule.get("CidrIp"), rule["IpProtocol"], rule["FromPort"], rule["ToPort"])
    return group.id.startswith("Outside") and ports == ("0.0.0.0/0", "tcp", 443, 443)


def test_one_function_alone_has_the_way_to_the_internet(app: Synthesized) -> None:
    outside = [group for group in app.all("AWS::EC2::SecurityGroup") if group.id.startswith("Outside")]
    upkeep = [f"causeway-{app.name}-default-group", *([] if app.environment.protect_data else [f"causeway-{app.name}-empty-bucket"])]
    if app.environment.network.outside_without_vpc:
        assert _without_vpc(app) == sorted([f"causeway-{app.name}-agent-outside", *upkeep])
        return
    assert _without_vpc(app) == upkeep
    users = [resource for resource, groups in group_ids(app) for each in groups if app.target(resource.stack, each) in outside]
    assert [each.properties.get("FunctionName") for each in users] == [f"causeway-{app.name}-agent-outside"]
    assert [len(groups) for resource, groups in group_ids(app) if resource in users] == [1]


def _without_vpc(app: Synthesized) -> list[str]:
    functions = app.all("AWS::Lambda::Function")
    return sorted(each.properties["FunctionName"] for each in functions if "VpcConfig" not in each.properties)


def test_nothing_in_the_vpc_takes_traffic_from_the_function_that_goes_outside(app: Synthesized) -> None:
    for rule in app.all("AWS::EC2::SecurityGroupIngress"):
        source = app.target(rule.stack, rule.properties["SourceSecurityGroupId"])
        assert source is not None, rule
        assert not source.id.startswith("Outside"), rule


def test_every_security_group_names_a_way_out_so_that_ec2_adds_none_to_everywhere(app: Synthesized) -> None:
    groups = app.all("AWS::EC2::SecurityGroup")
    assert groups
    for group in groups:
        assert group.properties["SecurityGroupEgress"]


def test_nothing_is_in_the_default_security_group(app: Synthesized) -> None:
    for resource, groups in group_ids(app):
        assert groups, resource
        for group in groups:
            target = app.target(resource.stack, group)
            assert target is not None, resource
            assert target.type == "AWS::EC2::SecurityGroup", resource


def test_functions_reach_storage_by_the_prefix_lists_of_the_region(app: Synthesized) -> None:
    region = REGIONS[app.environment.region]
    lists = {
        rule.get("DestinationPrefixListId")
        for group in app.all("AWS::EC2::SecurityGroup")
        if group.id.startswith("Functions")
        for rule in group.properties.get("SecurityGroupEgress", [])
    } | {rule.properties.get("DestinationPrefixListId") for rule in app.all("AWS::EC2::SecurityGroupEgress")}
    assert {region.s3_prefix_list, region.dynamodb_prefix_list} <= lists


def test_there_is_an_endpoint_for_storage_and_every_configured_service(app: Synthesized) -> None:
    services = {json.dumps(endpoint.properties["ServiceName"]) for endpoint in app.all("AWS::EC2::VPCEndpoint")}
    for name in ("s3", "dynamodb", *app.environment.network.interface_endpoints):
        assert any(name in service for service in services), name


def test_endpoints_admit_this_accounts_principals_or_buckets_of_aws_only(app: Synthesized) -> None:
    for endpoint in app.all("AWS::EC2::VPCEndpoint"):
        for statement in endpoint.properties["PolicyDocument"]["Statement"]:
            ours = "aws:PrincipalAccount" in json.dumps(statement.get("Condition", {}))
            named = statement["Resource"] != "*"
            assert ours or named, endpoint


def test_the_storage_endpoint_lets_custom_resources_answer_and_weights_in(app: Synthesized) -> None:
    policies = [json.dumps(endpoint.properties["PolicyDocument"]) for endpoint in app.all("AWS::EC2::VPCEndpoint")]
    storage = next(policy for policy in policies if "aws:ResourceAccount" in policy)
    for bucket in (
        "cloudformation-custom-resource-response-useast1/*",
        "prod-us-east-1-starport-layer-bucket/*",
        "jumpstart-cache-prod-us-east-1/*",
    ):
        assert bucket in storage


def test_all_traffic_of_the_vpc_is_logged_twice(app: Synthesized) -> None:
    logs = {each.properties["LogDestinationType"]: each.properties for each in app.all("AWS::EC2::FlowLog")}
    assert set(logs) == {"cloud-watch-logs", "s3"}
    for log in logs.values():
        assert log["TrafficType"] == "ALL"
        assert log["ResourceType"] == "VPC"


def test_the_default_security_group_is_closed_by_a_function_that_can_do_nothing_else(app: Synthesized) -> None:
    (closed,) = app.all("Custom::VpcRestrictDefaultSG")
    assert closed.properties["Group"] == {"Fn::GetAtt": [app.all("AWS::EC2::VPC")[0].id, "DefaultSecurityGroup"]}
    function = app.target(closed.stack, closed.properties["ServiceToken"])
    assert function is not None
    assert function.properties["FunctionName"] == f"causeway-{app.name}-default-group"
    role = app.target(function.stack, function.properties["Role"])
    of_roles = [each for each in app.statements() if each.policy.properties.get("Roles")]
    changing = [each for each in of_roles if any(action.startswith("ec2:Revoke") for action in each.actions)]
    assert {tuple(sorted(each.actions)) for each in changing} == {("ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress")}
    for each in changing:
        assert [app.target(each.policy.stack, carrier) for carrier in each.policy.properties["Roles"]] == [role]
        assert "DefaultSecurityGroup" in json.dumps(each.resources)


def test_the_resolver_of_prod_answers_for_listed_names_and_says_nothing_of_others(prod: Synthesized) -> None:
    (group,) = prod.all("AWS::Route53Resolver::FirewallRuleGroup")
    allow, block = group.properties["FirewallRules"]
    lists = [prod.target(group.stack, each["FirewallDomainListId"]) for each in (allow, block)]
    assert (allow["Action"], block["Action"], block["BlockResponse"]) == ("ALLOW", "BLOCK", "NODATA")
    assert allow["Priority"] < block["Priority"]
    names = [each.properties["Domains"] for each in lists if each]
    assert names[1] == ["*"]
    assert {"*.us-east-1.amazonaws.com", "*.us-east-1.es.amazonaws.com", "*.s3.amazonaws.com", "www.gutenberg.org"} <= set(names[0])
    (association,) = prod.all("AWS::Route53Resolver::FirewallRuleGroupAssociation")
    assert prod.target(association.stack, association.properties["VpcId"]) == prod.all("AWS::EC2::VPC")[0]
