"""The functions that answer a turn of an agent with five tool calls: ours as deployed and without its services, and peers'."""

import json
from pathlib import Path

from benchmarks import peers
from benchmarks.handlers import CONFIGURATION, Handler, Request, asset, function_interpreter, layer
from benchmarks.instant_agents import ANSWER
from benchmarks.measure import ROOT, version

DOMAIN = "bookshop"
TURN = Request(
    "/v1/agents/{agent}/turns",
    {"message": "Where are my orders H-10001, H-10002, H-10003, H-10004 and H-10005?", "client_token": "one-and-the-same"},
    ANSWER,
    {"agent": "service"},
)
VARIABLES = {
    "AWS_LAMBDA_FUNCTION_NAME": "causeway-local-agents",
    "POWERTOOLS_SERVICE_NAME": "agents",
    "AGENT_DOMAIN": DOMAIN,
    "TENANT_ROLE": "arn:aws:iam::000000000000:role/causeway-local-agent-rows",
    "RECORDS_TABLE": "records",
    "AGENT_RUNS_TABLE": "agent-runs",
    "AGENT_RUNS_QUEUE": "http://sqs.us-east-1.localhost/000000000000/agent-runs",
    "EVENT_BUS": "causeway",
    "AUDIT_BUCKET": "audit",
    "MODEL_PRICES": json.dumps({CONFIGURATION["CHAT_MODEL"]: {"input": 1.0, "output": 5.0}}),
}


def deployed() -> Handler:
    """Ours as it is deployed, on its asset and its three layers."""
    return Handler("causeway", function_interpreter(), "functions.agents", _shipped(), TURN, VARIABLES)


def alone() -> Handler:
    """Ours without tables, queue and rights behind it."""
    path = (*_shipped(), ROOT)
    return Handler("causeway, tables and queue in memory", function_interpreter(), "benchmarks.agent_alone", path, TURN, VARIABLES)


def strands() -> Handler:
    return _peer("Strands", "strands-agents", "strands_agent")


def strands_with_services() -> Handler:
    """Strands with the clients and the routes that ours has."""
    return _peer("Strands with our services' clients", "strands-agents", "strands_whole")


def converse_alone() -> Handler:
    return _peer("the six requests alone", "boto3", "converse_alone")


def langgraph() -> Handler:
    return _peer("LangGraph", "langgraph", "langgraph_agent")


def langgraph_with_checkpoints() -> Handler:
    return _peer("LangGraph with checkpoints in DynamoDB", "langgraph-checkpoint-aws", "langgraph_checkpointed")


def _peer(name: str, package: str, module: str) -> Handler:
    interpreter = peers.interpreter("agents")
    return Handler(f"{name} ({version(interpreter, package)})", interpreter, module, (peers.REQUIREMENTS,), TURN)


def _shipped() -> tuple[Path, ...]:
    from stacks.agents.domain_layer import build

    return asset("agents"), layer("answering"), layer("agents"), build(DOMAIN) / "python"
