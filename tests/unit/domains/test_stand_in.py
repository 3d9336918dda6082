"""Rules of the stand-in chat model in the domains: they fit the domain's tools, and do what users of the sample ask for."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from causeway.agents.domain import AgentDomain
from causeway.agents.handing import hand_off_tool
from local.app.domain import DOMAINS
from local.models.chat import complete
from local.models.scripts import FILE, Rule, read
from tests.unit.local.models.test_chat import embed

SCRIPTS = sorted(DOMAINS.glob(f"*/agents/{FILE}"))


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.parent.parent.name)
def test_rules_call_tools_of_the_domain_by_their_arguments(file: Any) -> None:
    domain = AgentDomain.load(file.parent.parent.name)
    handing = {tool.name: tool for agent in domain.agents.values() if (tool := hand_off_tool(agent, domain.agents))}
    tools = {**domain.tools, **handing}
    asked = [each for rule in read(file).rules for step in rule.steps for each in step]
    assert asked
    for each in asked:
        assert isinstance(each.arguments, dict)
        assert set(tools[each.tool].schema.get("required", ())) <= set(each.arguments) <= set(tools[each.tool].schema["properties"])


def first_call(rules: tuple[Rule, ...], *said: str) -> tuple[str, dict[str, Any]] | str:
    """What the model does with the last of these messages of the user; the text of its answer where it calls nothing."""
    tools = AgentDomain.load("bookshop").tools
    messages = [{"role": "assistant" if place % 2 else "user", "content": text} for place, text in enumerate(said)]
    known = [{"type": "function", "function": {"name": tool.name, "parameters": tool.schema}} for tool in tools.values()]
    message = complete({"messages": messages, "tools": known}, embed, lambda: rules)["choices"][0]["message"]
    if "tool_calls" not in message:
        return str(message["content"])
    call = message["tool_calls"][0]["function"]
    try:
        tools[call["name"]].arguments.model_validate_json(call["arguments"])
    except ValidationError as error:
        return str(error)
    return call["name"], json.loads(call["arguments"])


@pytest.mark.parametrize(
    ("said", "does"),
    [
        (["Where is my order H-10482?"], ("look_up_order", {"order": "H-10482"})),
        (["what about h-10482"], ("look_up_order", {"order": "h-10482"})),
        (["Where is my order?"], "Which order do you mean? I need its number, such as H-10482."),
        (["Where is my order H-10482?", "Order H-10482 is delivered.", "I want to return it"], ("look_up_order", {"order": "H-10482"})),
        (["I want to return it"], "Which order do you want to return? I need its number, such as H-10482."),
        (
            ["Please deliver H-10517 to 9 Hill Road, Truro TR1 2AB."],
            ("change_address", {"order": "H-10517", "address": "9 Hill Road, Truro TR1 2AB"}),
        ),
        (["Change the address of H-10517 to my office"], "Which address is it to go to?"),
        (["What is 3 * 12.50 - 2.95?"], ("calculate", {"expression": "3 * 12.50 - 2.95"})),
        (["What day is it today?"], ("current_date", {})),
        (["How many days do I have to return a book?"], ("search_knowledge", {"question": "How many days do I have to return a book?"})),
        (["Please hold the Loft on 2026-12-12"], ("hold_room", {"day": "2026-12-12"})),
        (["Yes\n\n<task-0a>\nHold the Loft on 2026-12-12\n</task-0a>"], ("hold_room", {"day": "2026-12-12"})),
        (["Can I hire the Loft?"], "For which day? I need it as 2026-12-12."),
        (["When do you open on Sunday?"], ("search_knowledge", {"question": "When do you open on Sunday?"})),
    ],
)
def test_what_users_of_the_bookshop_say_leads_to_the_right_call(said: list[str], does: Any) -> None:
    assert first_call(read(DOMAINS / "bookshop" / "agents" / FILE).rules, *said) == does


@pytest.mark.parametrize(
    ("agent", "said", "to"),
    [("service", "Please hold the Loft on 2026-12-12", "events"), ("events", "Where is my order H-10482?", "service")],
)
def test_an_agent_that_hands_off_hands_on_what_it_has_no_tool_for(agent: str, said: str, to: str) -> None:
    rules, domain = read(DOMAINS / "bookshop" / "agents" / FILE).rules, AgentDomain.load("bookshop")
    known = domain.agents[agent]
    tools = [*(domain.tools[name] for name in known.tools), hand_off_tool(known, domain.agents)]
    offered = [{"type": "function", "function": {"name": tool.name, "parameters": tool.schema}} for tool in tools if tool]
    asked = {"messages": [{"role": "user", "content": said}], "tools": offered}
    (call,) = complete(asked, embed, lambda: rules)["choices"][0]["message"]["tool_calls"]
    assert call["function"]["name"] == "hand_off"
    assert json.loads(call["function"]["arguments"]) == {"to": to, "task": said}
