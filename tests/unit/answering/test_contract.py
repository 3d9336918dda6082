import pytest
from pydantic import ValidationError

from causeway.answering.contract import AnswerRequest


def test_a_filter_takes_one_value_or_a_list():
    request = AnswerRequest.model_validate_json('{"question": "q", "filters": {"language": "en", "source": ["a", "b"]}}')
    assert request.filters.chosen() == {"source": ["a", "b"], "language": ["en"]}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("{}", "question"),
        ('{"question": ""}', "question"),
        ('{"question": "   "}', "question"),
        ('{"question": 5}', "question"),
        ('{"question": "q", "top_k": 0}', "top_k"),
        ('{"question": "q", "top_k": 21}', "top_k"),
        ('{"question": "q", "top_k": "5"}', "top_k"),
        ('{"question": "q", "tenant": "lantern"}', "tenant"),
        ('{"question": "q", "filters": {"tenant": "lantern"}}', "tenant"),
        ('{"question": "q", "filters": {"language": []}}', "language"),
        ('{"question": "q", "filters": {"language": 5}}', "language"),
        ('{"question": "q", "filters": "x"}', "filters"),
        ('{"question": "q", "session_id": "s"}', "session_id"),
    ],
)
def test_a_wrong_field_is_named(body: str, field: str):
    with pytest.raises(ValidationError) as error:
        AnswerRequest.model_validate_json(body)
    assert field in {part for fault in error.value.errors() for part in fault["loc"]}


def test_a_question_may_have_a_thousand_characters_and_no_more():
    assert AnswerRequest(question="q" * 1000).question
    with pytest.raises(ValidationError, match="1000"):
        AnswerRequest(question="q" * 1001)


def test_a_question_is_taken_in_its_normal_form():
    assert AnswerRequest(question="ＱＬ７７３ in the Ka\u0308seku\u0308hl\u00adraum?").question == "QL773 in the Käsekühlraum?"


def test_a_question_of_invisible_characters_is_empty():
    with pytest.raises(ValidationError):
        AnswerRequest(question="\u200b\u00ad\u202e")


def test_a_name_in_a_filter_is_compared_in_the_form_in_which_names_are_kept():
    request = AnswerRequest.model_validate_json('{"question": "q", "filters": {"source": "Ka\\u0308se.md"}}')
    assert request.filters.chosen() == {"source": ["Käse.md"]}
