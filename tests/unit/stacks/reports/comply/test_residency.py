"""What leaves the region, read from small templates."""

from typing import Any

import pytest

from stacks.environment import load
from stacks.reports.comply.residency import lines, residency
from stacks.reports.egress.review import EgressReview, Reach
from stacks.reports.egress.walk import INTERNET, Way

ENVIRONMENT = load("prod")


def found(*resources: dict[str, Any], stack: str = "causeway-prod-data", proved: EgressReview | None = None) -> Any:
    template = {"Resources": {f"R{number}": each for number, each in enumerate(resources)}}
    return residency(ENVIRONMENT, {stack: template}, proved or EgressReview())


def resource(type: str, **properties: Any) -> dict[str, Any]:
    return {"Type": type, "Properties": properties}


def copied_to(region: str) -> dict[str, Any]:
    rule = {
        "Destination": {"Bucket": {"Fn::Join": ["", ["arn:aws:s3:::causeway-prod-", {"Ref": "AWS::AccountId"}, f"-incoming-{region}"]]}}
    }
    return resource("AWS::S3::Bucket", ReplicationConfiguration={"Rules": [rule]})


def test_copies_and_questions_are_listed_with_where_they_go() -> None:
    models = [
        {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, f":bedrock:{region}::foundation-model/a-model"]]}
        for region in ("us-east-1", "us-east-2")
    ]
    rights = {"Statement": [{"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": models}]}
    table = resource("AWS::DynamoDB::GlobalTable", Replicas=[{"Region": "us-east-1"}, {"Region": "us-west-2"}])
    given = found(copied_to("us-west-2"), copied_to("us-west-2"), table, resource("AWS::IAM::ManagedPolicy", PolicyDocument=rights))
    assert given.faults == ()
    assert [(each.what, each.to) for each in given.leaving] == [
        ("objects of buckets", "us-west-2"),
        ("rows of tables", "us-west-2"),
        ("questions, passages and answers of a-model", "us-east-2"),
    ]
    text = list(lines(given))
    assert text[:2] == [
        "What leaves us-east-1; residency allows us-east-1, us-east-2, us-west-2",
        "  2 × objects of buckets → us-west-2",
    ]


def test_a_region_that_is_not_allowed_is_a_fault_whatever_names_it() -> None:
    (fault,) = found(copied_to("eu-west-1")).faults
    assert fault == "causeway-prod-data/R0 names eu-west-1, and residency allows us-east-1, us-east-2, us-west-2 alone"
    (fault,) = found(resource("AWS::KMS::Key", KeyPolicy={"Statement": [{"Principal": {"AWS": "arn:aws:iam::1:role/x-eu-west-1"}}]})).faults
    assert "names eu-west-1" in fault


def test_what_goes_to_another_region_without_anybody_saying_why_is_a_fault() -> None:
    (fault,) = found(resource("AWS::Events::Rule", Targets=[{"Arn": "arn:aws:events:us-west-2:1:event-bus/x"}])).faults
    assert fault.startswith("causeway-prod-data/R0 names us-west-2, and stacks/reports/comply/residency.py does not say")


def test_a_guardrail_that_reads_in_other_regions_is_a_fault() -> None:
    profile = "arn:aws:bedrock:us-east-1:1:guardrail-profile/us.guardrail.v1:0"
    (fault,) = found(resource("AWS::Bedrock::Guardrail", CrossRegionConfig={"GuardrailProfileArn": profile})).faults
    assert "reads questions and answers in regions that residency cannot be compared with" in fault


def test_what_cannot_be_read_is_a_fault_and_no_traceback() -> None:
    chosen = resource("AWS::IAM::ManagedPolicy", PolicyDocument={"Fn::If": ["Open", {}, {}]})
    assert found(chosen).faults == ("what leaves the region cannot be read from the templates: KeyError 'Statement'",)


def test_copies_in_their_own_region_leave_it_no_more() -> None:
    there = resource("AWS::S3::Bucket", BucketName="causeway-prod-1-incoming-us-west-2")
    assert found(there, stack="causeway-prod-replica") == found(resource("AWS::S3::Bucket"), stack="causeway-prod-replica")


@pytest.mark.parametrize(
    ("type", "properties", "what", "to"),
    [
        ("AWS::SNS::Subscription", {"Protocol": "email"}, "alarms, findings and requests for approval", "mailboxes"),
        ("AWS::SNS::Subscription", {"Protocol": "email-json"}, "alarms, findings and requests for approval", "mailboxes"),
        ("AWS::SNS::Subscription", {"Protocol": "https"}, "alarms, findings and requests for approval", "internet"),
        ("AWS::SNS::Subscription", {"Protocol": "sms"}, "alarms, findings and requests for approval", "phones"),
        ("AWS::SNS::Subscription", {"Protocol": {"Ref": "Chosen"}}, "alarms, findings and requests for approval", "<Chosen>"),
        ("AWS::Cognito::UserPool", {}, "addresses and names of users", "mailboxes"),
        ("AWS::IAM::Role", {}, "names and rights of roles", "every region"),
    ],
)
def test_what_leaves_by_mail_or_by_a_service_of_all_regions_is_listed(type: str, properties: dict[str, Any], what: str, to: str) -> None:
    (leaving,) = found(resource(type, **properties)).leaving
    assert (leaving.what, leaving.to) == (what, to)


def test_what_reaches_the_internet_is_listed() -> None:
    reaches = (
        Reach("agent-outside", "function", (Way(INTERNET, "a NAT gateway"),), False),
        Reach("answers", "function", (Way("s3"),), False),
    )
    (leaving,) = found(proved=EgressReview("prod", reaches)).leaving
    assert (leaving.of, leaving.to) == (("agent-outside",), "internet")


@pytest.mark.parametrize("protocol", ["sqs", "lambda", "firehose"])
def test_what_goes_to_a_service_of_the_account_leaves_by_no_mail(protocol: str) -> None:
    assert found(resource("AWS::SNS::Subscription", Protocol=protocol)).leaving == ()
