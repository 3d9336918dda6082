"""Rules as the installed package has them."""

import pytest

from stacks.reports.comply.rules import class_of, controls_of, rules

PACKS = {"AwsSolutions", "NIST.800.53.R5", "HIPAA.Security", "PCI.DSS.321", "Serverless"}


def test_every_pack_is_read_whole() -> None:
    number = {pack: sum(rule.pack == pack for rule in rules().values()) for pack in PACKS}
    assert number == {"AwsSolutions": 131, "NIST.800.53.R5": 85, "HIPAA.Security": 90, "PCI.DSS.321": 69, "Serverless": 18}
    assert all(rule.classes and rule.text for rule in rules().values())


def test_a_rule_knows_its_types_and_controls() -> None:
    rule = rules()["HIPAA.Security-S3BucketLoggingEnabled"]
    assert rule.controls == ("164.308(a)(3)(ii)(A)", "164.312(b)")
    assert rule.looks_at("AWS::S3::Bucket")
    assert not rule.looks_at("AWS::DynamoDB::GlobalTable")


def test_a_rule_that_reads_a_neighbour_of_its_resource_does_not_judge_it() -> None:
    rule = rules()["AwsSolutions-SQS3"]
    assert rule.looks_at("AWS::SQS::Queue")
    assert not rule.looks_at("AWS::Lambda::Function")


def test_a_rule_that_a_pack_calls_otherwise_has_the_packs_name() -> None:
    assert rules()["AwsSolutions-SQS3"].name == "SQSQueueDLQ"


@pytest.mark.parametrize(
    ("text", "controls"),
    [
        ("The topic is open - (Control IDs: AU-9(2), CP-9b).", ("AU-9(2)", "CP-9b")),
        ("The address is public - (Control IDs: AC-4, SC-7(3)). ", ("AC-4", "SC-7(3)")),
        ("A bracket is missing - (Control IDs: 164.312(a)(2)(iv), 164.312(e)(1).", ("164.312(a)(2)(iv)", "164.312(e)(1)")),
        ("Spaces that do not break - (Control IDs: AC-4,\xa0AU-2b).", ("AC-4", "AU-2b")),
        ("One - (Control ID: 2.2).", ("2.2",)),
        ("None of them.", ()),
    ],
)
def test_controls_stand_at_the_end_of_a_text(text: str, controls: tuple[str, ...]) -> None:
    assert controls_of(text) == controls


def test_a_type_has_the_class_of_the_cdk_and_a_custom_resource_none() -> None:
    assert class_of("AWS::OpenSearchService::Domain") == "aws_opensearchservice.CfnDomain"
    assert class_of("Custom::SearchSetup") == ""
