"""A VPC and a permission boundary that somebody else keeps: what the app puts into it, what it leaves to its owner, and what is refused."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from stacks import application
from stacks.environment import ENVIRONMENTS, Environment, InvalidEnvironment, parse
from stacks.reports.deployer.policy import document
from stacks.reports.egress.report import lines
from stacks.reports.egress.review import EgressReview, egress

GROUP = "sg-0feedfacefeedface"
SHARED = ["appconfigdata", "bedrock-runtime", "events", "kms", "lambda", "sns", "sqs", "states"]
ADOPT: dict[str, Any] = {
    "vpc_id": "vpc-0feedfacefeedface",
    "private_subnet_ids": ["subnet-0000000000000000a", "subnet-0000000000000000b"],
    "isolated_subnet_ids": ["subnet-0000000000000001a", "subnet-0000000000000001b"],
    "outside_subnet_ids": ["subnet-0000000000000002a", "subnet-0000000000000002b"],
    "interface_endpoints": SHARED,
    "endpoints_security_group_id": GROUP,
}
BOUNDARY = "organisation/most-of-all"
Stacks = dict[str, dict[str, Any]]


def dev(**adopt: Any) -> dict[str, Any]:
    """dev in a VPC of somebody else; a key of `network.adopt` whose value is None is left out."""
    values = yaml.safe_load((ENVIRONMENTS / "dev.yaml").read_text())
    chosen = {key: value for key, value in {**ADOPT, **adopt}.items() if value is not None}
    values["network"] |= {"adopt": chosen, "public_subnets": [], "outside_without_vpc": False}
    values["network"]["egress"]["agent-outside"] = ["internet"]
    values["foundation"]["boundary"] = BOUNDARY
    del values["network"]["egress"]["default-group"]  # which the VPC's owner closes
    return values


@pytest.fixture(scope="module")
def environment() -> Environment:
    return parse(dev(), "dev.yaml")


@pytest.fixture(scope="module")
def stacks(environment: Environment, tmp_path_factory: pytest.TempPathFactory) -> Stacks:
    """Name → template; synth fails on any finding of the rule packs."""
    folder = tmp_path_factory.mktemp("adopted")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(application, "load", lambda name, domain=None: environment)
        application.Causeway("dev", outdir=str(folder)).synth()
    return {each.name.removesuffix(".template.json"): json.loads(each.read_text()) for each in Path(folder).glob("*.template.json")}


@pytest.fixture(scope="module")
def review(environment: Environment, stacks: Stacks) -> EgressReview:
    return egress(environment, stacks)


def resources(stacks: Stacks, kind: str) -> list[dict[str, Any]]:
    return [each["Properties"] for stack in stacks.values() for each in stack["Resources"].values() if re.fullmatch(kind, each["Type"])]


def test_the_app_makes_groups_and_the_endpoints_that_are_not_there_and_nothing_else_of_a_network(stacks: Stacks) -> None:
    made = {each["Type"] for stack in stacks.values() for each in stack["Resources"].values() if each["Type"].startswith("AWS::EC2::")}
    assert made <= {"AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupEgress", "AWS::EC2::SecurityGroupIngress", "AWS::EC2::VPCEndpoint"}
    (endpoint,) = resources(stacks, "AWS::EC2::VPCEndpoint")
    assert json.dumps(endpoint["ServiceName"]).endswith('.sts"')
    assert endpoint["VpcId"] == ADOPT["vpc_id"]
    assert not resources(stacks, "AWS::Route53Resolver::.*|Custom::Vpc.*")


def test_each_workload_is_in_the_subnets_of_its_need(stacks: Stacks) -> None:
    placed = {
        each.get("FunctionName"): each["VpcConfig"]["SubnetIds"]
        for each in resources(stacks, "AWS::Lambda::Function")
        if "VpcConfig" in each
    }
    assert placed.pop("causeway-dev-agent-outside") == ADOPT["outside_subnet_ids"]
    assert len(placed) > 10
    assert set(map(tuple, placed.values())) == {tuple(ADOPT["private_subnet_ids"])}
    (domain,) = resources(stacks, "AWS::OpenSearchService::Domain")
    assert domain["VPCOptions"]["SubnetIds"] == ADOPT["private_subnet_ids"][:1]


def test_every_role_has_the_boundary_that_was_brought_and_none_is_made(stacks: Stacks) -> None:
    roles = resources(stacks, "AWS::IAM::Role")
    assert len(roles) > 30
    assert all(json.dumps(each["PermissionsBoundary"]).endswith(f':policy/{BOUNDARY}"]]}}') for each in roles)
    assert not [each for each in resources(stacks, "AWS::IAM::ManagedPolicy") if "ManagedPolicyName" in each]


def test_who_deploys_may_make_roles_with_that_boundary_alone(environment: Environment) -> None:
    (statement,) = [each for each in document(environment)["Statement"] if "iam:CreateRole" in each["Action"]]
    assert statement["Condition"] == {"ArnLike": {"iam:PermissionsBoundary": f"arn:aws:iam::*:policy/{BOUNDARY}"}}


def test_data_is_inside_the_perimeter_of_that_vpc(stacks: Stacks) -> None:
    policies = [json.dumps(each) for each in resources(stacks, "AWS::S3::BucketPolicy") if "aws:SourceVpc" in json.dumps(each)]
    assert policies
    assert all(ADOPT["vpc_id"] in each for each in policies)


def test_packets_go_where_the_file_says_and_the_report_says_what_it_cannot_know(review: EgressReview) -> None:
    assert review.faults == ()
    reach = {each.name: {way.to for way in each.ways} for each in review.reaches}
    assert {"sqs", "sts", "s3", "dynamodb", "search"} <= reach["answers"]
    assert "internet" not in reach["answers"]
    assert "internet" in reach["agent-outside"]
    said = " ".join(" ".join(lines(review)).split())
    assert f"{ADOPT['vpc_id']} is made by no template" in said


def test_what_the_file_does_not_say_of_the_vpc_is_a_fault(environment: Environment, stacks: Stacks) -> None:
    """As when the file names other subnets than those that the templates have."""
    other = parse(dev(private_subnet_ids=["subnet-0000000000000009a", "subnet-0000000000000009b"]), "dev.yaml")
    (fault,) = egress(other, stacks).faults
    assert "subnet-0000000000000000a" in fault


@pytest.mark.parametrize(
    ("network", "adopt", "said"),
    [
        (
            {"nat_gateways": "one"},
            {},
            "vpc-0feedfacefeedface is kept by somebody else, who decides; take out network.nat_gateways=one",
        ),
        ({"dns_firewall": True}, {}, "take out network.dns_firewall=true"),
        ({"outside_without_vpc": True}, {}, "are two ways outside; keep one"),
        ({"public_subnets": ["10.0.1.0/24", "10.0.2.0/24"]}, {}, "network.public_subnets has 2 entries"),
        ({"outside_subnets": []}, {}, "network.outside_subnets has 0 entries; network.zones has 2"),
        ({}, {"outside_subnet_ids": None}, "network.outside_subnets has 2 entries"),
        ({}, {"private_subnet_ids": ["subnet-0000000000000000a"]}, "network.adopt.private_subnet_ids has 1 entries; network.zones has 2"),
        ({}, {"isolated_subnet_ids": ADOPT["private_subnet_ids"]}, "network.adopt names subnet-0000000000000000a 2 times"),
        ({}, {"endpoints_security_group_id": None}, "belong together: name both or neither"),
        ({}, {"interface_endpoints": ["textract"]}, "network.adopt.interface_endpoints=textract is not in network.interface_endpoints"),
        ({}, {"vpc_id": "my-vpc"}, "network.adopt.vpc_id"),
    ],
)
def test_what_does_not_go_together_is_refused_with_a_sentence(network: dict[str, Any], adopt: dict[str, Any], said: str) -> None:
    values = dev(**adopt)
    values["network"] |= network
    with pytest.raises(InvalidEnvironment, match=re.escape(said)):
        parse(values, "dev.yaml")


def test_tools_that_go_outside_need_a_way_there(tmp_path: Path) -> None:
    values = dev(outside_subnet_ids=None)
    values["network"] |= {"outside_subnets": []}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(application, "load", lambda name, domain=None: parse(values, "dev.yaml"))
        with pytest.raises(InvalidEnvironment, match=re.escape("network.adopt.outside_subnet_ids in a VPC of somebody else")):
            application.Causeway("dev", outdir=str(tmp_path))
