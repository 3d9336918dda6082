from pathlib import Path

import pytest

from stacks.assistant.golden import golden_questions
from stacks.environment import InvalidEnvironment

GOLDEN = """
- {id: returns, tenant: harbour, kind: single, question: "How long?", answers: [{document: policies/returns.md, quote: "30 days"}]}
- {id: vinyl, tenant: harbour, kind: none, question: "Do you sell vinyl?"}
"""


def domain(folder: Path, release: str) -> Path:
    (folder / "shop").mkdir()
    (folder / "shop" / "questions.yaml").write_text(GOLDEN)
    if release:
        (folder / "shop" / "release.yaml").write_text(release)
    return folder


def test_questions_are_asked_with_the_name_of_the_document_that_answers(tmp_path: Path) -> None:
    (asked,) = golden_questions("shop", domain(tmp_path, "questions: [returns]"))
    assert asked == {"id": "returns", "tenant": "harbour", "question": "How long?", "document": "policies/returns.md"}


@pytest.mark.parametrize(
    ("release", "sentence"),
    [
        ("", "name some in domains/shop/release.yaml"),
        ("questions: [refunds]", "questions=refunds is no id of questions.yaml"),
        ("questions: [vinyl]", "questions=vinyl is of kind none; only a single one has one document"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(tmp_path: Path, release: str, sentence: str) -> None:
    with pytest.raises(InvalidEnvironment, match=sentence):
        golden_questions("shop", domain(tmp_path, release))


@pytest.mark.parametrize("release", ["questions: []", "question: [returns]", "questions: [a, b, c, d, e]"])
def test_a_release_file_that_names_none_or_too_many_questions_is_refused(tmp_path: Path, release: str) -> None:
    with pytest.raises(InvalidEnvironment, match=r"release\.yaml"):
        golden_questions("shop", domain(tmp_path, release))
