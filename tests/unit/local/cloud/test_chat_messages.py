"""Conversations of Converse, tools included, as those of a chat completion."""

import json
from typing import Any

import pytest

from local.cloud.chat_messages import messages
from local.cloud.chat_server import ChatFailed


def user(*content: Any) -> dict[str, Any]:
    return {"role": "user", "content": [{"text": each} if isinstance(each, str) else each for each in content]}


def assistant(*content: Any) -> dict[str, Any]:
    return {**user(*content), "role": "assistant"}


def use(identifier: str, name: str = "look_up_order", **arguments: Any) -> dict[str, Any]:
    return {"toolUse": {"toolUseId": identifier, "name": name, "input": arguments}}


def result(identifier: str, *content: Any, **more: Any) -> dict[str, Any]:
    blocks = [{"text": each} if isinstance(each, str) else each for each in content]
    return {"toolResult": {"toolUseId": identifier, "content": blocks, **more}}


def guarded(text: str) -> dict[str, Any]:
    return {"guardContent": {"text": {"text": text, "qualifiers": ["guard_content"]}}}


def read(*conversation: Any, system: Any = ()) -> list[dict[str, Any]]:
    return messages(list(conversation), list(system), has_tools=True)


def refusal(*conversation: Any, has_tools: bool = True) -> str:
    with pytest.raises(ChatFailed) as refused:
        messages(list(conversation), [], has_tools)
    assert refused.value.error == ("ValidationException", 400)
    return str(refused.value)


def test_the_model_reads_marked_and_plain_text_as_one() -> None:
    assert read(user(guarded("passages"), " about ", guarded("question"))) == [{"role": "user", "content": "passages about question"}]


def test_the_system_prompt_comes_first_and_a_cache_point_has_no_effect() -> None:
    point = {"cachePoint": {"type": "default"}}
    told = read(user("q", point), system=[{"text": "be brief"}, point])
    assert told == [{"role": "system", "content": "be brief"}, {"role": "user", "content": "q"}]


def test_parallel_calls_are_one_message_and_each_result_is_one_right_behind_it() -> None:
    said = assistant("Let me look.", use("a", order="1"), use("b", "today"))
    asked, made, first, second, note = read(
        user("q"), said, user("a note", result("b", "Friday"), result("a", {"json": {"state": "sent"}}))
    )
    assert asked == {"role": "user", "content": "q"}
    assert (made["role"], made["content"]) == ("assistant", "Let me look.")
    assert [(call["id"], call["function"]["name"], json.loads(call["function"]["arguments"])) for call in made["tool_calls"]] == [
        ("a", "look_up_order", {"order": "1"}),
        ("b", "today", {}),
    ]
    assert first == {"role": "tool", "tool_call_id": "b", "content": "Friday"}
    assert second == {"role": "tool", "tool_call_id": "a", "content": '{"state": "sent"}'}
    assert note == {"role": "user", "content": "a note"}


def test_a_call_without_words_has_no_content() -> None:
    assert read(user("q"), assistant(use("a")), user(result("a", "r")))[1]["content"] is None


def test_a_result_of_several_parts_is_read_whole() -> None:
    assert read(user("q"), assistant(use("a")), user(result("a", "one", "two")))[-1]["content"] == "one\ntwo"


def test_a_failed_result_says_so_in_its_words() -> None:
    failed = read(user("q"), assistant(use("a")), user(result("a", "No such order.", status="error")))[-1]
    assert failed["content"] == "Error: No such order."
    assert read(user("q"), assistant(use("a")), user(result("a", "Sent.", status="success")))[-1]["content"] == "Sent."


@pytest.mark.parametrize(
    ("conversation", "said"),
    [
        ([assistant("a")], "must start with a user message"),
        ([user("a"), user("b")], "alternate between user and assistant"),
        ([user("a"), assistant(use("1")), user("b")], "Expected toolResult blocks at messages.2.content for the following Ids: 1"),
        ([user("a"), assistant(use("1"), use("2")), user(result("2", "r"))], "for the following Ids: 1"),
        ([user("a"), assistant(use("1"))], "Expected toolResult blocks at messages.2.content"),
        ([user("a"), assistant("b"), user(result("1", "r"))], "exceeds the number of toolUse blocks of previous turn"),
        ([user("a"), assistant(use("1"), use("1")), user(result("1", "r"), result("1", "r"))], "duplicate Ids"),
        ([user("a"), assistant(use("1")), user(result("1", status="error"))], "cannot be empty when status value is error"),
        ([user(" ")], "at messages.0.content.0 is blank"),
        ([user({"image": {}})], "messages.0.content.0 is image"),
        ([user("a"), assistant(use("1")), user(result("1", {"document": {}}))], "toolResult has document"),
    ],
)
def test_what_bedrock_refuses_or_nobody_reads_is_an_error_that_says_so(conversation: Any, said: str) -> None:
    assert said in refusal(*conversation)


def test_calls_and_results_need_tools() -> None:
    assert "toolConfig field must be defined" in refusal(user("a"), assistant(use("1")), user(result("1", "r")), has_tools=False)
