import base64
import json
import subprocess

import pytest

from local.app.people import Person
from local.commands.token import curl, described


def token(**claims):
    head, payload = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({"alg": "RS256"}, claims))
    return f"{head}.{payload}.c2ln"


def words(line):
    """The arguments that a shell makes of a command line, without running it."""
    program = 'for word; do printf "%s\\0" "$word"; done'
    done = subprocess.run(["sh", "-c", f"set -- {line}; {program}"], capture_output=True, check=True)
    return done.stdout.decode().split("\0")[:-1]


@pytest.mark.parametrize("question", ["How long?", "What's “new”?", 'Say "yes" & $HOME `pwd` \\ *', "2 lines\nof it", "返品は？"])
def test_the_line_works_when_pasted_whatever_the_question_holds(question):
    program, silent, url, _, authorization, _, kind, _, body = words(curl("http://127.0.0.1:4566/x", "ey.t", question))
    assert (program, silent, url) == ("curl", "-sS", "http://127.0.0.1:4566/x/v1/answers")
    assert (authorization, kind) == ("Authorization: ey.t", "Content-Type: application/json")
    assert json.loads(body) == {"question": question}


@pytest.mark.parametrize("padding", ["", "a", "ab", "abc"])
def test_for_programs_there_are_url_token_and_the_time_it_expires(padding):
    person = Person("ada", "harbour", token(exp=1_795_640_400, sub=padding))
    assert described(person, "http://127.0.0.1:4566/x") == {
        "url": "http://127.0.0.1:4566/x",
        "token": person.token,
        "user": "ada",
        "tenant": "harbour",
        "expires_at": "2026-11-25T21:00:00+00:00",
    }
