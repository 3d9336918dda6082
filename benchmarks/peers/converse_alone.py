"""The six requests of a turn by boto3 and nothing else: no loop, no checks, no tools. What every agent on Bedrock spends at least."""

import inspect
import json
from typing import Any

import boto3
from bookshop_tools import GUARDRAIL, INSTRUCTIONS, MODEL, REGION, TOOLS, look_up_order

client = boto3.client("bedrock-runtime", region_name=REGION)


def _spec(tool: Any) -> Any:
    names = list(inspect.signature(tool).parameters)
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in names}, "required": names}
    return {"toolSpec": {"name": tool.__name__, "description": (tool.__doc__ or "").split("\n")[0], "inputSchema": {"json": schema}}}


SPECS = [_spec(tool) for tool in TOOLS]


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    messages: list[Any] = [{"role": "user", "content": [{"text": json.loads(event["body"])["message"]}]}]
    while (reply := _asked(messages))["stopReason"] == "tool_use":
        message = reply["output"]["message"]
        calls = [block["toolUse"] for block in message["content"]]
        found = [{"toolUseId": call["toolUseId"], "content": [{"json": look_up_order(**call["input"])}]} for call in calls]
        messages += [message, {"role": "user", "content": [{"toolResult": each} for each in found]}]
    return {"statusCode": 200, "body": reply["output"]["message"]["content"][0]["text"]}


def _asked(messages: list[Any]) -> Any:
    return client.converse(
        modelId=MODEL,
        system=[{"text": INSTRUCTIONS}],
        messages=messages,
        toolConfig={"tools": SPECS},
        inferenceConfig={"maxTokens": 1024, "temperature": 0},
        guardrailConfig={"guardrailIdentifier": GUARDRAIL[0], "guardrailVersion": GUARDRAIL[1], "trace": "enabled"},
    )
