import json

import pytest

from local.cloud.chat import OUTPUT, USED, _with_output, _with_usage, assessed
from local.cloud.chat_server import FAILURES, ChatFailed, Usage


def guarded(text: str, *qualifiers: str) -> dict:
    return {"guardContent": {"text": {"text": text, "qualifiers": list(qualifiers)}}}


MESSAGE = {
    "role": "user",
    "content": [guarded("passages", "grounding_source"), {"text": " about "}, guarded("question", "query", "guard_content")],
}


def test_a_guardrail_assesses_only_what_is_marked_for_it() -> None:
    assert assessed([MESSAGE]) == "question"


def test_a_guardrail_assesses_what_is_marked_before_the_results_of_tools() -> None:
    results = {"role": "user", "content": [{"toolResult": {"toolUseId": "1", "content": [{"text": "secret"}]}}]}
    assert assessed([MESSAGE, {"role": "assistant", "content": [{"text": "a"}]}, results]) == "question"


def test_a_guardrail_assesses_everything_when_nothing_is_marked() -> None:
    assert assessed([{"role": "user", "content": [{"text": "a"}, {"text": "b"}]}]) == "a\nb"


def test_a_chat_server_that_throttles_is_bedrock_that_throttles() -> None:
    assert ChatFailed(429, "busy").error == FAILURES[429] == ("ThrottlingException", 429)
    assert ChatFailed(500, "broken").error == ("ServiceUnavailableException", 503)


def test_converse_hands_on_the_output_that_its_request_asks_for() -> None:
    heard: list[object] = []
    run = _with_output(lambda *_: heard.append(OUTPUT.get()))
    run("m", {}, b'{"outputConfig": {"textFormat": {}}}')
    run("m", {}, b"{}")
    assert heard == [{"textFormat": {}}, None]


def test_what_has_an_effect_on_aws_and_none_here_is_refused() -> None:
    with pytest.raises(ChatFailed, match="serves no additionalModelRequestFields of Converse"):
        _with_output(lambda *_: None)("m", {}, b'{"additionalModelRequestFields": {}}')


def test_tokens_that_the_server_had_read_before_are_counted_apart() -> None:
    def converse(*_: object) -> tuple[int, dict, bytes]:
        USED.set(Usage(30, 5, 70))
        return 200, {}, b'{"usage": {"inputTokens": 30}, "stopReason": "end_turn"}'

    usage = {"inputTokens": 30, "outputTokens": 5, "totalTokens": 105, "cacheReadInputTokens": 70, "cacheWriteInputTokens": 0}
    assert json.loads(_with_usage(converse)()[2]) == {"usage": usage, "stopReason": "end_turn"}
