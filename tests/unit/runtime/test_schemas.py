import re
import sys

import pytest
from pydantic import TypeAdapter, ValidationError

from causeway.answering.contract import Question
from causeway.runtime.schemas import BLANK

QUESTION = TypeAdapter(Question)
SURROGATES = range(0xD800, 0xE000)


def test_the_schema_calls_the_same_characters_blank_as_the_check_of_a_question():
    described = {code for code in range(sys.maxunicode + 1) if code not in SURROGATES and re.match(BLANK, chr(code))}
    assert described == {code for code in range(sys.maxunicode + 1) if code not in SURROGATES and not _is_taken(chr(code))}


@pytest.mark.parametrize("text", ["\U000e0b47", " \u200b\U000e0041 ", "\U0001d173\ufe0f"], ids=ascii)
def test_hidden_characters_are_no_question(text):
    assert re.match(BLANK, text)
    assert not _is_taken(text)


def _is_taken(text):
    try:
        return bool(QUESTION.validate_python(text))
    except ValidationError:
        return False
