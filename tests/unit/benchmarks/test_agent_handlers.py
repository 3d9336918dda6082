import json

import pytest

from benchmarks import instant_agents
from benchmarks.agent_handlers import TURN, VARIABLES
from benchmarks.handlers import CONFIGURATION
from causeway.agents.contract import TurnRequest
from causeway.agents.settings import AgentSettings


def test_the_measured_function_gets_every_setting_that_it_requires(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in AgentSettings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in {**CONFIGURATION, **VARIABLES}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SEARCH_ENDPOINT", "of the process")
    settings = AgentSettings.from_environment()
    assert settings.agent_runs_table == "agent-runs"


def test_the_measured_turn_is_one_that_the_route_takes() -> None:
    assert TurnRequest.model_validate(TURN.body).client_token == "one-and-the-same"


def test_the_instant_model_asks_for_five_orders_and_then_answers() -> None:
    replies = [json.loads(instant_agents.reply(results)) for results in range(6)]
    calls = [
        block["toolUse"]["input"]["order"] for reply in replies for block in reply["output"]["message"]["content"] if "toolUse" in block
    ]
    assert calls == ["H-10001", "H-10002", "H-10003", "H-10004", "H-10005"]
    assert [reply["stopReason"] for reply in replies] == ["tool_use"] * 5 + ["end_turn"]
    assert replies[5]["output"]["message"]["content"] == [{"text": TURN.expects}]


def test_only_requests_of_agents_are_answered_here() -> None:
    assert instant_agents.respond("/model/haiku/converse", "", b'{"messages": []}') is None
    assert instant_agents.respond("/", "DynamoDB_20120810.BatchGetItem", b"{}") is None
    assert b"ada" in (instant_agents.respond("/", "DynamoDB_20120810.GetItem", b'{"Key": {"item": {"S": "H-10001"}}}') or b"")
