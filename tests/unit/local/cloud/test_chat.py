from local.cloud.chat import OUTPUT, _with_output, assessed, plain
from local.cloud.chat_server import FAILURES, ChatFailed


def guarded(text: str, *qualifiers: str) -> dict:
    return {"guardContent": {"text": {"text": text, "qualifiers": list(qualifiers)}}}


MESSAGE = {
    "role": "user",
    "content": [guarded("passages", "grounding_source"), {"text": " about "}, guarded("question", "query", "guard_content")],
}


def test_the_model_reads_marked_and_plain_text_as_one() -> None:
    assert plain([MESSAGE]) == [{"role": "user", "content": [{"text": "passages about question"}]}]


def test_other_blocks_stay_between_texts() -> None:
    use = {"toolUse": {"name": "t", "input": {}}}
    assert plain([{"role": "assistant", "content": [{"text": "a"}, use, {"text": "b"}]}])[0]["content"] == [
        {"text": "a"},
        use,
        {"text": "b"},
    ]


def test_a_guardrail_assesses_only_what_is_marked_for_it() -> None:
    assert assessed([MESSAGE]) == "question"


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
