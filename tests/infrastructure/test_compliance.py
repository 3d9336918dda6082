"""The rule packs: that they ran over everything, that nothing is open, that what is accepted has a reason."""

from pathlib import Path

import pytest
from aws_cdk import Stack
from aws_cdk import aws_s3 as s3

from stacks.application import Causeway
from stacks.reports.comply import Review, report, review
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
    assert reviewed.checked == reviewed.resources > 200
    assert not reviewed.faults
    assert not reviewed.open


def test_a_review_of_nothing_is_no_success() -> None:
    empty = Review(environment="dev", packs=("AwsSolutions",), resources=0, checked=0, open=(), acknowledged=())
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
