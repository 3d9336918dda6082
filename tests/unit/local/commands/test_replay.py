"""What `make replay` prints and ends with, without a deployment."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import to_json

from causeway.agents.audit import audit_record
from causeway.agents.domain import AgentDomain
from causeway.agents.ending import ending
from causeway.agents.handing import hand_off_tool
from causeway.agents.prompt import request_of
from causeway.agents.recorded import Recorded
from causeway.agents.rows import meta_item, step_items
from causeway.agents.sent import sent_of
from causeway.agents.steps import Begun, Replied
from causeway.conversations.keys import Owner
from causeway.models.chat import Usage
from evaluation.replay import audited, saved
from local.app import audits
from local.commands import replay
from local.console import Trouble
from local.settings import ROOT, State

RUN_ID = "0a" * 16


@pytest.fixture
def run() -> Recorded:
    """A turn of the bookshop's agent as it is today: the model answers."""
    domain = AgentDomain.load("bookshop")
    agent = domain.agents["service"]
    begun = Begun("Hello?", "c0de", key="cd" * 32)
    run = Recorded(RUN_ID, Owner("harbour", "ada-sub", "ada"), "service", None, "", 1, [begun])
    tools = [*(domain.tools[name] for name in agent.tools), *filter(None, [hand_off_tool(agent, domain.agents)])]
    replied = Replied("Hello.", [], "end_turn", Usage(1, 1, "m"), 0.0, 0.0, sent=sent_of(request_of(agent, run.progress, tools)))
    return run.after(replied, ending(run.after(replied).progress, "answered", agent.limits))


@pytest.fixture
def file(tmp_path: Path, run: Recorded) -> Path:
    written = tmp_path / "run.json"
    written.write_text(saved.written([meta_item(run), *step_items(run, 0)]), encoding="utf-8")
    return written


def called(capsys: pytest.CaptureFixture[str], **environ: str) -> tuple[int, list[str]]:
    return replay.main({"DOMAIN": "bookshop", **environ}), capsys.readouterr().out.splitlines()


def test_an_identical_run_is_one_line_and_no_failure(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    assert called(capsys, RUN=str(file)) == (0, [f"run {RUN_ID} is identical: 3 steps, 1 request to the model"])


def test_a_difference_is_shown_and_a_failure(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace("Hello.", "Good day."), encoding="utf-8")
    file.write_text(file.read_text(encoding="utf-8").replace("Good day.", "Hello.", 1), encoding="utf-8")
    ended, lines = called(capsys, RUN=str(file))
    assert ended == 1
    assert lines == [
        f"run {RUN_ID} differs from its record",
        "step 3: text of the turn ends: answered differs",
        "  before: Good day.",
        "  now:    Hello.",
    ]


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch, run: Recorded) -> None:
    """The laptop's table, with this run and one whose id ends alike."""
    items: list[Any] = [*step_items(run, 0), meta_item(run)]
    others = [{**item, "run_key": {"S": f"harbour#else#x{RUN_ID}"}} for item in items]

    class Client:
        def get_paginator(self, operation: str) -> "Client":
            assert operation == "scan"
            return self

        def paginate(self, **asked: Any) -> Iterator[dict[str, Any]]:
            assert asked["TableName"] == "runs"
            yield {"Items": [*others, *items[:2]]}
            yield {"Items": items[2:]}

    monkeypatch.setattr(replay, "client", lambda service: Client())
    monkeypatch.setattr(replay, "parameter", {"data/agent-runs-table": "runs"}.__getitem__)


@pytest.fixture(autouse=True)
def record(monkeypatch: pytest.MonkeyPatch, run: Recorded) -> dict[str, Any]:
    """The run's audit record in the deployment."""
    kept: dict[str, Any] = json.loads(to_json(audit_record(run, run.progress.begun.key)))
    monkeypatch.setattr(audits, "stored", lambda run: kept)
    return kept


AGREES = "its audit record agrees: 4 hashes"
GONE = "its audit record agrees: its conversation and the key are gone, so what is hashed is not shown"


@pytest.mark.usefixtures("table")
def test_a_run_of_the_deployment_is_saved_and_replays_from_the_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "saved.json"
    ended, lines = called(capsys, RUN=RUN_ID, SAVE=str(file))
    assert (ended, lines[0]) == (0, f"The record is saved: make replay RUN={file}")
    assert called(capsys, RUN=str(file)) == (0, [line for line in lines[1:] if line != AGREES])
    assert AGREES in lines


@pytest.mark.usefixtures("table")
def test_an_audit_record_that_is_not_of_the_run_is_a_failure(capsys: pytest.CaptureFixture[str], record: dict[str, Any]) -> None:
    record["steps"][1]["text"] = "hmac-sha256:0"
    ended, lines = called(capsys, RUN=RUN_ID)
    assert (ended, lines[1:]) == (1, ["its audit record differs at steps.2.text"])


def test_an_audit_record_of_a_file_is_compared_by_its_key(
    capsys: pytest.CaptureFixture[str], file: Path, tmp_path: Path, record: dict[str, Any]
) -> None:
    kept = tmp_path / "audit.json"
    kept.write_text(json.dumps(record), encoding="utf-8")
    assert called(capsys, RUN=str(file), AUDIT=str(kept))[1][1] == AGREES
    assert called(capsys, RUN=str(file), AUDIT=str(kept), KEY="ab" * 32)[0] == 1
    with pytest.raises(Trouble, match="no audit record"):
        called(capsys, RUN=str(file), AUDIT=str(tmp_path / "none.json"))
    with pytest.raises(Trouble, match="KEY is no key"):
        called(capsys, RUN=str(file), AUDIT=str(kept), KEY="not hexadecimal")


def test_without_the_key_of_a_conversation_that_is_gone_only_what_is_plain_is_compared(run: Recorded, record: dict[str, Any]) -> None:
    gone = {**record, "key": "gone"}
    assert audited.shown(run, "", gone) == (
        True,
        ["its audit record agrees: its conversation and the key are gone, so what is hashed is not shown"],
    )
    assert audited.disagreements(run, "", {**gone, "stopped": "cost"}) == ["stopped"]
    assert audited.disagreements(run, "", {**gone, "key": "run"}) == []  # the key went after the record was written


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, "Say which run"),
        ({"RUN": "no-such-file.json"}, "neither the id of a run"),
        ({"RUN": "0b" * 16}, "has no run"),
        ({"RUN": RUN_ID, "DOMAIN": "no-such-domain"}, "no-such-domain"),
    ],
)
def test_what_cannot_be_replayed_is_said_in_a_sentence(capsys: pytest.CaptureFixture[str], asked: dict[str, str], told: str) -> None:
    with pytest.raises(Trouble, match=told):
        called(capsys, **asked)


def test_a_model_is_asked_anew_by_url_or_by_name(
    capsys: pytest.CaptureFixture[str], file: Path, monkeypatch: pytest.MonkeyPatch, completion: Callable[..., Any]
) -> None:
    asked = completion(monkeypatch, {"content": "In other words."})
    url = {"RUN": str(file), "MODEL": "http://elsewhere.example"}
    assert called(capsys, **url, CAUSEWAY_CHAT_MODEL="big") == (
        0,
        [f"run {RUN_ID}: {url['MODEL']} decides as recorded, 1 request to the model"],
    )
    named = called(capsys, RUN=str(file), MODEL="small", CAUSEWAY_CHAT_URL="http://elsewhere.example")
    assert named == (0, [f"run {RUN_ID}: small decides as recorded, 1 request to the model"])
    assert [each["model"] for each in asked] == ["big", "small"]
    assert asked[0]["messages"][-1] == {"role": "user", "content": "Hello?"}
    completion(monkeypatch, {"content": None, "tool_calls": [{"id": "1", "function": {"name": "current_date", "arguments": "{}"}}]})
    ended, lines = called(capsys, **url)
    assert (ended, lines[1:]) == (1, ["step 2: what the model decides differs", "  before: an answer", "  now:    call current_date {}"])


@pytest.fixture
def completion() -> Callable[..., Any]:
    """A server of chat completions that always says the same; what it was asked."""

    def serve(monkeypatch: pytest.MonkeyPatch, message: dict[str, Any]) -> list[dict[str, Any]]:
        asked: list[dict[str, Any]] = []

        def complete(_: object, request: dict[str, Any]) -> Any:
            asked.append(request)
            return {**message, "finish_reason": "stop"}, replay_usage()

        monkeypatch.setattr("local.cloud.chat_server.ChatServer.complete", complete)
        return asked

    return serve


def replay_usage() -> Any:
    from local.cloud.chat_server import Usage as Counted

    return Counted(5, 2)


def test_make_takes_the_run_and_still_knows_how_modules_are_run(file: Path) -> None:
    """RUN is also the name of what the Makefile runs modules by."""
    asked = ["make", "-s", "replay", f"RUN={file}", "DOMAIN=bookshop"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"run {RUN_ID} is identical: 3 steps, 1 request to the model\n"), done.stderr


def test_a_model_that_does_not_answer_is_said_in_a_sentence(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    with pytest.raises(Trouble, match="did not answer"):
        called(capsys, RUN=str(file), MODEL="http://127.0.0.1:9")


def test_a_model_by_name_needs_a_server(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.settings.read", State)
    with pytest.raises(Trouble, match="CAUSEWAY_CHAT_URL"):
        replay.anew("small", {})
