"""Models that are asked for claims in JSON; faults at the network."""

import importlib
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from causeway.answering.assembly import chat_model
from causeway.answering.claims import CLAIMS
from causeway.answering.compose import ABOUT_FACTS, SYSTEM, SYSTEM_FOR_CLAIMS
from causeway.answering.guard import outgoing
from causeway.answering.in_claims import InClaims
from causeway.answering.reading_along import Growing
from causeway.answering.settings import AnswerSettings
from causeway.answering.turn import Prompt, Turn
from causeway.models.chat import Block, ChatReply, ChatRequest, Sentences, Usage
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyRejected, Gone
from tests.unit.event_stream import ending, message, piece
from tests.unit.functions.test_answer_stream import Output, stream
from tests.unit.functions.test_answers import Ask, ask, content
from tests.unit.loopback import Reply, Services, converse, hit

__all__ = ["ask", "stream"]

QUESTION = {"question": "How long may books be returned?"}
BOOKS = "Books may be returned within 30 days"
PENGUINS = "Penguins run the shop at night"
NO_SCHEMA = {"message": "The model returned the following errors: output_config.format: Extra inputs are not permitted"}
REJECTED = Reply(NO_SCHEMA, 400, {"x-amzn-ErrorType": "ValidationException"})
FORBIDDEN = Reply({"message": "no access"}, 403, {"x-amzn-ErrorType": "AccessDeniedException"})
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def in_claims(monkeypatch: pytest.MonkeyPatch, services: Services) -> None:
    """Both models are told of; the second takes no schema."""
    monkeypatch.setenv("MODELS_IN_CLAIMS", "test-model")
    services.answer = written((BOOKS + ".", [1]))


def written(*claims: tuple[str, list[int]]) -> str:
    return json.dumps({"claims": [{"text": text, "citations": citations} for text, citations in claims]})


def turn_line(log_lines: Lines) -> dict[str, Any]:
    (line,) = [line for line in log_lines() if line["message"] == "turn"]
    return line


def asked(services: Services) -> list[tuple[str, bool]]:
    """(model, whether a schema came with the request) of each call."""
    return [(each.path.split("/")[2], "outputConfig" in each.body) for each in services.asked["model"]]


def pieces_of(text: str) -> list[bytes]:
    return [piece(word) for word in re.findall(r"\s*\S+", text)]


def test_claims_are_asked_for_by_their_schema_and_answered_with_marks(ask: Ask, services: Services, log_lines: Lines) -> None:
    answer = content(ask(QUESTION))
    assert (answer["answer"], answer["grounded"], answer["withheld"]) == (f"{BOOKS} [1].", True, 0)
    assert answer["citations"][0]["quote"] == "Books may be returned within 30 days with the receipt."
    (request,) = (each.body for each in services.asked["model"])
    form = request["outputConfig"]["textFormat"]
    assert (form["type"], json.loads(form["structure"]["jsonSchema"]["schema"])) == ("json_schema", CLAIMS.schema)
    assert request["system"] == [{"text": SYSTEM_FOR_CLAIMS}]
    assert turn_line(log_lines)["structure"] == "claims"


def test_a_model_without_a_schema_is_asked_for_text(
    ask: Ask, services: Services, log_lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODELS_IN_CLAIMS", "")
    services.answer = f"{BOOKS} [1]."
    assert content(ask(QUESTION))["answer"] == services.answer
    (request,) = (each.body for each in services.asked["model"])
    assert (request["system"], "outputConfig" in request) == ([{"text": SYSTEM}], False)
    assert "structure" not in turn_line(log_lines)


def test_a_claim_that_no_passage_carries_and_a_citation_of_none_are_withheld(ask: Ask, services: Services) -> None:
    services.answer = written((f"{PENGUINS}.", [1]), (BOOKS + ".", [7, 1]), ("Nobody says who wrote this sentence.", []))
    answer = content(ask(QUESTION))
    assert (answer["answer"], answer["withheld"]) == (f"{BOOKS} [1].", 2)


def test_a_claim_without_citations_gets_that_of_the_passage_that_says_it(ask: Ask, services: Services) -> None:
    services.answer = written((BOOKS + ".", []))
    assert content(ask(QUESTION))["answer"] == f"{BOOKS}. [1]"


def test_no_claims_are_the_models_refusal(ask: Ask, services: Services, log_lines: Lines) -> None:
    services.answer = written()
    answer = content(ask(QUESTION))
    assert (answer["answer"], answer["grounded"]) == ("I could not find this in the documents.", False)
    assert turn_line(log_lines)["outcome"] == "model-refused"


def test_a_reply_cut_by_the_limit_of_tokens_keeps_its_whole_claims_and_counts_the_rest(
    ask: Ask, services: Services, log_lines: Lines
) -> None:
    whole = written(("The receipt comes with the books.", [1]), (BOOKS, [1]), ("The receipt must be", [1]))
    services.answer, services.stop_reason = whole[:-14], "max_tokens"
    answer = content(ask(QUESTION))
    assert (answer["answer"], answer["withheld"]) == (f"The receipt comes with the books [1]. {BOOKS} [1]", 1)
    line = turn_line(log_lines)
    assert (line["stop_reason"], line["claims_left_out"], line["withheld"]) == ("max_tokens", 1, 1)
    assert "unfinished" not in line


def test_a_model_that_writes_a_text_all_the_same_is_understood_and_noted(ask: Ask, services: Services, log_lines: Lines) -> None:
    services.answer = f"{BOOKS} [1]."
    assert content(ask(QUESTION))["answer"] == services.answer
    assert turn_line(log_lines)["structure"] == "ignored"


def test_a_service_that_takes_no_schema_is_asked_for_text_and_not_offered_one_again(
    ask: Ask, services: Services, log_lines: Lines, capsys: pytest.CaptureFixture[str]
) -> None:
    services.script("test-model", REJECTED, Reply(converse(f"{BOOKS} [1].")))
    answers = [content(ask(QUESTION)) for _ in range(2)]
    assert [answer["answer"] for answer in answers] == [f"{BOOKS} [1]."] * 2
    assert asked(services) == [("test-model", True), ("test-model", False), ("test-model", False)]
    assert [line["structure"] for line in log_lines() if line["message"] == "turn"] == ["rejected"] * 2
    (told,) = [line for line in log_lines() if line["message"] == "fallback"]
    assert (told["dependency"], told["kind"], told["reason"]) == ("model", "rejected", "400 ValidationException")
    assert '"Fallbacks"' in capsys.readouterr().out


def test_a_request_that_is_rejected_in_both_forms_is_rejected_and_the_schema_offered_again(ask: Ask, services: Services) -> None:
    services.script("test-model", REJECTED)
    assert [ask(QUESTION)["statusCode"] for _ in range(2)] == [502, 502]
    assert asked(services) == [("test-model", True), ("test-model", False)] * 2


def test_a_model_that_refuses_us_is_not_asked_again_without_the_schema(services: Services) -> None:
    services.script("test-model", FORBIDDEN)
    model, request = chat_model(AnswerSettings.from_environment()), ChatRequest("s", (Block("q"),), 10, 0.0)
    with pytest.raises(DependencyRejected):
        model.reply(request, Deadline.after(20))
    with pytest.raises(DependencyRejected):
        list(model.stream(request, Deadline.after(20)))
    assert asked(services) == [("test-model", True)] * 2


def test_a_fallback_that_takes_no_schema_is_asked_for_text(ask: Ask, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FALLBACK_MODELS", "second-model")
    services.script("test-model", Reply({}, 500))
    services.script("second-model", Reply(converse(f"{BOOKS} [1].")))
    answer = content(ask(QUESTION))
    assert (answer["answer"], answer["usage"]["model"]) == (f"{BOOKS} [1].", "second-model")
    assert asked(services)[-1] == ("second-model", False)


def test_a_second_model_in_claims_agrees_with_a_first_in_text(ask: Ask, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECOND_MODEL", "second-model")
    monkeypatch.setenv("MODELS_IN_CLAIMS", "second-model")
    services.script("test-model", Reply(converse(f"{BOOKS} [1].")))
    answer = content(ask(QUESTION))
    assert (answer["answer"], answer["degraded"]) == (f"{BOOKS} [1].", [])
    assert sorted(asked(services)) == [("second-model", True), ("test-model", False)]


def test_a_guardrail_that_steps_in_refuses_the_answer(ask: Ask, services: Services) -> None:
    services.answer, services.stop_reason = "Sorry, not this.", "guardrail_intervened"
    assert content(ask(QUESTION))["answer"] == "I cannot help with this request."


def test_a_reader_sees_each_claim_when_it_has_ended_and_none_of_the_json(stream: Callable[..., Output], services: Services) -> None:
    services.hits = [hit("returns", text="Books may be returned within 30 days with the receipt. Signed copies are not taken back.")]
    services.answer = written((BOOKS + ".", [1]), (f"{PENGUINS}.", [1]), ("Signed copies are not taken back.", [1]))
    output = stream(QUESTION)
    deltas = [data["text"].strip() for name, data in output.events if name == "delta"]
    assert deltas == [f"{BOOKS} [1].", "Signed copies are not taken back [1]."]
    done = output.events[-1][1]
    assert (done["answer"], done["withheld"]) == (output.text, 1) == (" ".join(deltas), 1)


def test_a_claim_is_shown_while_the_next_is_written(stream: Callable[..., Output], services: Services) -> None:
    first, rest = written((BOOKS + ".", [1]), ("Bring the receipt.", [1])).split("}", 1)
    shown: list[bool] = []

    def produce() -> Iterator[bytes]:
        yield from pieces_of(first + "}")
        yield piece(rest[:4])
        shown.append(True)
        yield from (*pieces_of(rest[4:]), *ending())

    services.script("test-model", Reply(None, pieces=produce()))
    output = stream(QUESTION)
    when = {name: at for at, (name, _) in enumerate(output.events)}
    assert shown
    assert when["retrieved"] < when["delta"] < when["done"]


def test_a_stream_whose_schema_is_rejected_is_asked_for_text_before_its_first_word(
    stream: Callable[..., Output], services: Services, log_lines: Lines
) -> None:
    services.script("test-model", REJECTED, Reply(None, pieces=[*pieces_of(f"{BOOKS} [1]."), *ending()]))
    output = stream(QUESTION)
    assert output.text == f"{BOOKS} [1]."
    assert asked(services) == [("test-model", True), ("test-model", False)]
    assert turn_line(log_lines)["structure"] == "rejected"


def test_a_stream_that_begins_by_rejecting_the_schema_is_asked_for_text_too(services: Services) -> None:
    said = [message("validationException", NO_SCHEMA, how="exception")]
    services.script("test-model", Reply(None, pieces=said), Reply(None, pieces=[piece("Thirty days."), *ending()]))
    model = chat_model(AnswerSettings.from_environment())
    *pieces, reply = model.stream(ChatRequest("s", (Block("q"),), 10, 0.0), Deadline.after(20))
    assert pieces == ["Thirty days."]
    assert isinstance(reply, ChatReply)
    assert reply.structure == "rejected"


def test_a_streamed_text_in_place_of_claims_is_shown_sentence_by_sentence(stream: Callable[..., Output], services: Services) -> None:
    services.answer = f"{BOOKS} [1]. The receipt comes with the books [1]."
    output = stream(QUESTION)
    assert output.text == output.events[-1][1]["answer"] == services.answer


def test_what_was_written_of_a_claim_is_charged_to_a_reader_who_goes_away(
    stream: Callable[..., Output], services: Services, log_lines: Lines
) -> None:
    with pytest.raises(Gone):
        stream(QUESTION, Output(leaves_after=1))
    line = turn_line(log_lines)
    assert (line["outcome"], line["usage_estimated"]) == ("caller-gone", 1)
    assert line["output_tokens"] >= len(services.answer) // 4 - 1 > len(BOOKS) // 4


def test_sentences_that_have_ended_are_checked_at_once() -> None:
    growing = Growing("What returns?", ["Returns\n\nBooks may be returned within 30 days with the receipt."], "held")
    assert growing.add(Sentences(f"{BOOKS} [1]. {PENGUINS} [1]. ", 90)) == f"{BOOKS} [1]."
    assert growing.add(Sentences("", 30)) == f"{BOOKS} [1]."


def test_words_of_the_prompt_for_claims_do_not_leave() -> None:
    turn = Turn("r", "t", "q", Deadline.after(1))
    turn.prompt = Prompt(SYSTEM, "", "q", "nonce")
    told = "The text of a claim is one plain sentence without numbers of passages."
    assert told.rstrip(".") in SYSTEM_FOR_CLAIMS
    assert outgoing(turn).problem_of(told) == "prompt"


def test_the_functions_of_the_api_share_the_setting() -> None:
    settings = importlib.import_module("functions.turns").AnswerSettings.from_environment()
    assert settings.models_in_claims == ("test-model",)


def test_what_the_prompt_says_of_facts_is_said_to_a_model_that_is_asked_for_claims() -> None:
    asked_with: list[str] = []

    class Model:
        def reply(self, request: ChatRequest, deadline: Deadline) -> ChatReply:
            asked_with.append(request.system)
            return ChatReply(written((BOOKS + ".", [1])), "end_turn", Usage())

    request = ChatRequest(SYSTEM + ABOUT_FACTS, [Block("?")], max_tokens=9, temperature=0.0)
    InClaims(Model(), told=lambda error: None).reply(request, Deadline.after(9.0))  # type: ignore[arg-type]
    assert asked_with == [SYSTEM_FOR_CLAIMS + ABOUT_FACTS]
