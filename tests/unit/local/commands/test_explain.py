import base64
import json

import pytest

from local.app.people import Person
from local.commands import explain
from local.console import Trouble


def token(claims: dict[str, str]) -> str:
    return f"head.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.signature"


@pytest.mark.parametrize("subject", ["a", "ab", "abc", "ab?>"])
def test_the_user_is_the_subject_of_the_token(subject):
    assert explain.subject_of(token({"sub": subject})) == subject


def test_without_question_and_request_the_command_says_what_to_type():
    with pytest.raises(Trouble, match='make explain Q="'):
        explain.requested("", Person("ada", "harbour", token({"sub": "ada"})))
