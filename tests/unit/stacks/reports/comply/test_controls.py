"""Controls: which are met and by what, and what no rule looks at."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stacks.reports.comply.controls import STANDARDS, Matrix, Row, declared, faults, matrices, standard, unseen
from stacks.reports.comply.review import Acknowledged, Finding, Review
from stacks.reports.comply.rules import rules

TOP = Path(__file__).resolve().parents[5]
PACKS = ("AwsSolutions", "NIST.800.53.R5", "HIPAA.Security", "PCI.DSS.321", "Serverless")


def reviewed(*types: str, accepted: tuple[Finding, ...] = ()) -> Review:
    template = {"Resources": {f"R{number}": {"Type": type} for number, type in enumerate(types)}}
    return Review("prod", PACKS, len(types), len(types), (), accepted, templates={"stack": template})


def matrix(key: str, given: Review) -> Matrix:
    return matrices(given)[STANDARDS.index(key)]


def row(key: str, number: str, given: Review) -> Row:
    return next(each for each in matrix(key, given).rows if each.number == number)


def accepted(rule: str, path: str) -> Finding:
    return Finding(rule, path, "text", Acknowledged(rule, path, "is-the-copy: a copy"))


def test_every_test_that_is_said_to_hold_something_is_there() -> None:
    named = [test.split("::") for held in declared().tests for test in held.tests]
    assert len(named) > 50
    assert not [(file, name) for file, name in named if f"def {name}(" not in (TOP / file).read_text()]


def test_every_rule_that_is_said_to_serve_a_standard_is_there() -> None:
    assert set(declared().rules) <= {rule.name for rule in rules().values()}


@pytest.mark.parametrize("key", STANDARDS)
def test_every_number_that_is_declared_is_one_of_its_standard(key: str) -> None:
    given = [number for held in declared().tests for number in getattr(held, key)]
    given += [number for served in declared().rules.values() for number in served.get(key, [])]
    assert given
    assert not [number for number in given if standard(key).control(number) is None]


def test_a_requirement_of_the_retired_edition_has_its_place_in_the_one_in_force() -> None:
    its = standard("pci")
    named = {number for rule in rules().values() if rule.pack == its.pack for number in rule.controls}
    assert named == set(its.moved)
    assert all(its.control(new) for numbers in its.moved.values() for new in numbers)


def test_a_part_belongs_to_its_control() -> None:
    assert standard("nist").control("AU-2b") == "AU-2"
    assert standard("nist").control("AC-3(3)(b)(1)") == "AC-3"
    assert standard("nist").control("SC-7(4)(g)") == "SC-7(4)"
    assert standard("pci").control("10.2.1.3") == "10.2"
    assert standard("nist").control("AU-14(3)") is None


def test_a_control_is_met_by_a_rule_that_found_something_in_order() -> None:
    assert row("hipaa", "164.312(c)(2)", reviewed("AWS::S3::Bucket")).met
    assert not row("hipaa", "164.312(c)(2)", reviewed("AWS::SQS::Queue")).met


def test_a_control_of_which_every_finding_was_accepted_is_not_met() -> None:
    rule = "PCI.DSS.321-VPCDefaultSecurityGroupClosed"
    found = row("cis", "5.5", reviewed("AWS::EC2::VPC", accepted=(accepted(rule, "stack/Vpc"),)))
    assert (found.met, found.accepted) == (True, 1)  # the rules of two other packs have accepted nothing
    every = tuple(
        accepted(f"{pack}-VPCDefaultSecurityGroupClosed", "stack/Vpc") for pack in ("PCI.DSS.321", "NIST.800.53.R5", "HIPAA.Security")
    )
    found = row("cis", "5.5", reviewed("AWS::EC2::VPC", accepted=every))
    assert (found.met, found.accepted) == (False, 3)


def test_a_control_of_which_a_finding_is_open_is_not_met() -> None:
    given = reviewed("AWS::S3::Bucket", "AWS::S3::Bucket")
    finding = Finding("HIPAA.Security-S3BucketVersioningEnabled", "stack/A", "text")
    assert row("hipaa", "164.312(c)(2)", given).met
    assert not row("hipaa", "164.312(c)(2)", replace(given, open=(finding,))).met


def test_what_is_anothers_business_is_said_to_be_and_the_rest_is_missing() -> None:
    nist = matrix("nist", reviewed("AWS::S3::Bucket"))
    numbers = {each.number for each in nist.missing}
    assert "PE-3" not in numbers
    assert "CM-8(3)" in numbers
    assert row("nist", "PE-3", reviewed("AWS::S3::Bucket")).whose == "AWS"
    assert not standard("pci").whose("11.3", ())
    assert standard("pci").whose("1.1", ())
    assert not standard("pci").whose("1.2", ())


def test_tests_serve_no_control_where_there_is_nothing_that_they_look_at() -> None:
    assert not row("cis", "3.1", reviewed("AWS::S3::Bucket")).met
    assert row("cis", "3.1", reviewed("AWS::CloudTrail::Trail")).met
    people = reviewed("AWS::IAM::Role")
    assert not row("nist", "AC-6(5)", people).met
    assert row("nist", "AC-6(5)", replace(people, templates={"causeway-prod-people": people.templates["stack"]})).met


def test_a_control_of_what_nobody_has_is_met_until_somebody_has_it() -> None:
    assert "there is no AWS::RDS::DBInstance" in row("cis", "2.2.1", reviewed("AWS::S3::Bucket")).whose
    assert row("cis", "2.2.1", reviewed("AWS::RDS::DBInstance")).whose == ""


def test_a_type_that_no_rule_names_needs_a_test_or_a_word() -> None:
    found = {each.type: each for each in unseen(reviewed("AWS::S3::Bucket", "AWS::DynamoDB::GlobalTable", "AWS::Location::Tracker"))}
    assert set(found) == {"AWS::DynamoDB::GlobalTable", "AWS::Location::Tracker"}
    assert found["AWS::DynamoDB::GlobalTable"].held
    (fault,) = faults(found.values())
    assert "no rule and no test looks at AWS::Location::Tracker" in fault


def test_lists_of_controls_are_of_the_size_of_their_standards() -> None:
    assert {key: len(standard(key).controls) for key in STANDARDS} == {"nist": 287, "hipaa": 49, "pci": 63, "cis": 63, "soc2": 43}


def test_a_row_says_by_how_many_resources_a_rule_is_met() -> None:
    given: Any = reviewed(
        "AWS::S3::Bucket", "AWS::S3::Bucket", accepted=(accepted("HIPAA.Security-S3BucketReplicationEnabled", "stack/B"),)
    )
    found = row("hipaa", "164.308(a)(7)(ii)(A)", given)
    replicated = next(each for each in found.rules if each.rule.name == "S3BucketReplicationEnabled")
    assert (replicated.resources, replicated.accepted) == (2, 1)
