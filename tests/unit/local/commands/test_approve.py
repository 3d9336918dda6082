import pytest

from local import places
from local.app.api import Reply
from local.app.people import Person
from local.commands import approve
from local.commands.review import Quit

RITA = Person("rita", "harbour", "token")
WAITING = {
    "run_id": "1" * 32,
    "team": "letter",
    "owner": "ada",
    "until": "tomorrow",
    "task": "Write to Bo.",
    "outcome": {"text": "Dear Bo,\nit is on its way.", "claims": [{"claim": "It was sent."}], "caveats": []},
}


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """What the API is asked; two pages of approvals wait."""
    made = []
    monkeypatch.setattr(places, "MAIL", tmp_path)

    def call(method, path, person, body=None):
        made.append((method, path, body))
        if method == "POST":
            return Reply(200, {"state": "approved" if body["approve"] else "rejected"}, "", {})
        last = "after" in path
        run = {**WAITING, "run_id": "2" * 32} if last else WAITING
        return Reply(200, {"approvals": [run], "next": None if last else "1" * 32}, "", {})

    monkeypatch.setattr(approve, "call", call)
    return made


def typed(*letters):
    rest = iter(letters)

    def ask(prompt):
        if (letter := next(rest, None)) is None:
            raise Quit
        return letter

    return ask


def test_each_page_is_gone_through_and_each_decision_sent(asked):
    said = []
    assert approve.go_through(RITA, typed("x", "a", "r"), said.append) == 2
    assert asked == [
        ("GET", "/v1/approvals", None),
        ("POST", f"/v1/runs/{'1' * 32}/approval", {"approve": True}),
        ("GET", f"/v1/approvals?after={'1' * 32}", None),
        ("POST", f"/v1/runs/{'2' * 32}/approval", {"approve": False}),
    ]
    assert ["Dear Bo" in line for line in said if "run " in line] == [True, True]
    assert "  approved." in said
    assert "  rejected." in said


def test_what_is_skipped_is_not_decided_and_the_end_is_the_end(asked):
    assert approve.go_through(RITA, typed("s", "q"), lambda line: None) == 0
    assert [method for method, *_ in asked] == ["GET", "GET"]


def test_the_message_with_the_link_is_named(asked, tmp_path):
    (tmp_path / "rita-1.txt").write_text("Subject: x\n\nWrite to Bo.\n\nlink")
    (tmp_path / "rita-2.txt").write_text("Subject: x\n\nAnother task.\n")
    said = []
    approve.go_through(RITA, typed("q"), said.append)
    assert f"{tmp_path / 'rita-1.txt'}" in said[0]
    assert "rita-2" not in said[0]
