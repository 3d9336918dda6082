"""The rule packs: that they ran over everything, that nothing is open, that what is accepted has a reason."""

import re
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from aws_cdk import Stack
from aws_cdk import aws_s3 as s3

from stacks.application import Causeway
from stacks.constructs.reasons import HOST_RUNTIME, REASONS, SMALLER_THAN_PROD
from stacks.environment import ENVIRONMENTS, InvalidEnvironment, load, parse
from stacks.reports.comply import controls
from stacks.reports.comply.dossier import Dossier, dossier, fingerprint
from stacks.reports.comply.page import as_json, markdown, page
from stacks.reports.comply.report import report
from stacks.reports.comply.residency import residency
from stacks.reports.comply.review import SETTING, Acknowledged, Finding, Review, answered, idle, review, unanswered, untrue
from stacks.reports.comply.rules import rules
from stacks.reports.egress.review import egress
from tests.infrastructure.synthesized import Synthesized

PACKS = {"AwsSolutions", "NIST.800.53.R5", "HIPAA.Security", "PCI.DSS.321", "Serverless"}
SYNTHS_OWN = ("CloudFormation-Validate::",)


@pytest.fixture(scope="module")
def reviewed() -> Review:
    return review("dev")


@pytest.fixture(scope="module")
def made(reviewed: Review) -> Dossier:
    return dossier(reviewed)


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
    assert "4 of 5 rule packs are not registered" in empty.faults
    assert "the templates hold no resource" in empty.faults


def test_the_report_names_each_pack_and_each_reason(made: Dossier) -> None:
    text = report(made)
    assert all(pack in text for pack in PACKS)
    assert len(made.reasons) > 8
    assert all(reason.key in text and reason.text in text for reason in made.reasons)
    assert not made.faults


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


def given_in(app: Synthesized) -> list[Acknowledged]:
    return [Acknowledged(rule, str(resource), written) for resource in app.all() for rule, written in resource.acknowledged.items()]


def test_what_a_small_environment_lacks_is_acknowledged_in_no_large_one(prod: Synthesized) -> None:
    assert not [each for each in given_in(prod) if each.reason in (SMALLER_THAN_PROD, HOST_RUNTIME)]


def test_prod_is_refused_what_a_small_environment_does_without(app: Synthesized) -> None:
    """Each setting that an acknowledgment begins with, in prod's own file."""
    settings = {SETTING.match(each.here)[0].rstrip(": ") for each in given_in(app) if each.reason in (SMALLER_THAN_PROD, HOST_RUNTIME)}
    assert bool(settings) == (app.name != "prod")
    for setting in settings:
        path, _, value = setting.partition("=")
        values = yaml.safe_load((ENVIRONMENTS / "prod.yaml").read_text())
        *sections, key = path.split(".")
        section = values
        for name in sections:
            section = section[name]
        section[key] = yaml.safe_load(value)
        with pytest.raises(InvalidEnvironment, match=re.escape(path)):
            parse(values, "prod.yaml")


def finding(rule: str = "Pack-RULE", path: str = "stack/bucket/Resource") -> Finding:
    return Finding(rule, path, "What the rule asks.")


def test_each_finding_is_counted_once_however_often_it_is_acknowledged(reviewed: Review) -> None:
    found = [(each.rule, each.path) for each in reviewed.acknowledged]
    assert len(found) == len(set(found)) > 50
    twice = [Acknowledged("Pack-RULE", "stack/bucket", "one"), Acknowledged("Pack-RULE", "stack/bucket/Resource", "nearer")]
    assert [each.by for each in answered([finding(), finding()], [], twice)] == [twice[1]]


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
    assert "an acknowledgment answers no finding: Pack-RULE on stack/bucket" in reviewed.faults


def test_an_acknowledgment_behind_a_nearer_one_answers_nothing() -> None:
    """It would cover the next finding below it, and nobody would have thought of that."""
    nearer, wider = Acknowledged("Pack-RULE", "stack/bucket/Resource", "a: why"), Acknowledged("Pack-RULE", "stack/bucket", "b: why")
    found = list(answered([finding()], [], [wider, nearer]))
    assert list(idle([wider, nearer], found)) == [wider]
    twice = [nearer, Acknowledged("Pack-RULE", "stack/bucket/Resource", "b: why")]
    assert len(list(idle(twice, list(answered([finding()], [], twice))))) == 1


def test_two_statements_may_need_one_finding_and_both_sentences_are_shown() -> None:
    both = [Acknowledged("Pack-RULE", "stack/bucket", f"is-the-copy: {here}.") for here in ("One", "Other")]
    (found,) = answered([finding()], [], both)
    assert found.by
    assert (found.by.reason, found.by.here) == (both[0].reason, "One. Other.")
    assert not list(idle(both, [found]))


def test_an_acknowledgment_on_a_whole_stack_fails_the_review() -> None:
    wide = Finding("Pack-RULE", "stack/bucket/Resource", "text", Acknowledged("Pack-RULE", "stack", "is-the-copy: why"))
    reviewed = Review("dev", tuple(PACKS), 1, 1, (), (wide,))
    assert "an acknowledgment is on a whole stack: Pack-RULE on stack" in reviewed.faults


def test_a_finding_that_is_gone_and_that_nobody_acknowledged_is_open() -> None:
    """As where a rule is silenced in another way than by an acknowledgment."""
    given = [Acknowledged("Pack-RULE", "stack/bucket", "why")]
    other = finding("Pack-OTHER")
    assert unanswered([finding(), other], [], given) == (other,)
    assert unanswered([finding(), other], [other], given) == (other,)
    assert unanswered([finding()], [finding()], given) == (finding(),)


@pytest.mark.parametrize(
    ("reason", "contradiction"),
    [
        ("search.zones=3: three", []),
        ("search.zones=1: one node has no second zone", ["an acknowledgment says search.zones=1; prod has 3"]),
        ("data.replica_region=null: one region", ["an acknowledgment says data.replica_region=null; prod has us-west-2"]),
        ("assistant.second_factor=optional: samples only", ["an acknowledgment says assistant.second_factor=optional; prod has required"]),
        ("assistant.web_firewall=true: there is one", []),
        ("search.colour=red: red", ["an acknowledgment says search.colour=red; prod has no such setting"]),
        ("It grants nothing.", []),
    ],
)
def test_a_reason_that_the_environment_contradicts_is_untrue(reason: str, contradiction: list[str]) -> None:
    assert list(untrue([Acknowledged("Pack-RULE", "stack/x", f"smaller-than-prod: {reason}")], load("prod"))) == contradiction


def test_reasons_that_come_from_settings_are_true_of_every_environment(app: Synthesized) -> None:
    assert given_in(app)
    assert not list(untrue(given_in(app), app.environment))


def test_every_reason_is_one_of_the_catalogue(app: Synthesized) -> None:
    ours = [each for each in given_in(app) if not each.rule.startswith(SYNTHS_OWN)]
    assert {each.reason.key for each in ours if each.reason} <= set(REASONS)
    assert not [each for each in ours if each.reason is None]


def test_the_report_says_what_was_reviewed(made: Dossier) -> None:
    text = report(made)
    assert version("cdk-nag") in text
    assert version("aws-cdk-lib") in text
    assert made.made_from in text


def test_page_data_and_markdown_have_every_acknowledgment_with_its_rules(made: Dossier) -> None:
    for written in (page(made), markdown(made), as_json(made)):
        assert all(each.path in written for each in made.acceptances)
        assert all(each.rule.partition("[")[0] in written for each in made.review.acknowledged)
    found = {(each.path, rule) for each in made.acceptances for rule in each.rules}
    assert found == {(each.by.path, each.rule) for each in made.review.acknowledged if each.by}


def test_two_syntheses_of_one_commit_have_the_same_hashes(dev: Synthesized, made: Dossier) -> None:
    assert {each.name: each.sha256 for each in made.stacks} == {name: fingerprint(template) for name, template in dev.templates.items()}


def test_what_is_read_of_the_rules_is_what_they_do(reviewed: Review) -> None:
    """Each finding is of a rule that was read as looking at this type of resource."""
    assert len(reviewed.acknowledged) > 50
    for each in reviewed.acknowledged:
        assert rules()[each.rule.partition("[")[0]].looks_at(reviewed.types[each.path]), each


def test_what_leaves_the_region_goes_where_data_may_be(app: Synthesized) -> None:
    found = residency(app.environment, app.templates, egress(app.environment, app.templates))
    assert found.faults == ()
    copied = {each.what for each in found.leaving if each.to == app.environment.data.replica_region}
    backups = {"backups of tables"} if app.environment.data.backup_vault else set()
    assert copied == ({"objects of buckets", "rows of tables"} | backups if app.environment.data.replica_region else set())
    elsewhere = set(", ".join(each.to for each in found.leaving if each.what.startswith("questions")).split(", "))
    assert elsewhere <= set(app.environment.residency) - {app.environment.region}


def test_every_type_has_a_rule_or_a_test_that_looks_at_it(app: Synthesized) -> None:
    templates = Review(app.name, tuple(PACKS), 1, 1, (), (), templates=app.templates)
    assert not list(controls.faults(controls.unseen(templates)))


def test_no_word_of_the_controls_is_idle(everywhere: list[Synthesized]) -> None:
    types = {resource.type for app in everywhere for resource in app.all()} | {"AWS::CodePipeline::Pipeline", "AWS::CodeBuild::Project"}
    named = {type for held in controls.declared().tests for type in held.types} | set(controls.declared().plain)
    of_addresses = {"AWS::CE::AnomalySubscription"}  # made for real ones, in the place of the example's
    of_a_name = {"AWS::ApiGateway::DomainName", "AWS::ApiGateway::BasePathMapping", "AWS::Route53::RecordSet"}  # which no file has yet
    of_a_directory = {"AWS::Cognito::UserPoolIdentityProvider"}  # likewise
    assert named - types == of_addresses | of_a_name | of_a_directory
