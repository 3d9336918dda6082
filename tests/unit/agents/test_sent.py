"""What the journal keeps of the requests to a model: enough to tell later what each of them said."""

from dataclasses import replace

from causeway.agents import sent
from causeway.agents.sent import Sent, request_of, sent_of
from causeway.agents.steps import Replied, read, written
from causeway.models.acting import ActRequest, Said, ToolCall, ToolSpec
from causeway.models.chat import Usage

ASKED = Said("user", "Where is it?")
CALLED = Said("assistant", "", [ToolCall("call-1-1", "find", {"thing": "it"})])
FIRST = ActRequest("Help.", [ASKED], [ToolSpec("find", "Finds.", {"type": "object"})], 100)
SECOND = replace(FIRST, messages=[ASKED, CALLED, Said("user", "And that?")])


def test_every_request_of_a_run_can_be_read_again_in_full() -> None:
    first = sent_of(FIRST)
    second = sent_of(SECOND, first)
    changed = replace(SECOND, system="Help, briefly.", messages=[ASKED, Said("assistant", "Here.")], tools=[])
    third = sent_of(changed, second)
    assert [request_of([first]), request_of([first, second]), request_of([first, second, third])] == [FIRST, SECOND, changed]


def test_words_are_kept_once() -> None:
    second = sent_of(SECOND, sent_of(FIRST))
    assert (second.words.system, second.words.tools) == (None, None)
    assert [said.text for said in second.words.messages] == ["", "And that?"]


def test_any_change_of_a_request_changes_its_digest() -> None:
    changes = (
        {"system": "Help!"},
        {"tools": [ToolSpec("find", "Finds it.", {"type": "object"})]},
        {"messages": [Said("user", "Where is it")]},
        {"max_tokens": 101},
        {"temperature": 0.1},
    )
    digests = {sent_of(replace(FIRST, **change)).digest for change in changes}  # type: ignore[arg-type]
    assert len(digests | {sent_of(FIRST).digest}) == len(changes) + 1


def test_words_that_an_item_cannot_hold_are_left_out_and_counted_and_their_digests_stay() -> None:
    first = sent_of(FIRST)
    long = replace(FIRST, messages=[ASKED, CALLED, Said("user", "x" * sent.MOST_BYTES)])
    second = sent_of(long, first)
    assert (second.words.left_out, list(second.words.messages)) == (2, [])
    assert second.digest == sent_of(long).digest
    third = sent_of(replace(long, messages=[*long.messages, Said("assistant", "Here.")]), second)
    assert [said.text for said in request_of([first, second, third]).messages] == ["Where is it?", "", "", "Here."]


def test_a_reply_is_read_with_the_request_that_it_answers_and_one_of_before_without() -> None:
    replied = Replied("Here.", [], "end_turn", Usage(1, 2, "m"), 0.1, 0.2, sent=replace(sent_of(FIRST), groups=["staff"], policies="p"))
    again = read(written(replied))
    assert isinstance(again, Replied)
    assert isinstance(again.sent, Sent)
    assert (again.sent.digest, again.sent.groups) == (sent_of(FIRST).digest, ["staff"])
    assert sent_of(request_of([again.sent])).digest == sent_of(FIRST).digest
    old = written(Replied("Here.", [], "end_turn", Usage(1, 2, "m"), 0.1, 0.2)).replace(',"sent":null', "")
    assert "sent" not in old
    assert read(old) == replace(again, sent=None)
