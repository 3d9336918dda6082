"""What holds for every domain here, the sample as well as a team's own."""

from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from causeway.conversations.intents import Remembering
from causeway.documents.chunking.chunks import chunk
from causeway.documents.readers.reading import read
from evaluation.golden import Question, questions
from stacks.data.remembering import remembering

DOMAINS = sorted(path.parent for path in (Path(__file__).parents[3] / "domains").glob("*/domain.yaml"))
LONGEST_QUESTION = 1000  # characters, as the API takes
pytestmark = pytest.mark.parametrize("domain", DOMAINS, ids=lambda path: path.name)


def asked(domain: Path) -> list[Question]:
    """Golden and held-out questions."""
    return [question for file in ("questions.yaml", "held_out.yaml") if (domain / file).exists() for question in questions(domain, file)]


def described(domain: Path) -> dict:
    return yaml.safe_load((domain / "domain.yaml").read_text(encoding="utf-8"))


def documents(domain: Path, tenant: str) -> list[str]:
    """Names of a tenant's documents."""
    folder = domain / "documents" / tenant
    return [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()]


@cache
def passages(domain: Path, tenant: str, name: str) -> list[SimpleNamespace]:
    content = read((domain / "documents" / tenant / name).read_bytes(), name)
    return [SimpleNamespace(source=name, text=piece.text) for piece in chunk(content)]


def missing(domain: Path, question: Question) -> list[str]:
    """Quotes of a question that stand in no passage of the document they name."""
    known = documents(domain, question.tenant)
    return [
        f"{question.id}: {piece.document}: {piece.quote}"
        for piece in question.evidence
        if piece.document not in known or not any(piece.is_in(found) for found in passages(domain, question.tenant, piece.document))
    ]


def test_every_tenant_has_documents_and_a_user(domain):
    content = described(domain)
    tenants = {tenant["id"] for tenant in content["tenants"]}
    assert {user["tenant"] for user in content["users"]} == tenants
    assert {path.name for path in (domain / "documents").iterdir()} == tenants
    assert all(documents(domain, tenant) for tenant in tenants)


def test_examples_are_asked_by_known_users(domain):
    content = described(domain)
    assert {example["as"] for example in content.get("examples") or ()} <= {user["name"] for user in content["users"]}


def test_every_document_can_be_read_and_gives_passages(domain):
    for tenant in described(domain)["tenants"]:
        for name in documents(domain, tenant["id"]):
            assert passages(domain, tenant["id"], name), name


def test_every_quote_of_a_question_stands_in_one_passage_of_its_document(domain):
    assert [lost for question in asked(domain) for lost in missing(domain, question)] == []


def test_every_kind_of_question_has_the_evidence_it_needs(domain):
    needed = {"none": {0}, "single": {1}, "multi": set(range(2, 10))}
    for question in asked(domain):
        assert len({piece.document for piece in question.evidence}) in needed[question.kind], question.id
        assert 1 <= len(question.text) <= LONGEST_QUESTION


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
