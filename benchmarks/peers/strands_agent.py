"""The agent's function as users of Strands write it: a model made once, an agent for each request, a Converse call for each step."""

import json
from typing import Any

from bookshop_tools import GUARDRAIL, INSTRUCTIONS, MODEL, REGION, TOOLS
from strands import Agent, tool
from strands.models import BedrockModel

model = BedrockModel(
    model_id=MODEL,
    region_name=REGION,
    guardrail_id=GUARDRAIL[0],
    guardrail_version=GUARDRAIL[1],
    max_tokens=1024,
    temperature=0,
    streaming=False,
)
TOOLBOX = [tool(each) for each in TOOLS]


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    agent = Agent(model=model, tools=TOOLBOX, system_prompt=INSTRUCTIONS, callback_handler=None)
    answer = agent(json.loads(event["body"])["message"])
    calls = sum("toolUse" in block for message in agent.messages for block in message["content"])
    return {"statusCode": 200, "body": json.dumps({"answer": str(answer).strip(), "calls": calls})}
