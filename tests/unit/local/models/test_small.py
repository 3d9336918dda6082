"""The small language model's adapter, over an engine that takes as long as we say."""

import json
import threading
import urllib.error
import urllib.request

import pytest

from local.models import small
from local.models.serving import Busy, chat_server
from local.models.small import ANSWER_TOKENS, SmallModel

QUESTION = "\n\n<question>When?</question>"


class Engine:
    """Counts a token for each word; reading one takes `a_word` seconds, writing one `a_token`."""

    def __init__(self, clock, a_word=0.0, a_token=0.0, words=("It", " is", " so.")):
        self.clock, self.a_word, self.a_token, self.words = clock, a_word, a_token, words
        self.known, self.asked = 0, []

    def handle_chat_completions(self, prompt, callback=None):
        self.asked.append(prompt)
        count = sum(len(message["content"].split()) for message in prompt["messages"])
        self.clock.now += max(0, count - self.known) * self.a_word
        self.known = count
        if callback is None:
            return {"usage": {"prompt_tokens": count}}
        for word in self.words[: prompt["max_tokens"]]:
            self.clock.now += self.a_token
            if callback(piece({"content": word})):
                return None
        callback(piece({}, "length" if len(self.words) > prompt["max_tokens"] else "stop"))
        return None


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


def piece(delta, reason=None):
    return {"id": "c", "created": 1, "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}


@pytest.fixture
def clock():
    return Clock()


def request(passages, words=100, **more):
    text = "\n".join(f'<passage n="{n}" title="t">\n{"word " * words}\n</passage>' for n in range(1, passages + 1))
    return {"messages": [{"role": "user", "content": f"<passages>\n{text}\n</passages>{QUESTION}"}], **more}


def read_by(engine):
    """How many passages the question that was answered came with."""
    return engine.asked[-1]["messages"][-1]["content"].count("<passage ")


def test_with_time_enough_every_passage_is_read_and_the_answer_is_whole(clock):
    engine = Engine(clock)
    answer = SmallModel(engine, clock).complete(request(5, temperature=0.1))
    assert read_by(engine) == 5
    assert engine.asked[-1]["temperature"] == 0.1
    assert answer["choices"][0] == {"index": 0, "message": {"role": "assistant", "content": "It is so."}, "finish_reason": "stop"}
    assert answer["usage"] == {"prompt_tokens": engine.known, "completion_tokens": 3, "total_tokens": engine.known + 3}


def test_a_schema_constrains_what_is_written_and_not_what_is_read(clock):
    engine = Engine(clock)
    SmallModel(engine, clock).complete(request(2, response_format={"type": "json_schema"}))
    assert ["response_format" in prompt for prompt in engine.asked] == [False, False, True]


def test_a_slow_machine_reads_the_first_passages_and_still_gets_the_question(clock):
    engine = Engine(clock, a_word=0.015)
    SmallModel(engine, clock).complete(request(5))
    assert 1 <= read_by(engine) < 5
    assert clock.now - 1000 <= small.READ_SECONDS
    content = engine.asked[-1]["messages"][-1]["content"]
    assert '<passage n="1"' in content
    assert content.endswith("</passages>" + QUESTION)


def test_the_first_passage_is_read_however_slow_the_machine_is(clock):
    engine = Engine(clock, a_word=0.08)
    SmallModel(engine, clock).complete(request(5))
    assert read_by(engine) == 1


def test_passages_that_would_not_fit_into_its_context_are_left_out(clock):
    engine = Engine(clock)
    SmallModel(engine, clock).complete(request(20, words=900))
    assert engine.known < small.CONTEXT_TOKENS - ANSWER_TOKENS


def test_writing_ends_when_the_time_is_over_and_the_answer_says_so(clock):
    engine = Engine(clock, a_token=1.0, words=["word "] * 100)
    answer = SmallModel(engine, clock).complete(request(1))
    assert answer["choices"][0]["finish_reason"] == "length"
    assert 5 < answer["usage"]["completion_tokens"] < 20


def test_it_writes_no_more_than_its_limit_or_the_callers(clock):
    model = SmallModel(Engine(clock, words=["word "] * 1000), clock)
    assert model.complete(request(1, max_tokens=1024))["usage"]["completion_tokens"] == ANSWER_TOKENS
    assert model.complete(request(1, max_tokens=7))["usage"]["completion_tokens"] == 7


def test_without_time_for_a_word_the_caller_hears_that_the_machine_is_busy(clock):
    with pytest.raises(Busy, match="too busy"):
        SmallModel(Engine(clock, a_word=0.2, words=[""]), clock).complete(request(1))


def test_a_message_without_passages_is_answered_as_it_is(clock):
    engine = Engine(clock)
    messages = [{"role": "user", "content": "Hello!"}]
    SmallModel(engine, clock).complete({"messages": messages})
    assert engine.asked[-1]["messages"] == messages


def test_who_waits_too_long_for_another_question_is_refused_as_unavailable(serving):
    writing, done = threading.Event(), threading.Event()

    class Slow(Engine):
        def handle_chat_completions(self, prompt, callback=None):
            writing.set()
            done.wait(5)
            return super().handle_chat_completions(prompt, callback)

    model = SmallModel(Slow(Clock()), patience=0.05)
    with serving(chat_server(0, "small", model)) as address:
        first = threading.Thread(target=model.complete, args=[request(1)])
        first.start()
        assert writing.wait(5)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{address}/v1/chat/completions", json.dumps(request(1)).encode(), timeout=5)
        done.set()
        first.join()
    assert refused.value.code == 503
    assert "one question at a time" in json.load(refused.value)["error"]["message"]
