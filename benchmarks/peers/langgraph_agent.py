"""The agent's function as users of LangGraph write it: its ready-made graph of model and tools, compiled once, run for each request."""

import json
import warnings
from typing import Any

import boto3
from bookshop_tools import GUARDRAIL, INSTRUCTIONS, MODEL, REGION, TOOLS
from langchain_aws import ChatBedrockConverse
from langchain_core.tools import tool
from langgraph.prebuilt import create_react_agent

warnings.simplefilter("ignore")
chat = ChatBedrockConverse(
    client=boto3.client("bedrock-runtime", region_name=REGION),
    model=MODEL,
    provider="anthropic",
    max_tokens=1024,
    temperature=0,
    guardrails={"guardrailIdentifier": GUARDRAIL[0], "guardrailVersion": GUARDRAIL[1]},
)


def made(**options: Any) -> Any:
    """The graph. options: as `create_react_agent` takes them, such as a checkpointer."""
    return create_react_agent(chat, [tool(each, parse_docstring=True) for each in TOOLS], prompt=INSTRUCTIONS, **options)


def answered(graph: Any, event: dict[str, Any], **options: Any) -> dict[str, Any]:
    message = json.loads(event["body"])["message"]
    messages = graph.invoke({"messages": [("user", message)]}, **options)["messages"]
    calls = sum(len(getattr(each, "tool_calls", ())) for each in messages)
    return {"statusCode": 200, "body": json.dumps({"answer": messages[-1].text, "calls": calls})}


graph = made()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return answered(graph, event)
