"""What `make chat AGENT=...` prints and asks, without a deployment."""

from collections.abc import Iterator, Sequence
from typing import Any, get_args

import pytest

from causeway.agents.run import Stopped
from local.app.api import Reply
from local.app.stream import Event
from local.commands import agent_chat
from local.commands.agent_chat import WHY_STOPPED, AgentChat, in_short, obeyed

SPENT = {"input_tokens": 812, "output_tokens": 43, "model_calls": 2, "usd": 0.00042}


def a_call(number: int, outcome: str, result: str = "", asks: str = "", **arguments: Any) -> dict[str, Any]:
    return {"call_id": f"call-{number}", "tool": "look_up", "arguments": arguments, "outcome": outcome, "result": result, "asks": asks}


def a_run(state: str, *calls: dict[str, Any], answer: str = "", stopped: str | None = None) -> dict[str, Any]:
    return {"run_id": "0a" * 16, "state": state, "calls": list(calls), "answer": answer, "stopped": stopped, "spent": SPENT}


class Api:
    """Answers with `runs`, one after another; the last stays. before: events that come before the last one of a stream."""

    def __init__(self, *runs: dict[str, Any], before: Sequence[Event] = ()) -> None:
        self.runs, self.asked, self.before = list(runs), list[tuple[str, str, Any]](), before

    def stream(self, _: object, body: Any, path: str) -> Iterator[Event]:
        run = self("POST", path, None, body).body
        yield from self.before
        yield Event("working" if run["state"] == "working" else "done", run)

    def __call__(self, method: str, path: str, _: object = None, body: Any = None) -> Reply:
        self.asked.append((method, path, body))
        if path == "/v1/sessions":
            return Reply(201, {"session_id": f"session-{len(self.asked)}"}, "", {})
        return Reply(200, self.runs.pop(0) if len(self.runs) > 1 else self.runs[0], "", {})


@pytest.fixture
def talk(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Says lines to an API with these runs; returns what was printed, the API, and the questions that the user was asked."""

    def run(runs: Sequence[dict[str, Any]], *lines: str, consents: bool = True, before: Sequence[Event] = ()) -> tuple[str, Api, list[str]]:
        api, questions = Api(*runs, before=before), list[str]()
        monkeypatch.setattr(agent_chat, "call", api)
        monkeypatch.setattr(agent_chat, "events", api.stream)

        def ask(question: str) -> bool:
            questions.append(question)
            return consents

        chat = AgentChat(None, "service", ask, pause=lambda _: None)  # type: ignore[arg-type]  # nobody is asked who it is
        chat.begin()
        return "".join(piece for line in lines for piece in obeyed(chat, line)), api, questions

    return run


def test_a_turn_shows_each_call_with_arguments_and_outcome_then_the_answer_and_its_cost(talk: Any) -> None:
    done = a_run("done", a_call(1, "done", "sent\non Friday", id="H-1"), answer="It was sent.", stopped="answered")
    said, api, _ = talk([done], "Where is H-1?")
    assert said == ("  ← look_up done: sent on Friday\n\nIt was sent.\n\n  $0.0004 · 812 tokens sent, 43 written · 2 model calls\n")
    method, path, body = api.asked[-1]
    assert (method, path) == ("POST", "/v1/agents/service/turns/stream")
    assert (body["message"], body["session_id"], len(body["client_token"])) == ("Where is H-1?", "session-1", 32)


def test_words_and_calls_appear_as_they_come_and_nothing_twice(talk: Any) -> None:
    ended = a_call(1, "done", "sent", id="H-1")
    heard = [
        Event("began", {"run_id": "0a" * 16}),
        Event("delta", {"text": "Let me look."}),
        Event("call", a_call(1, "running", id="H-1")),
        Event("result", ended),
        Event("delta", {"text": "It was"}),
        Event("replaced", {"text": "It is"}),
        Event("delta", {"text": " gone."}),
    ]
    said, _, _ = talk([a_run("done", ended, answer="It is gone.", stopped="answered")], "Where is H-1?", before=heard)
    assert said == (
        '\nLet me look.\n  → look_up(id="H-1")\n  ← look_up done: sent\n'
        "\nIt was\n  (taken back; the answer is now:)\nIt is gone.\n\n  $0.0004 · 812 tokens sent, 43 written · 2 model calls\n"
    )


def test_an_answer_that_is_taken_back_whole_says_so_before_the_next_words(talk: Any) -> None:
    heard = [Event("delta", {"text": "It was"}), Event("replaced", {"text": ""}), Event("delta", {"text": "Hello."})]
    said, _, _ = talk([a_run("done", answer="Hello.", stopped="answered")], "Hello", before=heard)
    assert said.startswith("\nIt was\n  (taken back)\n\nHello.\n\n")


@pytest.mark.parametrize("consents", [True, False])
def test_a_call_that_needs_consent_is_asked_about_once_and_the_answer_sent(talk: Any, consents: bool) -> None:
    waiting = a_run("waiting", a_call(1, "done", "sent"), a_call(2, "waiting", asks="Start a return?"))
    ended = a_run("done", a_call(1, "done", "sent"), a_call(2, "done" if consents else "declined", "R-1"), answer="So be it.")
    said, api, questions = talk([waiting, ended], "Return it", consents=consents)
    assert questions == ["Start a return?"]
    assert api.asked[-1] == ("POST", f"/v1/runs/{'0a' * 16}/approval", {"call_id": "call-2", "approve": consents})
    assert said.count("←") == 2


def test_a_turn_that_takes_longer_is_looked_at_until_it_is_done(talk: Any) -> None:
    working = a_run("working", a_call(1, "running"))
    said, api, _ = talk([working, working, a_run("done", a_call(1, "done", "x"), answer="Here.")], "Work")
    assert [method for method, _, _ in api.asked] == ["POST", "POST", "GET", "GET"]
    assert "goes on by itself" in said
    assert "Here." in said


def test_patience_ends_and_the_user_hears_where_to_look(talk: Any) -> None:
    said, _, _ = talk([a_run("working")], "Work")
    assert said.endswith("(it is not done yet: /run shows how far it is)\n")


def test_a_turn_that_was_stopped_says_why(talk: Any) -> None:
    said, _, _ = talk([a_run("done", answer="I stopped.", stopped="failures")], "Work")
    assert "(stopped: too many failures one after another)" in said


def test_every_reason_to_stop_has_words() -> None:
    assert set(get_args(Stopped)) - {"answered"} == WHY_STOPPED.keys()


def test_a_run_is_shown_whole(talk: Any) -> None:
    done = a_run("done", a_call(1, "done", "sent\non Friday", id="H-1"), answer="It was sent.", stopped="answered")
    said, api, _ = talk([done], "Where is H-1?", "/run")
    assert said.endswith(
        f'  run {"0a" * 16}: done\n  1. look_up(id="H-1"): done\n     sent\n     on Friday\n'
        "  $0.0004 · 812 tokens sent, 43 written · 2 model calls\n"
    )
    assert api.asked[-1][:2] == ("GET", f"/v1/runs/{'0a' * 16}")


def test_before_the_first_turn_there_is_no_run_and_a_new_conversation_forgets_it(talk: Any) -> None:
    done = a_run("done", answer="Hello.")
    assert talk([done], "/run")[0] == "  Nothing has been said yet.\n"
    said, api, _ = talk([done], "Hello", "/new", "/why")
    assert said.endswith("  A new conversation.\n  Nothing has been said yet.\n")
    assert [path for _, path, _ in api.asked].count("/v1/sessions") == 2


def test_an_order_that_is_unknown_lists_those_there_are(talk: Any) -> None:
    assert "/run" in talk([a_run("done")], "/help")[0]


def test_a_long_result_is_cut_beside_its_call() -> None:
    assert in_short(a_call(1, "done", "x" * 1000)).endswith("x…")
    assert len(in_short(a_call(1, "done", "x" * 1000))) < 200


def test_only_a_yes_is_consent(monkeypatch: pytest.MonkeyPatch) -> None:
    for line, consent in (("y", True), ("YES", True), ("n", False), ("/quit", False), ("yesterday", False)):
        monkeypatch.setattr("builtins.input", lambda _, line=line: line)
        assert agent_chat.asked("Start a return?") is consent


def test_what_another_agent_asks_is_answered_in_its_run_and_the_turn_goes_on(talk: Any) -> None:
    handed = {**a_call(1, "running"), "tool": "hand_off", "hand_off": {"agent": "events", "run_id": "0b" * 16, "state": "waiting"}}
    asking = {**a_run("waiting", a_call(1, "waiting", asks="Hold it?")), "run_id": "0b" * 16}
    done = a_run("done", {**a_call(1, "done", "Held."), "tool": "hand_off"}, answer="It is held.", stopped="answered")
    before = [Event("handed", handed)]
    said, api, questions = talk([a_run("waiting", handed), asking, asking, done], "Hold it", before=before)
    assert questions == ["Hold it?"]
    assert "  … handed to events\n" in said
    assert said.endswith("It is held.\n\n  $0.0004 · 812 tokens sent, 43 written · 2 model calls\n")
    assert [(method, path) for method, path, _ in api.asked[2:]] == [
        ("GET", f"/v1/runs/{'0b' * 16}"),
        ("POST", f"/v1/runs/{'0b' * 16}/approval"),
        ("GET", f"/v1/runs/{'0a' * 16}"),
    ]
