"""The pipeline with a second model; faults at the network."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

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


def test_the_second_model_is_asked_while_the_first_one_answers(ask: Ask, services: Services) -> None:
    services.script("test-model", Reply(converse(SAID), seconds=0.4))
    services.script("second-model", Reply(converse(SAID), seconds=0.4))
    began = time.monotonic()
    assert content(ask({"question": QUESTION}))["answer"] == SAID
    assert time.monotonic() - began < 0.8


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
