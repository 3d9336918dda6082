import importlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from causeway.runtime.errors import Gone
from tests.unit.event_stream import ending, message, piece
from tests.unit.functions.test_answers import Context, content, event
from tests.unit.loopback import Reply, Services, hit

QUESTION = {"question": "How long may books be returned?"}
SECOND = "Bring the receipt with you"


@dataclass
class Output:
    """What a caller gets; leaves_after: the number of writes after which the caller has gone."""

    leaves_after: int = 1_000_000
    started: bool = False
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    pieces: list[tuple[float, bytes]] = field(default_factory=list)

    def start(self, status: int, headers: dict[str, str]) -> None:
        self.started, self.status, self.headers = True, status, headers

    def write(self, piece: bytes) -> None:
        if len(self.pieces) >= self.leaves_after:
            raise Gone
        self.pieces.append((time.monotonic(), piece))

    @property
    def events(self) -> list[tuple[str, Any]]:
        """(name, data) of each event."""
        lines = b"".join(piece for _, piece in self.pieces).decode().split("\n\n")
        pairs = [line.split("\n", 1) for line in lines if line.startswith("event")]
        return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in pairs]

    @property
    def text(self) -> str:
        """The answer as a client puts it together."""
        whole = ""
        for name, data in self.events:
            whole = whole + data["text"] if name == "delta" else data["text"] if name == "replaced" else whole
        return whole


@pytest.fixture
def stream(services: Services) -> Callable[..., Output]:
    module = importlib.import_module("functions.answer_stream")
    module.pipeline.cache_clear()

    def ask(body: Any, output: Output | None = None, **request: Any) -> Output:
        output = output or Output()
        module.handler(event(body, path="/v1/answers/stream", **request), Context(), output)
        return output

    return ask


def test_an_answer_comes_in_events_and_ends_as_the_whole_answer(stream: Callable[..., Output], services: Services) -> None:
    services.answer = "Books may be returned within 30 days [1]. The receipt comes with the books [1]."
    output = stream(QUESTION)
    names = [name for name, _ in output.events]
    assert (output.status, output.headers["Content-Type"]) == (200, "text/event-stream")
    assert (names[0], names[-1]) == ("retrieved", "done")
    assert output.events[0][1]["citations"][0]["document"] == "returns"
    done = output.events[-1][1]
    assert done["answer"] == output.text == services.answer
    assert done["usage"] == {"input_tokens": 100, "output_tokens": 10, "model": "test-model"}
    assert done["citations"][0]["quote"] == "Books may be returned within 30 days with the receipt."


def test_the_passages_come_with_the_relevance_that_put_them_in_their_order(
    stream: Callable[..., Output], services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stream(QUESTION).events[0][1]["citations"][0]["relevance"] is None
    monkeypatch.setenv("RERANK_MODEL", "cohere.rerank-v3-5:0")
    importlib.import_module("functions.turns").pipeline.cache_clear()
    services.hits.append(hit("returns", position=1, text="The shop opens at nine."))
    services.relevance = {"nine": 0.9, "receipt": 0.3}
    found = stream(QUESTION).events[0][1]["citations"]
    assert [(each["n"], each["relevance"]) for each in found] == [(1, 0.9), (2, 0.3)]


def test_the_first_words_leave_before_the_model_has_finished(stream: Callable[..., Output], services: Services) -> None:
    def slowly() -> Iterator[bytes]:
        yield from map(piece, ["Books may be returned ", "within 30 days [1]. ", f"{SECOND} "])
        time.sleep(0.5)
        yield from map(piece, ["to the desk [1]."])
        yield from ending()

    services.script("model", Reply(None, pieces=slowly()))
    output = stream(QUESTION)
    first = next(when for when, piece in output.pieces if b"delta" in piece)
    assert output.pieces[-1][0] - first > 0.4


def test_a_sentence_that_no_passage_carries_never_leaves(stream: Callable[..., Output], services: Services) -> None:
    services.answer = "Books may be returned within 30 days [1]. Penguins run the shop at night. That is all there is to it."
    output = stream(QUESTION)
    assert b"Penguins" not in b"".join(piece for _, piece in output.pieces)
    assert output.events[-1][1]["withheld"] == 1


def test_a_guardrail_that_steps_in_late_replaces_what_was_said(stream: Callable[..., Output], services: Services) -> None:
    said = "Books may be returned within 30 days [1]. And as for the rest of it,"
    services.script("model", Reply(None, pieces=[piece(said), *ending("guardrail_intervened")]))
    output = stream(QUESTION)
    assert [name for name, _ in output.events] == ["retrieved", "delta", "replaced", "done"]
    assert output.text == output.events[-1][1]["answer"] == "I cannot help with this request."


def test_a_model_that_finds_nothing_is_a_refusal(stream: Callable[..., Output], services: Services) -> None:
    services.answer = "I could not find this in the documents."
    output = stream(QUESTION)
    assert output.text == output.events[-1][1]["answer"] == services.answer
    assert not output.events[-1][1]["grounded"]


@pytest.mark.parametrize(
    ("request_body", "who", "status", "slug"),
    [({"question": ""}, {}, 400, "invalid-request"), (QUESTION, {"tenant": None}, 401, "not-signed-in")],
)
def test_a_request_that_is_refused_gets_the_same_problem_as_without_streaming(
    stream: Callable[..., Output], request_body: Any, who: dict[str, Any], status: int, slug: str
) -> None:
    output = stream(request_body, **who)
    assert (output.status, output.headers["Content-Type"]) == (status, "application/problem+json")
    assert json.loads(output.pieces[0][1])["type"].endswith(slug)


def test_a_service_that_fails_before_the_first_event_is_a_problem_with_a_status(stream: Callable[..., Output], services: Services) -> None:
    services.script("search", Reply({}, status=500))
    output = stream(QUESTION)
    assert (output.status, output.headers["Retry-After"]) == (503, "10")
    assert content({"body": output.pieces[0][1]})["type"] == "urn:causeway:problem:search-unavailable"


def test_a_model_that_fails_after_the_first_event_is_an_error_event(stream: Callable[..., Output], services: Services) -> None:
    broken = [piece("Books may be "), message("throttlingException", {"message": "slow down"}, how="exception")]
    services.script("model", Reply(None, pieces=broken))
    output = stream(QUESTION)
    assert output.status == 200
    name, problem = output.events[-1]
    assert (name, problem["type"], problem["request_id"]) == ("error", "urn:causeway:problem:model-throttled", "gateway-1")


def test_a_stream_that_breaks_off_is_replaced_by_quotes_where_the_domain_wants_them(
    stream: Callable[..., Output], services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANSWERS_WITHOUT", "model")
    importlib.import_module("functions.answer_stream").pipeline.cache_clear()
    services.script("model", Reply(None, pieces=[piece("Books may be returned within 30 days [1]. Then the shop")]))
    output = stream(QUESTION)
    name, done = output.events[-1]
    assert (name, done["degraded"]) == ("done", ["model"])
    assert [name for name, _ in output.events].count("replaced") == 1
    assert output.text == done["answer"]
    assert "“Books may be returned within 30 days with the receipt.” [1]" in done["answer"]


def test_a_caller_who_goes_away_ends_the_call_and_is_charged_for_what_was_written(
    stream: Callable[..., Output], services: Services, log_lines: Callable[[], list[dict[str, Any]]]
) -> None:
    written: list[int] = []

    def endless() -> Iterator[bytes]:
        for number in range(500):
            written.append(number)
            yield piece("Books may be returned within 30 days [1]. ")
            time.sleep(0.01)

    services.script("model", Reply(None, pieces=endless()))
    with pytest.raises(Gone):
        stream(QUESTION, Output(leaves_after=4))
    time.sleep(0.3)
    assert len(written) < 100
    line = next(line for line in log_lines() if line["message"] == "turn")
    assert (line["outcome"], line["usage_estimated"]) == ("caller-gone", 1)
    assert 10 < line["output_tokens"] < 1000
