"""What somebody else keeps, a VPC, a boundary, a key, a log archive: what the app adds, what it leaves to the owner, what is refused."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from stacks import application
from stacks.environment import ENVIRONMENTS, Environment, InvalidEnvironment, parse
from stacks.reports.assembly import Assembly
from stacks.reports.cost.bill import HOURS
from stacks.reports.cost.billing import bill
from stacks.reports.cost.prices import known
from stacks.reports.cost.report import as_json, report
from stacks.reports.deployer.policy import document
from stacks.reports.egress.report import lines
from stacks.reports.egress.review import EgressReview, egress
from tests.infrastructure.synthesized import TOP, Synthesized
from tests.infrastructure.test_cost import IDLE, billed

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
LOGS_KEY = "arn:aws:kms:us-east-1:111122223333:key/0feedfac-efee-dfac-efee-dfacefeedfac"
ARCHIVE = {"bucket": "log-archive-of-all", "region": "us-west-2", "key_arn": LOGS_KEY.replace("us-east-1", "us-west-2")}
Stacks = dict[str, dict[str, Any]]


def adopting(**adopt: Any) -> dict[str, Any]:
    """dev in a VPC of somebody else; a key of `network.adopt` whose value is None is left out."""
    values = yaml.safe_load((ENVIRONMENTS / "dev.yaml").read_text())
    chosen = {key: value for key, value in {**ADOPT, **adopt}.items() if value is not None}
    values["network"] |= {"adopt": chosen, "public_subnets": [], "outside_without_vpc": False}
    values["network"]["egress"]["agent-outside"] = ["internet"]
    values["foundation"] |= {"boundary": BOUNDARY, "logs_key": LOGS_KEY}
    values["data"]["log_archive"] = ARCHIVE
    del values["network"]["egress"]["default-group"]  # which the VPC's owner closes
    return values


@pytest.fixture(scope="module")
def environment() -> Environment:
    return parse(adopting(), "dev.yaml")


@pytest.fixture(scope="module")
def assembly(environment: Environment, tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """Synth fails on any finding of the rule packs."""
    folder = tmp_path_factory.mktemp("adopted")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(application, "load", lambda name, domain=None: environment)
        app = application.Causeway("dev", outdir=str(folder))
        app.synth()
    return Assembly(app, folder)


@pytest.fixture(scope="module")
def stacks(assembly: Assembly) -> Stacks:
    return assembly.templates()


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


def test_it_idles_below_100_dollars_a_month_and_the_bill_of_a_vpc_of_its_own_says_so(assembly: Assembly, dev: Synthesized) -> None:
    adopted, own = bill(assembly, known(), IDLE), billed(dev, IDLE)
    missing = adopted.of_endpoints()
    assert missing == pytest.approx(HOURS * 0.01), "sts alone, in the first zone"
    said = as_json(own, known().date)["usd_a_month_with_endpoints_of_others"]
    assert adopted.usd() - missing < said < 100
    assert f"(network.adopt) it is {said:.2f} USD at most" in report(own, known().date)


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


def test_log_groups_and_notifications_have_the_key_that_was_brought_and_none_is_made(stacks: Stacks) -> None:
    groups = [each for each in resources(stacks, "AWS::Logs::LogGroup") if "vendedlogs" not in each["LogGroupName"]]  # AWS's key is there
    assert len(groups) > 20
    assert all(each["KmsKeyId"] == LOGS_KEY for each in groups)
    assert not [id for id in stacks["causeway-dev-foundation"]["Resources"] if "LogsKey" in id]
    (alarms,) = [
        each["Properties"]
        for id, each in stacks["causeway-dev-foundation"]["Resources"].items()
        if id.startswith("Alarms") and "Policy" not in id
    ]
    assert alarms["KmsMasterKeyId"] == LOGS_KEY


def test_access_logs_and_flow_logs_are_copied_into_the_archive_that_was_brought(stacks: Stacks) -> None:
    data = stacks["causeway-dev-data"]["Resources"]
    assert not [id for id in data if "Archive" in id and data[id]["Type"] == "AWS::S3::Bucket" and id.startswith("AccessLog")]
    (logs,) = [each["Properties"] for id, each in data.items() if id.startswith("AccessLogs") and each["Type"] == "AWS::S3::Bucket"]
    (rule,) = logs["ReplicationConfiguration"]["Rules"]
    assert "AccessControlTranslation" not in rule["Destination"]  # the archive owns what comes in: BucketOwnerEnforced
    assert rule["Destination"]["EncryptionConfiguration"] == {"ReplicaKmsKeyID": ARCHIVE["key_arn"]}
    assert rule["Destination"]["Bucket"] == f"arn:aws:s3:::{ARCHIVE['bucket']}"
    written = json.dumps([each["PolicyDocument"] for each in resources(stacks, "AWS::IAM::ManagedPolicy")])
    assert f"{ARCHIVE['bucket']}/*" in written
    assert ARCHIVE["key_arn"] in written


@pytest.mark.parametrize(
    ("section", "changes", "said"),
    [
        ("foundation", {"logs_key": ARCHIVE["key_arn"]}, "foundation.logs_key is of us-west-2: log groups need a key of region=us-east-1"),
        ("foundation", {"logs_key": "alias/logs"}, "foundation.logs_key='alias/logs'"),
        (
            "data",
            {"log_archive": {**ARCHIVE, "key_arn": LOGS_KEY}},
            "key_arn is of us-east-1: name a key of data.log_archive.region=us-west-2",
        ),
        (
            "data",
            {"log_archive": {"bucket": "logs", "region": "eu-west-1", "key_arn": LOGS_KEY.replace("us-east-1", "eu-west-1")}},
            "data.log_archive.region=eu-west-1: logs would be there, and residency allows us-east-1, us-east-2, us-west-2 alone",
        ),
        ("data", {"log_archive": {**ARCHIVE, "bucket": "Logs"}}, "data.log_archive.bucket='Logs'"),
    ],
)
def test_a_key_and_an_archive_that_do_not_fit_are_refused_with_a_sentence(section: str, changes: dict[str, Any], said: str) -> None:
    values = adopting()
    values[section] |= changes
    with pytest.raises(InvalidEnvironment, match=re.escape(said)):
        parse(values, "dev.yaml")


BROUGHT = (TOP / "docs" / "brought.md").read_text()


def test_what_the_owner_of_a_key_has_to_allow_is_what_our_own_key_allows(prod: Synthesized) -> None:
    (key,) = [each for each in prod.all("AWS::KMS::Key") if each.id.startswith("LogsKey")]
    statements = json.loads(BROUGHT.partition("```json\n")[2].partition("```")[0])
    for statement in key.properties["KeyPolicy"]["Statement"]:
        if "Service" in statement["Principal"]:
            (told,) = [each for each in statements if each["Sid"] == statement["Sid"]]
            assert set(told["Action"]) == set(statement["Action"]), statement["Sid"]
            assert told["Principal"]["Service"].replace("REGION", "us-east-1") == statement["Principal"]["Service"]
            assert told["Condition"].keys() == statement["Condition"].keys()


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
    other = parse(adopting(private_subnet_ids=["subnet-0000000000000009a", "subnet-0000000000000009b"]), "dev.yaml")
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
    values = adopting(**adopt)
    values["network"] |= network
    with pytest.raises(InvalidEnvironment, match=re.escape(said)):
        parse(values, "dev.yaml")


def test_tools_that_go_outside_need_a_way_there(tmp_path: Path) -> None:
    values = adopting(outside_subnet_ids=None)
    values["network"] |= {"outside_subnets": []}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(application, "load", lambda name, domain=None: parse(values, "dev.yaml"))
        with pytest.raises(InvalidEnvironment, match=re.escape("network.adopt.outside_subnet_ids in a VPC of somebody else")):
            application.Causeway("dev", outdir=str(tmp_path))
