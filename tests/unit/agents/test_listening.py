"""What somebody who reads along hears of a run, and what nobody hears."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from causeway.agents.listening import Growing
from causeway.agents.progress import Progress
from causeway.agents.recorded import Recorded
from causeway.agents.steps import AnyStep
from causeway.models.acting import ActReply, ActRequest
from causeway.models.chat import Usage
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyUnavailable
from causeway.safety.leaks import Outgoing
from tests.unit.agents.desk import Desk, Model, calls, desk, in_turn, says, tool

find = tool("find")


@dataclass
class Listening:
    """Keeps what it hears, in order."""

    heard: list[Any] = field(default_factory=list)

    def began(self, run: Recorded) -> None:
        self.heard.append(("began", run.id))

    def writes(self, text: str) -> None:
        if self.heard[-1] != ("writes", text):
            self.heard.append(("writes", text))

    def took(self, steps: Sequence[AnyStep], progress: Progress) -> None:
        self.heard += [step.kind for step in steps]


@dataclass
class Along:
    """replies: of the model, one after another, each heard in pieces of eight characters. breaks: after how many pieces, None for never."""

    replies: Sequence[ActReply]
    breaks: int | None = None
    after_each: Callable[[], None] = lambda: None

    def act_along(self, request: ActRequest, deadline: Deadline) -> Generator[str | ActReply]:
        reply = self.replies[sum(bool(each.calls) for each in request.messages)]
        for at in range(0, len(reply.text), 8):
            if self.breaks is not None and at >= 8 * self.breaks:
                raise DependencyUnavailable("model", "broke off")
            yield reply.text[at : at + 8]
            self.after_each()
        yield reply


def never(request: ActRequest, before: int) -> ActReply:
    raise AssertionError("the model is heard while it writes")


def along(*replies: ActReply, whole: Callable[[ActRequest, int], ActReply] = never, **facts: Any) -> tuple[Desk, Listening]:
    return Desk(Model(whole), [find], along=Along(replies, **facts)), Listening()


def test_calls_and_results_are_heard_in_the_order_in_which_they_are_written_down() -> None:
    at, listening = along(calls(("find", "a"), text="Let me look. "), says("It is here."))
    run = at.begin(listener=listening)
    assert listening.heard == [
        ("began", run.id),
        ("writes", ""),
        ("writes", "Let me look."),
        "replied",
        "returned",
        ("writes", ""),
        ("writes", "It is here."),
        "replied",
        "ended",
    ]
    assert run.text == "It is here."


def test_a_run_that_nobody_listens_to_is_asked_for_as_a_whole() -> None:
    at, _ = along(whole=in_turn(says("Hello.")))
    assert at.begin().text == "Hello."


def test_a_question_is_heard_where_the_run_stops_for_its_user() -> None:
    act = tool("act", effect="once", consent="Do {thing}?")
    at, listening = desk(in_turn(calls(("act", "x"))), act), Listening()
    at.begin(listener=listening)
    assert listening.heard[1:] == ["replied", "asked"]


def test_a_sentence_that_may_not_leave_is_never_heard() -> None:
    at, listening = along(says("It is here. See https://evil.example/x?y for more of it. Good bye then."))
    run = at.begin(listener=listening)
    assert not any("evil" in str(each) for each in listening.heard)
    assert listening.heard[-3] == ("writes", "It is here. Good bye then.")
    assert run.text.startswith("It is here. Good bye then.")


def test_a_link_that_the_user_has_sent_may_be_said() -> None:
    at, listening = along(says("See https://shop.example/a for it."))
    at.begin("What is https://shop.example/a about?", listener=listening)
    assert ("writes", "See https://shop.example/a for it.") in listening.heard


def test_a_reply_that_breaks_off_is_taken_back_and_asked_for_again_as_a_whole() -> None:
    at, listening = along(says("One sentence is here. Another one follows."), whole=in_turn(says("It is here.")), breaks=5)
    run = at.begin(listener=listening)
    assert run.text == "It is here."
    assert listening.heard[-4:] == [("writes", "One sentence is here."), ("writes", ""), "replied", "ended"]


@pytest.mark.parametrize("breaks", [0, 3])
def test_a_model_that_does_not_answer_is_not_asked_again_once_its_failure_or_the_time_says_so(breaks: int) -> None:
    at, listening = along(says("One sentence is here. Another one follows."), breaks=breaks)
    run = at.begin(listener=listening, seconds=5.0 if breaks else 25.0)
    assert (run.state, run.stopped) == (("working", None) if breaks else ("done", "model-unavailable"))


def test_a_reply_that_outlasts_the_time_is_left_to_the_next_process() -> None:
    at, listening = along(says("One sentence is here. Another one follows."))
    until = Deadline.after(5.1)
    at.along.after_each = lambda: object.__setattr__(until, "at", 0.0)
    run = at.agents.begin(at.owner, "service", "Please.", None, "t", until, listening)
    assert (run.state, len(at.inbox.sent)) == ("working", 2)


def test_what_the_guardrail_ended_is_taken_back() -> None:
    at, listening = along(ActReply("", [], "guardrail_intervened", Usage(1, 1, "model")))
    run = at.begin(listener=listening)
    assert (run.stopped, run.text) == ("guardrail", "I cannot help with that.")
    assert listening.heard[1] == ("writes", "")


def test_the_same_turn_again_is_heard_to_have_begun_and_nothing_else() -> None:
    at, listening = along(says("Hello."))
    first = at.begin(listener=Listening())
    assert at.begin(listener=listening) == first
    assert listening.heard == [("began", first.id)]


def test_line_ends_between_sentences_stay_and_a_text_that_may_not_leave_as_a_whole_is_not_shown() -> None:
    growing = Growing(Outgoing([]))
    assert growing.add("First of all, good morning.\n\nSecond, here it is. And") == "First of all, good morning."
    assert growing.whole() == "First of all, good morning.\n\nSecond, here it is. And"
