"""The pipeline with a second model; faults at the network."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from causeway.answering import assembly
from causeway.answering.second_opinion import AskBoth
from causeway.answering.turn import Generation, Prompt, Turn
from causeway.models.chat import ChatReply, ChatRequest, Usage
from causeway.runtime.deadlines import Deadline
from tests.unit.functions.test_answer_stream import Output, stream
from tests.unit.functions.test_answers import Ask, ask, content
from tests.unit.functions.test_reviews import Call, call, review
from tests.unit.loopback import Reply, Services, converse, hit

__all__ = ["ask", "call", "review", "stream"]

QUESTION = "How long may books be returned?"
SAID = "Books may be returned within 30 days [1]."
REFUSED = "I could not find this in the documents."
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def second(monkeypatch: pytest.MonkeyPatch, services: Services) -> None:
    monkeypatch.setenv("SECOND_MODEL", "second-model")


def turn_line(log_lines: Lines) -> dict[str, Any]:
    (line,) = [line for line in log_lines() if line["message"] == "turn"]
    return line


def test_an_answer_on_which_two_models_agree_is_given_and_its_cost_counted(
    ask: Ask, services: Services, log_lines: Lines, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = content(ask({"question": QUESTION}))
    assert (answer["answer"], answer["degraded"], answer["usage"]["input_tokens"]) == (SAID, [], 100)
    assert sorted(each.path.split("/")[2] for each in services.asked["model"]) == ["second-model", "test-model"]
    one, other = (each.body for each in services.asked["model"])
    assert one["messages"] == other["messages"]
    assert one["guardrailConfig"] == other["guardrailConfig"]
    line = turn_line(log_lines)
    assert (line["opinions"], line["second_model"], line["second_input_tokens"]) == ("agree", "second-model", 100)
    metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [metric["InputTokens"] for metric in metrics if "InputTokens" in metric][-1][-1] == 200.0


@pytest.mark.parametrize(
    ("first", "other"),
    [
        (SAID, "Books may be returned within 40 days [1]."),
        (SAID, REFUSED),
        (REFUSED, SAID),
        (SAID, "Membership costs twelve crowns every quarter [1]."),
    ],
)
def test_answers_that_differ_are_not_given_and_go_to_a_person(
    ask: Ask, services: Services, review: Call, log_lines: Lines, first: str, other: str
) -> None:
    services.hits = [hit("returns", text="Books may be returned within 30 days, those ordered online within 40 days.")]
    services.answer = first
    services.script("second-model", Reply(converse(other)))
    answer = content(ask({"question": QUESTION}, requestId="differ-1"))
    assert (answer["grounded"], answer["citations"], answer["appeal"]["in_review"]) == (False, [], True)
    assert answer["answer"].endswith("A person will look at it: review differ-1.")
    (found,) = content(review("GET", "/v1/reviews"))["reviews"]
    assert (found["request_id"], found["why"], found["outcome"]) == ("differ-1", ["disagreement"], "disagreement")
    assert found["opinions"] == [{"model": "test-model", "answer": first}, {"model": "second-model", "answer": other}]
    assert turn_line(log_lines)["opinions"] == "differ"


def test_two_refusals_agree(ask: Ask, services: Services, review: Call) -> None:
    services.answer = REFUSED
    assert content(ask({"question": QUESTION}))["answer"] == REFUSED
    assert content(review("GET", "/v1/reviews"))["reviews"] == []


def test_an_answer_that_the_guardrail_stopped_is_a_refusal_and_its_words_are_not_kept(ask: Ask, services: Services, review: Call) -> None:
    services.script("second-model", Reply(converse("Blocked, in the guardrail's words.", "guardrail_intervened")))
    assert not content(ask({"question": QUESTION}))["grounded"]
    (found,) = content(review("GET", "/v1/reviews"))["reviews"]
    assert [opinion["answer"] for opinion in found["opinions"]] == [SAID, ""]


@pytest.mark.parametrize(
    "reply",
    [
        Reply({"message": "down"}, 500),
        Reply({"message": "slow down"}, 429, {"x-amzn-ErrorType": "ThrottlingException"}),
        Reply({"message": "no such model"}, 403, {"x-amzn-ErrorType": "AccessDeniedException"}),
        Reply({}, cut=True),
    ],
)
def test_a_second_model_that_fails_costs_no_answer_and_the_answer_is_marked(
    ask: Ask, services: Services, log_lines: Lines, reply: Reply
) -> None:
    services.script("second-model", reply)
    answer = content(ask({"question": QUESTION}))
    assert (answer["answer"], answer["degraded"]) == (SAID, ["second-opinion"])
    assert len([each for each in services.asked["model"] if "second-model" in each.path]) == 1
    assert any(line.get("dependency") == "second-opinion" for line in log_lines())


def test_a_second_model_that_hangs_is_not_waited_for_beyond_its_time(services: Services, monkeypatch: pytest.MonkeyPatch, ask: Ask) -> None:
    monkeypatch.setattr(assembly, "SECOND", replace(assembly.SECOND, attempt_seconds=0.6, connect_seconds=0.2))
    services.script("second-model", Reply(converse(SAID), seconds=1.5))
    began = time.monotonic()
    answer = content(ask({"question": QUESTION}))
    assert (answer["answer"], answer["degraded"]) == (SAID, ["second-opinion"])
    assert time.monotonic() - began < 1.4


class Late:
    """A second model whose answer trickles in: none of its reads is late, and the whole is."""

    def reply(self, request: ChatRequest, deadline: Deadline) -> ChatReply:
        time.sleep(1.0)
        return ChatReply(SAID, "end_turn", Usage())

    def stream(self, request: ChatRequest, deadline: Deadline) -> Any:
        raise AssertionError("nobody may hear it")


def test_a_second_model_whose_answer_trickles_in_is_given_up_at_the_turn_s_end() -> None:
    class First:
        name = "generate"

        def __call__(self, turn: Turn) -> None:
            turn.generation = Generation(SAID, "end_turn")

    turn = Turn("r", "harbour", QUESTION, Deadline.after(0.2), prompt=Prompt("s", "p", "q", "n"))
    AskBoth(First(), Late(), max_tokens=10, temperature=0.0)(turn)
    assert (turn.second, turn.degraded) == (None, ["second-opinion"])


def test_the_second_model_is_asked_while_the_first_one_answers() -> None:
    together = threading.Barrier(2, timeout=10)

    class First:
        name = "generate"

        def __call__(self, turn: Turn) -> None:
            together.wait()
            turn.generation = Generation(SAID, "end_turn")

    class Second(Late):
        def reply(self, request: ChatRequest, deadline: Deadline) -> ChatReply:
            together.wait()
            return ChatReply(SAID, "end_turn", Usage(model="second"))

    turn = Turn("r", "harbour", QUESTION, Deadline.after(20.0), prompt=Prompt("s", "p", "q", "n"))
    AskBoth(First(), Second(), max_tokens=10, temperature=0.0)(turn)
    assert turn.second is not None
    assert turn.degraded == []


def test_a_model_that_had_to_stand_in_for_the_first_is_no_second_opinion(
    ask: Ask, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FALLBACK_MODELS", "second-model")
    services.script("test-model", Reply({"message": "down"}, 500))
    answer = content(ask({"question": QUESTION}))
    assert (answer["usage"]["model"], answer["degraded"]) == ("second-model", ["second-opinion"])


def test_who_reads_along_hears_no_word_before_both_have_answered(stream: Callable[..., Output], services: Services) -> None:
    services.script("second-model", Reply(converse(REFUSED)))
    output = stream({"question": QUESTION})
    assert [name for name, _ in output.events] == ["retrieved", "delta", "done"]
    assert "30 days" not in output.text
    assert output.text == output.events[-1][1]["answer"]
