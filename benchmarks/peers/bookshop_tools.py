"""The tools of the bookshop's agent as plain functions, with the names and descriptions that ours have: what both peers wrap."""

import os
from collections.abc import Callable
from typing import Any

INSTRUCTIONS = """You help customers and staff of a bookshop.
Look up an order before you say anything about it. Take rules and prices from the documents, never from memory, and name the document.
Ask for an order number when you need one and have none; it is a letter, a hyphen and five digits.
When something cannot be done, say why, and what the customer can do instead.
Answer in the customer's language, in a few plain sentences."""


def search_knowledge(question: str) -> str:
    """Searches the company's documents, which hold its rules, prices, opening hours and events.

    Args:
        question: one question, complete in itself, in the words of the documents
    """
    return f"No document says anything about {question}."


def look_up_order(order: str) -> dict[str, Any]:
    """Shows one order: what was bought, its state, when and where it is delivered.

    Args:
        order: order number, such as H-10482
    """
    return {
        "order": order,
        "owner": "ada",
        "items": ["The Salt Path", f"Volume 1 of {order}"],
        "state": "delivered",
        "delivered_on": "2026-11-20",
        "address": "4 Quay Street, Falmouth TR11 3HH",
        "total_gbp": 31.98,
    }


def start_return(order: str, reason: str) -> dict[str, Any]:
    """Starts the return of a delivered order, after the customer has consented.

    Args:
        order: order number, such as H-10482
        reason: why it comes back, in the customer's words
    """
    return {"order": order, "reason": reason}


def change_address(order: str, address: str) -> dict[str, Any]:
    """Changes where an order that is not yet sent is delivered, after the customer has consented.

    Args:
        order: order number, such as H-10482
        address: the whole new address, on one line
    """
    return {"order": order, "address": address}


def calculate(expression: str) -> str:
    """Works out a sum exactly.

    Args:
        expression: numbers with + - * / ( ), such as 3 * 12.50 - 2.95
    """
    return expression


def current_date() -> str:
    """Tells today's date and weekday."""
    return "Thursday, 26 November 2026 (UTC)"


TOOLS: tuple[Callable[..., Any], ...] = (search_knowledge, look_up_order, start_return, change_address, calculate, current_date)
MODEL = os.environ["CHAT_MODEL"]
REGION = os.environ["AWS_REGION"]
GUARDRAIL = (os.environ["GUARDRAIL_ID"], os.environ["GUARDRAIL_VERSION"])
