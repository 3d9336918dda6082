"""What a domain's intake.yaml may say."""

from pathlib import Path

import pytest

from causeway.documents import intake as told
from causeway.documents.duplicates.policy import Duplicates
from causeway.safety.personal.policy import PersonalData
from stacks.data.intake import FILE, Intake, intake
from tests.unit.stacks.data.shops import shop


def domain(folder: Path, text: str | None) -> str:
    return shop(folder, FILE, text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("dublicates: {}", "dublicates"),
        ("duplicates: {near: drop}", r"duplicates.near\n.*'index', 'skip' or 'keep_newest'"),
        ("duplicates: {near_from: 0.5}", r"duplicates.near_from\n.*greater than or equal to 0.7"),
        ("personal_data: {kinds: {cards: redact}}", r"personal_data.kinds.cards.*\n.*'email', 'phone', 'card'"),
        ("personal_data: {kinds: {card: hide}}", r"personal_data.kinds.card\n.*'keep', 'redact', 'tokenise' or 'refuse'"),
        ("personal_data: {least_certainty: 50}", "personal_data.least_certainty"),
        ("checks: {languages: [English]}", "checks.languages.0"),
        ("checks: {most_damaged: 3}", r"checks.most_damaged\n.*less than or equal to 1"),
        ("checks: {then: warn}", r"checks.then\n.*'report' or 'refuse'"),
        (
            f"checks: {{languages: [{', '.join(chr(97 + n // 26) + chr(97 + n % 26) for n in range(250))}]}}",
            "a function's variables have room for 1000",
        ),
    ],
)
def test_what_cannot_work_is_refused_with_its_place(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        intake(domain(tmp_path, text), tmp_path)


def test_a_domain_without_the_file_with_an_empty_one_and_no_domain_say_nothing(tmp_path: Path) -> None:
    assert intake(None).variable == ""
    assert intake(domain(tmp_path, None), tmp_path).variable == ""
    (tmp_path / "shop" / FILE).touch()
    assert intake("shop", tmp_path).variable == ""
    assert told.Intake.told("") == told.Intake()


def test_the_functions_are_told_what_the_domain_says(tmp_path: Path) -> None:
    text = """
    checks: {languages: [en, de], fewest_words: 5, then: refuse}
    duplicates: {same_bytes: skip, same_text: skip, near: keep_newest, near_from: 0.95}
    personal_data: {default: redact, kinds: {card: refuse, email: redact, phone: keep}, least_certainty: 0.7}
    """
    found = told.Intake.told(intake(domain(tmp_path, text), tmp_path).variable)
    assert found.checks.languages == ("en", "de")
    assert (found.checks.fewest_words, found.checks.then) == (5, "refuse")
    assert found.duplicates == Duplicates(same_bytes="skip", same_text="skip", near="keep_newest", near_from=0.95)
    kinds = {"card": "refuse", "email": "redact", "phone": "keep"}
    assert found.personal_data == PersonalData(default="redact", kinds=kinds, least_certainty=0.7)


def test_defaults_are_the_same_on_both_sides() -> None:
    assert Intake().model_dump() == told.Intake().model_dump()
