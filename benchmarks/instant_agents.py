"""What the instant server answers to agents: a model that looks up five orders in turn, and the other services of a turn."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from itertools import count
from typing import Any

_HOUSES = count(1)
CALLS = 5  # of tools, in one turn
ANSWER = "All five orders are delivered."
WRITTEN, NONE_FOUND, ALL_WRITTEN = b"{}", b'{"Items": [], "Count": 0}', b'{"UnprocessedItems": {}}'
NOTHING_FOUND = b'{"action": "NONE", "outputs": [], "assessments": [], "usage": {"topicPolicyUnits": 1, "contentPolicyUnits": 1}}'
ROLE = b"""<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>AKIDBENCHMARK</AccessKeyId><SecretAccessKey>benchmark</SecretAccessKey><SessionToken>benchmark</SessionToken>
<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"""


def order_number(at: int) -> str:
    return f"H-{10001 + at}"


def order(number: str, owner: str) -> dict[str, Any]:
    """As the sample of the bookshop has orders, but with words that were never there before: no text of it was screened already."""
    house = next(_HOUSES)
    return {
        "owner": owner,
        "items": ["The Salt Path", f"Volume {house} of {number}"],
        "state": "delivered",
        "delivered_on": "2026-11-20",
        "address": f"{house} Quay Street, Falmouth TR11 3HH",
        "total_gbp": 31.98,
    }


@cache
def reply(results: int) -> bytes:
    """What the model says after so many results of tools, by Converse."""
    call = {"toolUseId": f"tooluse_{results}", "name": "look_up_order", "input": {"order": order_number(results)}}
    content: list[dict[str, Any]] = [{"toolUse": call}] if results < CALLS else [{"text": ANSWER}]
    return json.dumps(
        {
            "output": {"message": {"role": "assistant", "content": content}},
            "stopReason": "tool_use" if results < CALLS else "end_turn",
            "usage": {"inputTokens": 1350, "outputTokens": 42, "totalTokens": 1392},
            "metrics": {"latencyMs": 1},
        }
    ).encode()


def record(body: bytes) -> bytes:
    """DynamoDB's GetItem of an order."""
    number = json.loads(body)["Key"]["item"]["S"]
    item = {"content": {"S": json.dumps(order(number, "ada"))}, "keys": {"L": []}, "version": {"N": "1"}}
    return json.dumps({"Item": item}).encode()


ANSWERS: Mapping[str, Callable[[bytes], bytes]] = {
    ".TransactWriteItems": lambda body: WRITTEN,
    ".GetItem": record,
    ".PutItem": lambda body: WRITTEN,
    ".Query": lambda body: NONE_FOUND,
    ".BatchWriteItem": lambda body: ALL_WRITTEN,
    ".SendMessage": lambda body: WRITTEN,
}


def respond(path: str, target: str, body: bytes) -> bytes | None:
    """None for a request that is no agent's. target: the header x-amz-target."""
    if path.endswith("/converse") and b'"toolConfig"' in body:
        return reply(body.count(b'"toolResult"'))
    if path.startswith("/guardrail/"):
        return NOTHING_FOUND
    if path.startswith("/audit/"):
        return b""
    if b"Action=AssumeRole" in body:
        return ROLE
    answer = ANSWERS.get(f".{target.rpartition('.')[2]}")
    return answer(body) if answer else None
