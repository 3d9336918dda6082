"""LangGraph's agent that survives a crash: its graph with the checkpoints in DynamoDB that AWS's package for it writes."""

from typing import Any

from langgraph_agent import REGION, answered, made
from langgraph_checkpoint_aws import DynamoDBSaver

graph = made(checkpointer=DynamoDBSaver(table_name="checkpoints", region_name=REGION))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    answer: dict[str, Any] = answered(graph, event, config={"configurable": {"thread_id": context.aws_request_id}}, durability="sync")
    return answer
