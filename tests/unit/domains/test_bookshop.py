"""The sample domain holds what the flows, the figures and the README promise of it."""

from collections import Counter
from pathlib import Path

import yaml

from causeway.conversations.intents import Remembering
from causeway.conversations.transaction import Lifetimes

FOLDER = Path(__file__).parents[3] / "domains" / "bookshop"
DOCUMENTS = [path for path in sorted((FOLDER / "documents").rglob("*")) if path.is_file()]
QUESTIONS = yaml.safe_load((FOLDER / "questions.yaml").read_text(encoding="utf-8"))
LARGEST = 200_000  # bytes


def test_about_forty_documents_cover_every_format_for_both_tenants():
    tenants = Counter(path.relative_to(FOLDER / "documents").parts[0] for path in DOCUMENTS)
    assert set(tenants) == {"harbour", "lantern"}
    assert 38 <= len(DOCUMENTS) <= 48
    for tenant in tenants:
        formats = {path.suffix for path in (FOLDER / "documents" / tenant).rglob("*.*")}
        assert formats == {".md", ".html", ".pdf", ".docx", ".txt"}


def test_no_document_is_too_large_to_keep_in_the_repository():
    assert {path.name: path.stat().st_size for path in DOCUMENTS if path.stat().st_size > LARGEST} == {}


def test_sixty_golden_questions_of_three_kinds_with_their_own_names():
    assert Counter(each["kind"] for each in QUESTIONS) == {"single": 40, "multi": 10, "none": 10}
    assert len({each["id"] for each in QUESTIONS}) == 60
    assert len({(each["tenant"], each["question"]) for each in QUESTIONS}) == 60


def test_held_out_questions_are_other_questions():
    held_out = yaml.safe_load((FOLDER / "held_out.yaml").read_text(encoding="utf-8"))
    assert Counter(each["kind"] for each in held_out) == {"single": 26, "none": 8}
    assert {each["id"] for each in held_out}.isdisjoint(each["id"] for each in QUESTIONS)
    assert len({each["id"] for each in held_out}) == 34


def test_web_pages_carry_the_furniture_that_a_reader_must_drop():
    for page in (FOLDER / "documents").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert all(mark in text for mark in ("<nav", "<script", "<footer", "ookie")), page


def test_make_up_asks_three_questions_as_users_of_both_tenants():
    described = yaml.safe_load((FOLDER / "domain.yaml").read_text(encoding="utf-8"))
    assert [example["as"] for example in described["examples"]] == ["ada", "bela", "ada"]


def test_several_markdown_documents_hold_code_and_tables():
    texts = [path.read_text(encoding="utf-8") for path in DOCUMENTS if path.suffix == ".md"]
    assert sum("```" in text for text in texts) >= 4
    assert sum("| --- |" in text for text in texts) >= 10


def test_some_unanswerable_questions_are_answered_for_the_other_tenant():
    prices = (FOLDER / "documents" / "lantern" / "policies" / "lamplighters.html").read_text(encoding="utf-8")
    asked = {each["id"]: each for each in QUESTIONS}["harbour-none-student-membership"]
    assert asked["kind"] == "none"
    assert "Students and apprentices under 26" in prices


def test_returns_are_told_from_other_questions_and_remembered_for_a_week():
    remembering = Remembering(**yaml.safe_load((FOLDER / "conversations.yaml").read_text(encoding="utf-8")))
    asked = [each for file in ("questions.yaml", "held_out.yaml") for each in yaml.safe_load((FOLDER / file).read_text(encoding="utf-8"))]
    of_returns = {each["id"] for each in asked if any("returns" in found["document"] for found in each.get("answers") or ())}
    assert {each["id"] for each in asked if remembering.intent_of(each["question"]) == "return-request"} == of_returns != set()
    facts = {"preference": 8760, "decision": 720, "about": 8760}
    assert remembering.lifetimes == Lifetimes(24, 72, 720, 365 * 24, {"return-request": 168}, facts)
