"""The rule packs: that they ran over everything, that nothing is open, that what is accepted has a reason."""

from importlib.metadata import version
from pathlib import Path

import pytest
from aws_cdk import Stack
from aws_cdk import aws_s3 as s3

from stacks.application import Causeway
from stacks.environment import load
from stacks.reports.comply.report import report
from stacks.reports.comply.review import Acknowledged, Finding, Review, answered, review, untrue
from tests.infrastructure.synthesized import Synthesized

PACKS = {"AwsSolutions", "NIST.800.53.R5", "HIPAA.Security", "PCI.DSS.321", "Serverless"}
SYNTHS_OWN = ("CloudFormation-Validate::",)


@pytest.fixture(scope="module")
def reviewed() -> Review:
    return review("dev")


def test_nothing_is_open(app: Synthesized) -> None:
    found = {
        violation["ruleName"]: [each["constructPath"] for each in violation["violatingConstructs"]]
        for plugin in app.validation["pluginReports"]
        for violation in plugin["violations"]
    }
    assert not found


def test_the_packs_were_shown_every_resource_of_the_templates(reviewed: Review) -> None:
    assert set(reviewed.packs) == PACKS
    assert reviewed.shown == reviewed.resources > 200
    assert not reviewed.faults
    assert not reviewed.open


def test_a_review_of_nothing_is_no_success() -> None:
    empty = Review(environment="dev", packs=("AwsSolutions",), resources=0, shown=0, open=(), acknowledged=())
    assert "4 of 5 rule packs are not registered" in report(empty)
    assert "the templates hold no resource" in report(empty)


def test_the_report_names_each_pack_and_each_reason(reviewed: Review) -> None:
    text = report(reviewed)
    assert all(pack in text for pack in PACKS)
    assert all(finding.reason in text for finding in reviewed.acknowledged)


def test_synth_fails_by_every_pack_that_meets_a_bad_bucket(tmp_path: Path) -> None:
    app = Causeway("dev", outdir=str(tmp_path))
    s3.CfnBucket(Stack(app, "careless"), "Open")
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()
    spoken = {finding.rule_name.split("-")[0] for pack in app.packs for finding in pack.validate_scope(app).violations}
    assert spoken == PACKS - {"Serverless"}


def test_every_acknowledgment_has_a_reason_and_stands_on_less_than_a_stack(app: Synthesized) -> None:
    for path, entries in app.metadata.items():
        for entry in (each for each in entries if each["type"] == "aws:cdk:acknowledged-rules"):
            for rule, reason in entry["data"].items():
                if not rule.startswith(SYNTHS_OWN):
                    assert len(reason.split()) >= 5, f"{path}: {rule}"
                    assert path.strip("/").count("/") >= 1, f"{path}: {rule}"


def test_acknowledgments_are_written_into_the_templates_for_auditors(app: Synthesized) -> None:
    written = {rule for resource in app.all() for rule in resource.acknowledged}
    given = {
        rule.removeprefix("Annotation::")
        for entries in app.metadata.values()
        for entry in entries
        if entry["type"] == "aws:cdk:acknowledged-rules"
        for rule in entry["data"]
        if not rule.startswith(SYNTHS_OWN)
    }
    assert given <= written


def test_what_a_small_environment_lacks_is_acknowledged_in_no_large_one(prod: Synthesized) -> None:
    sizes = (
        "data.replica_region",
        "functions.runtime=",
        "search.zones",
        "search.master_nodes",
        "assistant.web_firewall",
        "assistant.second_factor",
    )
    reasons = {reason for resource in prod.all() for reason in resource.acknowledged.values()}
    assert not [reason for reason in reasons if reason.startswith(sizes)]


def finding(rule: str = "Pack-RULE", path: str = "stack/bucket/Resource") -> Finding:
    return Finding(rule, path, "What the rule asks.")


def test_each_finding_is_counted_once_however_often_it_is_acknowledged(reviewed: Review) -> None:
    found = [(each.rule, each.path) for each in reviewed.acknowledged]
    assert len(found) == len(set(found)) > 50
    twice = [Acknowledged("Pack-RULE", "stack/bucket", "one"), Acknowledged("Pack-RULE", "stack/bucket/Resource", "nearer")]
    assert [each.reason for each in answered([finding(), finding()], [], twice)] == ["nearer"]


def test_an_acknowledgment_answers_its_own_rule_on_its_construct_and_below() -> None:
    on_bucket = Acknowledged("Pack-RULE", "stack/bucket", "why")
    assert on_bucket.answers(finding())
    assert on_bucket.answers(finding(path="stack/bucket"))
    assert not on_bucket.answers(finding(path="stack/bucket2"))
    assert not on_bucket.answers(finding(rule="Pack-RULE2"))
    assert not on_bucket.answers(finding(rule="Pack-RULE[detail]"))


def test_no_acknowledgment_of_ours_answers_nothing(reviewed: Review) -> None:
    assert not reviewed.silent


def test_an_acknowledgment_that_answers_nothing_fails_the_review() -> None:
    idle = Acknowledged("Pack-RULE", "stack/bucket", "why")
    reviewed = Review("dev", tuple(PACKS), 1, 1, (), (), silent=(idle,))
    assert "an acknowledgment answers no finding: Pack-RULE on stack/bucket" in report(reviewed)
    assert reviewed.faults


@pytest.mark.parametrize(
    ("reason", "contradiction"),
    [
        ("search.zones=2: two", []),
        ("search.zones=1: one node has no second zone", ["an acknowledgment says search.zones=1; prod has 2"]),
        ("data.replica_region=null: one region", ["an acknowledgment says data.replica_region=null; prod has us-west-2"]),
        ("assistant.second_factor=optional: samples only", ["an acknowledgment says assistant.second_factor=optional; prod has required"]),
        ("assistant.web_firewall=true: there is one", []),
        ("search.colour=red: red", ["an acknowledgment says search.colour=red; prod has no such setting"]),
        ("A boundary grants nothing.", []),
    ],
)
def test_a_reason_that_the_environment_contradicts_is_untrue(reason: str, contradiction: list[str]) -> None:
    assert list(untrue([Acknowledged("Pack-RULE", "stack/x", reason)], load("prod"))) == contradiction


def test_reasons_that_come_from_settings_are_true_of_every_environment(app: Synthesized) -> None:
    given = [Acknowledged(rule, str(resource), reason) for resource in app.all() for rule, reason in resource.acknowledged.items()]
    assert given
    assert not list(untrue(given, app.environment))


def test_the_report_says_what_was_reviewed_and_what_the_acknowledged_rules_ask(reviewed: Review) -> None:
    text = report(reviewed)
    assert version("cdk-nag") in text
    assert version("aws-cdk-lib") in text
    assert all(each.text in text for each in reviewed.acknowledged)
