"""What `make team`, `make runs` and `make run` print, without a deployment."""

import io
from pathlib import Path
from typing import Any

import pytest

from local.app.api import Reply
from local.commands import runs, team
from local.commands.team import Watching, begin, report
from local.console import Console, Trouble
from tests.unit.local.app.test_team_runs import LOST, PLAN, WORK, a_piece, a_run

ANN: Any = None


class Api:
    """Answers with `bodies`, one after another; the last stays."""

    def __init__(self, *bodies: Any) -> None:
        self.bodies, self.asked = list(bodies), list[tuple[str, str, Any]]()

    def __call__(self, method: str, path: str, _: object = None, body: Any = None) -> Reply:
        self.asked.append((method, path, body))
        return Reply(200, self.bodies.pop(0) if len(self.bodies) > 1 else self.bodies[0], "", {})


def working(*pieces: dict[str, Any]) -> dict[str, Any]:
    return a_run(*pieces, state="working", stopped="", outcome=None)


def test_each_piece_is_told_when_it_begins_and_when_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = {**WORK, "state": "working", "ended_at": None}
    last = a_piece("end", "end", "end", 4, None)
    monkeypatch.setattr(team, "call", Api(working(PLAN), working(PLAN, begun), working(PLAN, begun), a_run(PLAN, WORK, LOST, last)))
    said = list(Watching(ANN, working(), pause=lambda _: None).lines())
    assert [line.split()[:2] for line in said] == [["✓", "plan"], ["▶", "work-1"], ["✓", "work-1"], ["✗", "work-2"]]


def test_a_run_is_begun_over_http_with_a_token_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(working())
    monkeypatch.setattr(team, "call", api)
    assert begin(ANN, "complaint", "It is wet.")["state"] == "working"
    method, path, body = api.asked[0]
    assert (method, path, body["task"], len(body["client_token"])) == ("POST", "/v1/teams/complaint/runs", "It is wet.", 32)


@pytest.mark.parametrize(
    ("run", "status", "says"),
    [
        (a_run(PLAN), 0, "Dear customer"),
        (a_run(PLAN, state="failed", stopped="budget", outcome={"text": "The team stopped"}), 1, "The team stopped"),
        (a_run(PLAN, state="waiting", stopped="", outcome=None), 0, "It waits for a person's approval."),
    ],
)
def test_the_end_says_what_came_of_it_and_its_status_tells_a_failure(run: dict[str, Any], status: int, says: str) -> None:
    stream = io.StringIO()
    assert report(Console(stream), run) == status
    assert says in stream.getvalue()
    assert f"make run ID={'0a' * 16}" in stream.getvalue()


def test_without_a_team_or_a_task_the_command_says_how_it_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team.sys, "argv", ["team", " "])
    with pytest.raises(Trouble, match="make team TEAM=complaint"):
        team.main()


def test_the_list_says_when_there_is_more_and_when_there_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = {"run_id": "0a" * 16, "name": "service", "asked": "Hi", "state": "done", "stopped": "answered", "usd": 0.0, "trigger": ""}
    page = {"runs": [{**listed, "created_at": "2026-11-26T10:00:00+00:00"}], "next": "place"}
    person: Any = type("Person", (), {"name": "ada", "tenant": "harbour"})
    monkeypatch.setattr(runs, "call", Api(page, {"runs": [], "next": None}))
    assert [line[-16:] for line in runs.every(person)][-1] == "; there are more."[-16:]
    assert list(runs.every(person)) == ["ada of harbour has no runs yet."]


def test_a_run_of_a_team_is_drawn_into_a_file_and_a_turn_of_an_agent_is_not(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    call = {"tool": "look_up", "arguments": {}, "outcome": "done", "result": "here"}
    turn = {
        "kind": "agent",
        "run_id": "0b" * 16,
        "agent": "service",
        "state": "done",
        "stopped": "answered",
        "calls": [call],
        "answer": "Hi.",
    }
    monkeypatch.setattr(runs, "call", Api(a_run(PLAN), {**turn, "spent": PLAN["spent"]}))
    monkeypatch.setenv("SVG", str(tmp_path / "run.svg"))
    assert list(runs.one(ANN, "0a" * 16))[-1] == f"\nwritten: {tmp_path / 'run.svg'}"
    assert (tmp_path / "run.svg").read_text().startswith("<svg ")
    with pytest.raises(Trouble, match="a turn of an agent"):
        list(runs.one(ANN, "0b" * 16))
    monkeypatch.delenv("SVG")
    assert "Hi." in list(runs.one(ANN, "0b" * 16))
