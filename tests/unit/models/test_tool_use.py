"""Models that use tools, over real HTTP in the wire format of Converse. Botocore checks each request against Bedrock's own model."""

from typing import Any

import pytest

from causeway.models.acting import ActReply, ActRequest, Said, ToolCall, ToolResult, ToolSpec
from causeway.models.chat import Usage
from causeway.models.converse import Converse, Guardrail
from causeway.models.fallback import Fallback
from causeway.runtime.clients import client
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyError, DependencyUnavailable, Throttled
from tests.unit.loopback import Reply, Services, converse

MODEL = Dependency("model", 1.0, 3.0, connect_seconds=0.5, retries=(), attempts=1)
FIND = ToolSpec("find", "Finds a thing.", {"type": "object", "properties": {"thing": {"type": "string"}}, "required": ["thing"]})
CALL = ToolCall("call-1-1", "find", {"thing": "a book"})
CONVERSATION = (
    Said("user", "I am Ada."),
    Said("assistant", "Hello Ada."),
    Said("user", "Where is my book?"),
    Said("assistant", "Let me see.", [CALL, ToolCall("call-1-2", "find", {})]),
    Said("user", results=[ToolResult("call-1-1", "On the shelf."), ToolResult("call-1-2", "thing: Field required", failed=True)]),
)
THROTTLED = Reply({"message": "slow down"}, 429, {"x-amzn-ErrorType": "ThrottlingException"})


def model(name: str = "large") -> Converse:
    return Converse(client("bedrock-runtime", **MODEL.patience), name, Guardrail("g", "1"), MODEL)


def act(services: Services, *messages: Said, tools: tuple[ToolSpec, ...] = (FIND,)) -> tuple[ActReply, Any]:
    """The reply, and the body that was sent."""
    reply = model().act(ActRequest("Help.", messages, tools, 300), Deadline.after(5))
    return reply, services.asked["model"][-1].body


def replied(*blocks: Any, stop_reason: str = "tool_use") -> Reply:
    answer = converse("", stop_reason)
    answer["output"]["message"]["content"] = list(blocks)
    return Reply(answer)


def test_a_conversation_with_tools_is_sent_in_the_form_of_converse(services: Services) -> None:
    _, sent = act(services, *CONVERSATION)
    assert sent["toolConfig"] == {
        "tools": [{"toolSpec": {"name": "find", "description": "Finds a thing.", "inputSchema": {"json": FIND.schema}}}]
    }
    *_, assistant, results = sent["messages"]
    assert assistant == {
        "role": "assistant",
        "content": [
            {"text": "Let me see."},
            {"toolUse": {"toolUseId": "call-1-1", "name": "find", "input": {"thing": "a book"}}},
            {"toolUse": {"toolUseId": "call-1-2", "name": "find", "input": {}}},
        ],
    }
    assert results == {
        "role": "user",
        "content": [
            {"toolResult": {"toolUseId": "call-1-1", "content": [{"text": "On the shelf."}]}},
            {"toolResult": {"toolUseId": "call-1-2", "content": [{"text": "thing: Field required"}], "status": "error"}},
        ],
    }
    assert sent["inferenceConfig"] == {"maxTokens": 300, "temperature": 0.0}


def test_the_guardrail_assesses_the_last_words_of_the_user_and_no_earlier_ones(services: Services) -> None:
    _, sent = act(services, *CONVERSATION)
    assert sent["guardrailConfig"] == {"guardrailIdentifier": "g", "guardrailVersion": "1", "trace": "enabled"}
    said = [message["content"][0] for message in sent["messages"][:3]]
    question = {"guardContent": {"text": {"text": "Where is my book?", "qualifiers": ["guard_content"]}}}
    assert said == [{"text": "I am Ada."}, {"text": "Hello Ada."}, question]


def test_calls_come_back_with_what_the_model_said_beside_them(services: Services) -> None:
    services.script(
        "model",
        replied({"text": "Let me see. "}, {"toolUse": {"toolUseId": "t1", "name": "find", "input": {"thing": "a book", "n": [1, None]}}}),
    )
    reply, _ = act(services, *CONVERSATION)
    assert reply == ActReply(
        "Let me see.", [ToolCall("t1", "find", {"thing": "a book", "n": [1, None]})], "tool_use", Usage(100, 10, "large")
    )


@pytest.mark.parametrize("cut", ['{"thing": "a b', None, ["a book"]])
def test_arguments_that_are_no_object_are_none(services: Services, cut: Any) -> None:
    services.script("model", replied({"toolUse": {"toolUseId": "t1", "name": "find", "input": cut}}, stop_reason="max_tokens"))
    reply, _ = act(services, *CONVERSATION)
    assert (reply.calls, reply.stop_reason) == ([ToolCall("t1", "find", {})], "max_tokens")


def test_bedrock_gets_no_empty_list_of_tools(services: Services) -> None:
    reply, sent = act(services, Said("user", "Hello?"), tools=())
    assert "toolConfig" not in sent
    assert (reply.text, reply.calls) == (services.answer, [])


def test_an_intervention_of_the_guardrail_is_told_with_its_policies(services: Services) -> None:
    answer = converse("I cannot help with that.", "guardrail_intervened")
    answer["trace"] = {"guardrail": {"inputAssessment": {"g": {"topicPolicy": {"topics": []}}}}}
    services.script("model", Reply(answer))
    reply, _ = act(services, Said("user", "Hello?"))
    assert (reply.guardrail_intervened, reply.policies) == (True, {"topicPolicy"})


def test_the_next_model_acts_when_one_is_throttled(services: Services) -> None:
    told: list[DependencyError] = []
    services.script("model", THROTTLED, Reply(converse("Hello.")))
    both = Fallback([model("large"), model("small")], told.append)
    reply = both.act(ActRequest("Help.", [Said("user", "Hello?")], [FIND], 300), Deadline.after(5))
    assert (reply.usage.model, [type(each) for each in told]) == ("small", [Throttled])


def test_an_answer_without_its_usage_is_no_answer(services: Services) -> None:
    answer = converse("Hello.")
    del answer["usage"]
    services.script("model", Reply(answer))
    with pytest.raises(DependencyUnavailable):
        act(services, Said("user", "Hello?"))
