"""What holds for every domain here, the sample as well as a team's own."""

from functools import cache
from pathlib import Path

import pytest
import yaml

from causeway.conversations.intents import Remembering
from evaluation.domain_documents import DomainDocuments
from evaluation.golden import Question, faults, questions
from stacks.data.remembering import remembering

DOMAINS = sorted(path.parent for path in (Path(__file__).parents[3] / "domains").glob("*/domain.yaml"))
pytestmark = pytest.mark.parametrize("domain", DOMAINS, ids=lambda path: path.name)


def asked(domain: Path) -> list[Question]:
    """Golden and held-out questions."""
    return [question for file in ("questions.yaml", "held_out.yaml") if (domain / file).exists() for question in questions(domain, file)]


def described(domain: Path) -> dict:
    return yaml.safe_load((domain / "domain.yaml").read_text(encoding="utf-8"))


documents = cache(DomainDocuments)


def test_every_tenant_has_documents_and_a_user(domain):
    content = described(domain)
    tenants = {tenant["id"] for tenant in content["tenants"]}
    assert {user["tenant"] for user in content["users"]} == tenants
    assert {path.name for path in (domain / "documents").iterdir()} == tenants
    assert all(documents(domain).names(tenant) for tenant in tenants)


def test_examples_are_asked_by_known_users(domain):
    content = described(domain)
    assert {example["as"] for example in content.get("examples") or ()} <= {user["name"] for user in content["users"]}


def test_every_document_can_be_read_and_gives_passages(domain):
    for tenant in described(domain)["tenants"]:
        for name in documents(domain).names(tenant["id"]):
            assert documents(domain).passages(tenant["id"], name), name


def test_every_question_has_the_evidence_it_needs_and_each_quote_stands_in_one_passage_of_its_document(domain):
    assert {question.id: why for question in asked(domain) if (why := list(faults(question, documents(domain))))} == {}


def test_how_long_conversations_are_remembered_is_read_by_the_functions_as_the_stacks_hand_it_on(domain):
    handed_on = remembering(domain.name)
    read = Remembering.model_validate_json(handed_on.variable)
    assert (read.turn_hours, read.summary_hours, read.session_hours) == (
        handed_on.turn_hours,
        handed_on.summary_hours,
        handed_on.session_hours,
    )
    assert [(each.name, list(each.phrases), each.turn_hours) for each in read.intents] == [
        (each.name, each.phrases, each.turn_hours) for each in handed_on.intents
    ]
    assert read.fact_hours == handed_on.fact_hours
