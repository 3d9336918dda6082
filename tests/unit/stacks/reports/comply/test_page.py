"""The page of a review, without a synthesis."""

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from stacks.constructs.reasons import COPIES
from stacks.reports.comply.__main__ import main, told
from stacks.reports.comply.controls import declared
from stacks.reports.comply.dossier import Dossier, dossier, fingerprint
from stacks.reports.comply.page import as_json, markdown, page
from stacks.reports.comply.report import report
from stacks.reports.comply.review import Acknowledged, Finding, Review, outdated
from stacks.reports.comply.sections import sections
from stacks.reports.egress.review import EgressReview, Reach
from stacks.reports.egress.walk import Way

PACKS = ("AwsSolutions", "NIST.800.53.R5", "HIPAA.Security", "PCI.DSS.321", "Serverless")
TEMPLATE = {"Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": {}, "Metadata": {"aws:cdk:path": "stack/<B>"}}}}
RULE = "HIPAA.Security-S3BucketReplicationEnabled"


def accepted(written: str = "is-the-copy: The <replica> | itself.") -> Finding:
    return Finding(RULE, "stack/<B>", "It is not copied - (Control ID: 164.312(b)).", Acknowledged(RULE, "stack/<B>", written))


def made(**changes: object) -> Dossier:
    reviewed = Review("prod", PACKS, 1, 1, (), (accepted(),), templates={"stack": TEMPLATE})
    return dossier(replace(reviewed, **changes))


def test_an_acknowledgment_has_its_reason_control_owner_and_date() -> None:
    (row,) = json.loads(as_json(made()))["acknowledgments"]
    assert row == {
        "construct": "stack/<B>",
        "rules": RULE,
        "reason": COPIES.key,
        "here": "The <replica> | itself.",
        "what protects instead": COPIES.instead,
        "owner": COPIES.owner,
        "review by": COPIES.review.isoformat(),
    }


def test_a_construct_has_one_acknowledgment_for_each_reason_however_many_rules_there_are() -> None:
    another = Finding("AwsSolutions-S1", "stack/<B>", "text", Acknowledged("AwsSolutions-S1", "stack/<B>", "is-the-copy: No log either."))
    (one,) = made(acknowledged=(accepted(), another)).acceptances
    assert (one.rules, one.here) == (("AwsSolutions-S1", RULE), "The <replica> | itself. No log either.")


def test_the_page_needs_nothing_else_and_shows_texts_as_they_are() -> None:
    html = page(made())
    assert not re.search(r"(src|href)=\"(?!#)|@import|url\(|https?://(?!www\.w3)", html)
    assert "stack/&lt;B&gt;" in html
    assert "<replica>" not in html
    assert all(f'href="#{each.key}"' in html and f'id="{each.key}"' in html for each in sections(made()))


def test_markdown_has_as_many_cells_in_each_row_as_heads() -> None:
    tables: dict[int, int] = {}
    for number, line in enumerate(markdown(made()).splitlines()):
        if line.startswith("|"):
            tables[number] = line.count(" | ")
            if number - 1 in tables:
                assert tables[number] == tables[number - 1], line
    assert len(tables) > 100


def test_the_page_names_every_test_that_holds_a_control() -> None:
    rows = json.loads(as_json(made()))["tests"]
    assert {row["what"] for row in rows} == {held.holds for held in declared().tests}
    assert any("test_every_role_carries_the_boundary_of_its_purpose" in row["tests"] and "CIS 1.15" in row["controls"] for row in rows)


def test_keys_of_sections_tell_them_apart() -> None:
    keys = [each.key for each in sections(made())]
    assert len(keys) == len(set(keys))


def test_a_hash_is_of_what_cloudformation_acts_on() -> None:
    moved = {"Resources": {"B": {**TEMPLATE["Resources"]["B"], "Metadata": {"aws:asset:path": "/home/a"}}}}
    changed = {"Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "b"}}}}
    assert fingerprint(TEMPLATE) == fingerprint(moved)
    assert fingerprint(TEMPLATE) != fingerprint(changed)
    assert fingerprint(TEMPLATE) != fingerprint({**TEMPLATE, "Outputs": {}})


def test_anyone_can_compute_the_hash_of_a_template(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "stack.json"
    file.write_text(json.dumps(TEMPLATE, indent=4))
    assert main(["--hash", str(file)]) == 0
    assert capsys.readouterr().out.strip() == made().stacks[0].sha256


@pytest.mark.parametrize(("today", "faults"), [(COPIES.review, 0), (date(COPIES.review.year + 1, 1, 1), 1)])
def test_a_reason_that_nobody_has_looked_at_in_time_fails_the_review(today: date, faults: int) -> None:
    found = list(outdated([Acknowledged(RULE, "a", "is-the-copy: one"), Acknowledged(RULE, "b", "is-the-copy: two")], today))
    assert len(found) == faults
    assert all(COPIES.owner in fault and COPIES.key in fault for fault in found)


def test_a_review_is_of_its_day() -> None:
    assert not made(today=COPIES.review).faults
    (fault,) = made(today=date(COPIES.review.year + 1, 1, 1)).faults
    assert COPIES.key in fault


def test_a_reason_that_the_catalogue_lacks_fails_the_review() -> None:
    given = made(acknowledged=(accepted("because: nobody minds."),))
    assert "reasons.py has no reason for" in report(given)
    assert given.faults


def test_the_text_is_short_and_says_what_is_open() -> None:
    text = report(made(open=(Finding("Pack-RULE", "stack/C", "What the rule asks."),)))
    assert "Pack-RULE\n    stack/C\n    What the rule asks." in text
    assert len(text.splitlines()) < 60


def test_usage_is_told() -> None:
    assert main([]) == 2


def test_a_template_that_cannot_be_read_fails_the_review_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    chosen = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": {"Fn::If": ["Open", {}, {}]}}}
    unreadable = {"stack": {"Resources": {"Chosen": chosen}}}
    assert told(replace(made().review, templates=unreadable)) == 1
    assert "This review proves nothing: it cannot read the templates: KeyError 'Statement'" in capsys.readouterr().err


def test_where_packets_can_go_is_on_the_page_with_what_it_rests_on() -> None:
    reaches = (
        Reach("answers", "function", (Way("sqs"), Way("internet", "a NAT gateway to 0.0.0.0/0")), False),
        Reach("embedding", "model endpoint", (Way("s3"),), True),
        Reach("search", "search domain", (), False),
    )
    proved = EgressReview("prod", reaches, ("answers can reach internet",), 7, 0.1, "vpc-1")
    (section,) = [each for each in sections(made(egress=proved)) if each.key == "egress"]
    assert section.rows == (
        ("answers", "function", "sqs", ""),
        ("answers", "function", "internet", "a NAT gateway to 0.0.0.0/0"),
        ("embedding", "model endpoint", "s3", "its program itself has no network"),
        ("search", "search domain", "nowhere", ""),
    )
    assert "vpc-1 is made by no template" in section.about
    assert "FAULT: answers can reach internet." in section.about
