"""Where packets can go: nowhere but where each environment's file says, and a fault planted in any wall is found."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from stacks.environment import Environment
from stacks.reports.egress.review import EgressReview, egress
from tests.infrastructure.synthesized import Synthesized

Templates = dict[str, Any]
NETWORK, AGENTS, INGESTION = "causeway-prod-network", "causeway-prod-agents", "causeway-prod-ingestion"


def resources(templates: Templates, type: str, begins: str = "", stack: str = NETWORK) -> list[dict[str, Any]]:
    """Of a type in a stack, by how their logical ids begin."""
    return [each for id, each in templates[stack]["Resources"].items() if each["Type"] == type and id.startswith(begins)]


def named(templates: Templates, type: str, begins: str = "", stack: str = NETWORK) -> str:
    return next(id for id, each in templates[stack]["Resources"].items() if each["Type"] == type and id.startswith(begins))


def of_service(templates: Templates, service: str) -> dict[str, Any]:
    endpoints = resources(templates, "AWS::EC2::VPCEndpoint")
    return next(each for each in endpoints if json.dumps(each["Properties"]["ServiceName"]).rstrip('"]}').endswith(f".{service}"))


def add(templates: Templates, type: str, **properties: Any) -> None:
    templates[NETWORK]["Resources"]["Planted"] = {"Type": type, "Properties": properties}


def group(templates: Templates, begins: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [named(templates, "AWS::EC2::SecurityGroup", begins), "GroupId"]}


def planted(prod: Synthesized, plant: Callable[[Templates], None], environment: Environment | None = None) -> EgressReview:
    templates = copy.deepcopy(prod.templates)
    plant(templates)
    return egress(environment or prod.environment, templates)


def test_packets_go_where_the_environments_file_says_and_nowhere_else(app: Synthesized) -> None:
    review = egress(app.environment, app.templates)
    assert not review.faults
    assert review.checks > 1000
    assert len([each for each in review.reaches if each.kind == "function"]) == len(app.all("AWS::Lambda::Function"))


def test_of_the_functions_in_the_vpc_one_alone_can_reach_the_internet(app: Synthesized) -> None:
    reaches = egress(app.environment, app.templates).reaches
    assert [each.name for each in reaches if "internet" in {way.to for way in each.ways}] == (
        ["agent-outside"] if app.environment.network.nat_gateway_count else []
    )


def test_a_domain_and_a_model_reach_no_endpoint_of_a_service(prod: Synthesized) -> None:
    reached = {each.name: {way.to for way in each.ways} for each in egress(prod.environment, prod.templates).reaches}
    assert reached["search"] == set()
    assert reached["embedding"] == {"s3", "listed names"}


def open_group(templates: Templates) -> None:
    add(
        templates,
        "AWS::EC2::SecurityGroupEgress",
        GroupId=group(templates, "Functions"),
        CidrIp="0.0.0.0/0",
        IpProtocol="-1",
    )


def no_rule_of_its_own(templates: Templates) -> None:
    resources(templates, "AWS::EC2::SecurityGroup", "Functions")[0]["Properties"].pop("SecurityGroupEgress")


def nat_route(templates: Templates) -> None:
    add(
        templates,
        "AWS::EC2::Route",
        RouteTableId={"Ref": named(templates, "AWS::EC2::RouteTable", "Vpcprivate")},
        DestinationCidrBlock="0.0.0.0/0",
        NatGatewayId={"Ref": named(templates, "AWS::EC2::NatGateway")},
    )


def peer_route(templates: Templates) -> None:
    add(
        templates,
        "AWS::EC2::Route",
        RouteTableId={"Ref": named(templates, "AWS::EC2::RouteTable", "Vpcisolated")},
        DestinationCidrBlock="10.9.0.0/16",
        VpcPeeringConnectionId="pcx-0123",
    )


def ipv6_route(templates: Templates) -> None:
    add(
        templates,
        "AWS::EC2::Route",
        RouteTableId={"Ref": named(templates, "AWS::EC2::RouteTable", "Vpcprivate")},
        DestinationIpv6CidrBlock="::/0",
        EgressOnlyInternetGatewayId="eigw-0123",
    )


def ipv6_rule(templates: Templates) -> None:
    add(
        templates,
        "AWS::EC2::SecurityGroupEgress",
        GroupId=group(templates, "Embedding"),
        CidrIpv6="::/0",
        IpProtocol="tcp",
        FromPort=443,
        ToPort=443,
    )


def prefix_list(templates: Templates) -> None:
    add(
        templates,
        "AWS::EC2::SecurityGroupEgress",
        GroupId=group(templates, "Functions"),
        DestinationPrefixListId="pl-0123",
        IpProtocol="tcp",
        FromPort=443,
        ToPort=443,
    )


def own_table_gone(templates: Templates) -> None:
    id = named(templates, "AWS::EC2::SubnetRouteTableAssociation", "Vpcprivate")
    templates[NETWORK]["Resources"].pop(id)


def open_access_list(templates: Templates) -> None:
    entry = resources(templates, "AWS::EC2::NetworkAclEntry", "AccessListsPrivateOut")[0]["Properties"]
    entry.pop("PortRange")
    entry.update(Protocol=-1, CidrBlock="0.0.0.0/0")


def no_access_list(templates: Templates) -> None:
    templates[NETWORK]["Resources"].pop(named(templates, "AWS::EC2::SubnetNetworkAclAssociation", "AccessListsIsolated"))


def no_policy(templates: Templates) -> None:
    of_service(templates, "sqs")["Properties"].pop("PolicyDocument")


def policy_for_every_account(templates: Templates) -> None:
    of_service(templates, "kms")["Properties"]["PolicyDocument"]["Statement"][0].pop("Condition")


def policy_for_every_bucket(templates: Templates) -> None:
    for statement in of_service(templates, "s3")["Properties"]["PolicyDocument"]["Statement"]:
        statement.get("Condition", {}).get("StringEquals", {}).pop("aws:ResourceAccount", None)


def function_without_vpc(templates: Templates) -> None:
    for each in templates["causeway-prod-assistant"]["Resources"].values():
        if each["Properties"].get("FunctionName") == "causeway-prod-answers":
            each["Properties"].pop("VpcConfig")


def job_without_vpc(templates: Templates) -> None:
    (machine,) = resources(templates, "AWS::StepFunctions::StateMachine", "BulkJob", INGESTION)
    parts = machine["Properties"]["DefinitionString"]["Fn::Join"][1]
    parts[:] = [part.replace("VpcConfig", "Elsewhere") if isinstance(part, str) else part for part in parts]


def no_dns_firewall(templates: Templates) -> None:
    (rules,) = resources(templates, "AWS::Route53Resolver::FirewallRuleGroup", "DnsFirewall")
    rules["Properties"]["FirewallRules"][1]["Action"] = "ALERT"


def unknown_interface(templates: Templates) -> None:
    add(templates, "AWS::EC2::NetworkInterface", SubnetId={"Ref": named(templates, "AWS::EC2::Subnet", "Vpcprivate")})


def transit_gateway(templates: Templates) -> None:
    add(templates, "AWS::EC2::TransitGatewayAttachment")


def task_of_containers(templates: Templates) -> None:
    add(templates, "AWS::ECS::Service", NetworkConfiguration={"AwsvpcConfiguration": {"Subnets": []}})


def way_into_functions(templates: Templates) -> None:
    """The function that goes outside may connect to the search domain."""
    for type, one, other in (("Egress", "Outside", "Search"), ("Ingress", "Search", "Outside")):
        peer = "DestinationSecurityGroupId" if type == "Egress" else "SourceSecurityGroupId"
        templates[NETWORK]["Resources"][f"Planted{type}"] = {
            "Type": f"AWS::EC2::SecurityGroup{type}",
            "Properties": {
                "GroupId": group(templates, one),
                peer: group(templates, other),
                "IpProtocol": "tcp",
                "FromPort": 443,
                "ToPort": 443,
            },
        }
    for direction, cidr in (("PrivateIn", "10.0.30.0/24"), ("PrivateOut", "10.0.30.0/24")):
        entry = copy.deepcopy(resources(templates, "AWS::EC2::NetworkAclEntry", f"AccessLists{direction}")[0])
        entry["Properties"].update(CidrBlock=cidr, RuleNumber=10, PortRange={"From": 0, "To": 65535})
        templates[NETWORK]["Resources"][f"Planted{direction}"] = entry


def other_protocol(templates: Templates) -> None:
    entry = copy.deepcopy(resources(templates, "AWS::EC2::NetworkAclEntry", "AccessListsPrivateOut")[0]["Properties"])
    entry.pop("PortRange")
    add(templates, "AWS::EC2::NetworkAclEntry", **{**entry, "Protocol": 1, "CidrBlock": "0.0.0.0/0", "RuleNumber": 7})


def ipv6_entry(templates: Templates) -> None:
    entry = copy.deepcopy(resources(templates, "AWS::EC2::NetworkAclEntry", "AccessListsPrivateOut")[0]["Properties"])
    entry.pop("CidrBlock")
    add(templates, "AWS::EC2::NetworkAclEntry", **{**entry, "Protocol": -1, "Ipv6CidrBlock": "::/0", "RuleNumber": 7})


def rule_of_a_group_by_parameter(templates: Templates) -> None:
    add(templates, "AWS::EC2::SecurityGroupEgress", GroupId={"Ref": "GroupParameter"}, CidrIp="0.0.0.0/0", IpProtocol="-1")


def rule_by_the_blocks_of_a_vpc(templates: Templates) -> None:
    block = {"Fn::GetAtt": [named(templates, "AWS::EC2::VPC"), "CidrBlock"]}
    add(templates, "AWS::EC2::SecurityGroupEgress", GroupId=group(templates, "Functions"), CidrIp=block, IpProtocol="-1")


def route_of_a_table_by_parameter(templates: Templates) -> None:
    add(templates, "AWS::EC2::Route", RouteTableId={"Ref": "TableParameter"}, DestinationCidrBlock="0.0.0.0/0", GatewayId="igw-1")


def route_through_a_load_balancer(templates: Templates) -> None:
    table = {"Ref": named(templates, "AWS::EC2::RouteTable", "Vpcprivate")}
    add(templates, "AWS::EC2::Route", RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", VpcEndpointId="vpce-1")


def second_access_list(templates: Templates) -> None:
    """Which of the two a subnet has depends on which is made last."""
    subnet = resources(templates, "AWS::EC2::SubnetNetworkAclAssociation", "AccessListsPrivate")[0]["Properties"]["SubnetId"]
    other = {"Ref": named(templates, "AWS::EC2::NetworkAcl", "AccessListsPublic")}
    add(templates, "AWS::EC2::SubnetNetworkAclAssociation", SubnetId=subnet, NetworkAclId=other)


def policy_for_every_bucket_of_a_pattern(templates: Templates) -> None:
    for statement in of_service(templates, "s3")["Properties"]["PolicyDocument"]["Statement"]:
        statement.update(Resource="arn:aws:s3:::????????????/*", Condition={})


def policy_of_one_statement(templates: Templates) -> None:
    of_service(templates, "kms")["Properties"]["PolicyDocument"] = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


def endpoint_of_a_group_of_nobody(templates: Templates) -> None:
    of_service(templates, "sqs")["Properties"].pop("SecurityGroupIds")


def rules_by_a_condition(templates: Templates) -> None:
    inside = resources(templates, "AWS::EC2::SecurityGroup", "Functions")[0]["Properties"]
    inside["SecurityGroupEgress"] = {"Fn::If": ["Open", inside["SecurityGroupEgress"], []]}


def project_without_vpc(templates: Templates) -> None:
    add(templates, "AWS::CodeBuild::Project", ServiceRole="r")


def notebook(templates: Templates) -> None:
    add(templates, "AWS::SageMaker::NotebookInstance", DirectInternetAccess="Enabled")


def agent_runtime(templates: Templates) -> None:
    add(templates, "AWS::BedrockAgentCore::Runtime", NetworkConfiguration={"NetworkMode": "PUBLIC"})


def lattice(templates: Templates) -> None:
    add(templates, "AWS::VpcLattice::ServiceNetworkVpcAssociation", VpcIdentifier={"Ref": named(templates, "AWS::EC2::VPC")})


def destination_by_http(templates: Templates) -> None:
    add(templates, "AWS::Events::ApiDestination", InvocationEndpoint="https://elsewhere.example")


def stream_by_http(templates: Templates) -> None:
    add(templates, "AWS::KinesisFirehose::DeliveryStream", HttpEndpointDestinationConfiguration={"EndpointConfiguration": {}})


def machine(templates: Templates, resource: str) -> None:
    states = {"Go": {"Type": "Task", "Resource": resource, "Arguments": {}, "End": True}}
    add(templates, "AWS::StepFunctions::StateMachine", DefinitionString=json.dumps({"StartAt": "Go", "States": states}))


def machine_that_runs_a_task(templates: Templates) -> None:
    machine(templates, "arn:aws:states:::ecs:runTask.sync")


def machine_that_asks_by_http(templates: Templates) -> None:
    machine(templates, "arn:aws:states:::http:invoke")


def machine_by_the_sdk(templates: Templates) -> None:
    machine(templates, "arn:aws:states:::aws-sdk:codebuild:startBuild")


def machine_of_a_bucket(templates: Templates) -> None:
    add(templates, "AWS::StepFunctions::StateMachine", DefinitionS3Location={"Bucket": "b", "Key": "k"})


def endpoint_of_a_named_configuration(templates: Templates) -> None:
    add(templates, "AWS::SageMaker::Endpoint", EndpointConfigName="made-by-hand")


def endpoint_of_a_named_model(templates: Templates) -> None:
    for each in resources(templates, "AWS::SageMaker::EndpointConfig", stack="causeway-prod-models"):
        each["Properties"]["ProductionVariants"][0]["ModelName"] = "made-by-hand"


def shadow_without_vpc(templates: Templates) -> None:
    """A copy of each question goes to a model that is in no VPC."""
    stack = next(stack for stack, each in templates.items() if resources(templates, "AWS::SageMaker::EndpointConfig", stack=stack))
    templates[stack]["Resources"]["Shadow"] = {"Type": "AWS::SageMaker::Model", "Properties": {}}
    (configuration,) = resources(templates, "AWS::SageMaker::EndpointConfig", stack=stack)
    configuration["Properties"]["ShadowProductionVariants"] = [{"ModelName": {"Fn::GetAtt": ["Shadow", "ModelName"]}}]


FAULTS = {
    other_protocol: "lets icmp out of the VPC",
    ipv6_entry: "lets IPv6 out of the VPC",
    rule_of_a_group_by_parameter: "names no resource of the templates",
    rule_by_the_blocks_of_a_vpc: "does not appear to be an IPv4 or IPv6 network",
    route_of_a_table_by_parameter: "names no resource of the templates",
    route_through_a_load_balancer: "has a route to 0.0.0.0/0 by an endpoint of a load balancer",
    second_access_list: "has two of AWS::EC2::SubnetNetworkAclAssociation",
    policy_for_every_bucket_of_a_pattern: "the endpoint of s3 leads to buckets of other accounts",
    policy_of_one_statement: "the endpoint of kms serves the credentials of other accounts",
    endpoint_of_a_group_of_nobody: "the walk cannot read the templates: KeyError 'SecurityGroupIds'",
    rules_by_a_condition: "the walk cannot read the templates: ",
    project_without_vpc: "of type AWS::CodeBuild::Project sends packets",
    notebook: "of type AWS::SageMaker::NotebookInstance sends packets",
    agent_runtime: "of type AWS::BedrockAgentCore::Runtime sends packets",
    lattice: "of type AWS::VpcLattice::ServiceNetworkVpcAssociation",
    destination_by_http: "of type AWS::Events::ApiDestination sends packets",
    stream_by_http: "of type AWS::KinesisFirehose::DeliveryStream sends packets",
    machine_that_runs_a_task: "starts arn:aws:states:::ecs:runTask.sync",
    machine_that_asks_by_http: "starts arn:aws:states:::http:invoke",
    machine_by_the_sdk: "starts arn:aws:states:::aws-sdk:codebuild:startBuild",
    machine_of_a_bucket: "the walk cannot read the templates: KeyError 'DefinitionString'",
    endpoint_of_a_named_configuration: "names no resource of the templates",
    endpoint_of_a_named_model: "names no resource of the templates",
    shadow_without_vpc: "embedding can reach aws by no VPC",
    open_group: "lets packets out to 0.0.0.0/0",
    no_rule_of_its_own: "lets packets out to 0.0.0.0/0",
    nat_route: "has a route to 0.0.0.0/0 by a NAT gateway",
    peer_route: "has a route to 10.9.0.0/16 by a peer",
    ipv6_route: "has a route to ::/0 by an egress-only internet gateway",
    ipv6_rule: "lets packets out to ::/0",
    prefix_list: "lets packets out to pl-0123",
    own_table_gone: "has no route table of its own",
    open_access_list: "lets tcp out of the VPC to other ports than 443",
    no_access_list: "default access list, which lets everything through",
    no_policy: "the endpoint of sqs has no policy",
    policy_for_every_account: "the endpoint of kms serves the credentials of other accounts",
    policy_for_every_bucket: "the endpoint of s3 leads to buckets of other accounts",
    function_without_vpc: "answers can reach aws by no VPC",
    job_without_vpc: "bulk-job can reach aws by no VPC",
    no_dns_firewall: "answers can reach any name",
    unknown_interface: "of type AWS::EC2::NetworkInterface has network interfaces",
    transit_gateway: "of type AWS::EC2::TransitGatewayAttachment",
    task_of_containers: "of type AWS::ECS::Service has network interfaces",
    way_into_functions: "agent-outside can reach search, and network.egress.agent-outside does not declare it",
}


@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__)
def test_a_planted_fault_is_found_and_said(prod: Synthesized, plant: Callable[[Templates], None]) -> None:
    assert any(FAULTS[plant] in said for said in planted(prod, plant).faults), planted(prod, plant).faults


def test_a_route_a_rule_and_an_open_list_together_are_a_way_to_the_internet(prod: Synthesized) -> None:
    """Any two of them are none, since the gateways' access list takes packets from the outside subnets alone."""

    def two(templates: Templates) -> None:
        nat_route(templates)
        templates[NETWORK]["Resources"]["Route"] = templates[NETWORK]["Resources"].pop("Planted")
        open_group(templates)

    def three(templates: Templates) -> None:
        two(templates)
        for entry in ("In1", "Out2"):
            resources(templates, "AWS::EC2::NetworkAclEntry", f"AccessListsPublic{entry}")[0]["Properties"]["CidrBlock"] = "0.0.0.0/0"

    said = "answers can reach internet by a NAT gateway to 0.0.0.0/0, and network.egress.functions does not declare it"
    assert said not in planted(prod, two).faults
    assert said in planted(prod, three).faults


def cut_answers_off(templates: Templates) -> None:
    for entry in resources(templates, "AWS::EC2::NetworkAclEntry", "AccessListsPrivateIn"):
        if entry["Properties"]["CidrBlock"] == "0.0.0.0/0":
            entry["Properties"]["PortRange"]["From"] = 32768


def forget_one_route_table(templates: Templates) -> None:
    of_service(templates, "dynamodb")["Properties"]["RouteTableIds"].pop(0)


def close_the_domain(templates: Templates) -> None:
    templates[NETWORK]["Resources"].pop(named(templates, "AWS::EC2::SecurityGroupIngress", "Searchfrom"))


def take_the_gateways_route(templates: Templates) -> None:
    for id in [id for id in templates[NETWORK]["Resources"] if id.startswith("Vpcoutside") and "DefaultRoute" in id]:
        templates[NETWORK]["Resources"].pop(id)


NOT_POSSIBLE = {
    cut_answers_off: "answers cannot always reach s3: the access list lets no packets into causeway-prod-network/Vpcprivate",
    forget_one_route_table: "has no gateway endpoint of it",
    close_the_domain: "network.egress.functions declares search, and answers cannot reach it",
    take_the_gateways_route: "network.egress.agent-outside declares internet, and agent-outside cannot reach it",
}


@pytest.mark.parametrize("plant", NOT_POSSIBLE, ids=lambda plant: plant.__name__)
def test_what_is_declared_and_not_possible_is_said_too(prod: Synthesized, plant: Callable[[Templates], None]) -> None:
    assert any(NOT_POSSIBLE[plant] in said for said in planted(prod, plant).faults), planted(prod, plant).faults


def test_a_list_for_what_does_not_exist_is_said(prod: Synthesized) -> None:
    network = prod.environment.network.model_copy(update={"egress": {**prod.environment.network.egress, "answer": ("s3",)}})
    review = egress(prod.environment.model_copy(update={"network": network}), prod.templates)
    assert review.faults == ("network.egress names answer, and there is no such function, endpoint, domain or job",)


def test_templates_that_hold_nothing_prove_nothing(prod: Synthesized) -> None:
    assert "the templates hold nothing that sends packets" in egress(prod.environment, {}).faults
