"""Whether the sources that a claim names are there, and say it."""

from typing import Any

import pytest
from pydantic import BaseModel

from causeway.agents.progress import CallProgress, Progress, Round
from causeway.agents.steps import Begun, Replied, Returned
from causeway.agents.tool import Tool
from causeway.models.acting import ToolCall
from causeway.models.chat import Usage
from causeway.teams.contracts import Claim
from causeway.teams.evidence import claims_in, sources_of, weighed

PASSAGES = """Returns and refunds > How long you have (policies/returns.md)
If you change your mind, you can return a book within 30 days of buying it. It must be clean.

Staff handbook > Complaints (staff/handbook.pdf, page 6)
Any bookseller may spend up to £15 to put a customer's trouble right without asking anyone."""
ORDER = '{"order":"H-10482","items":["The Salt Path"],"state":"delivered","delivered_on":"2026-11-20"}'


class Order(BaseModel):
    order: str


LOOK_UP = Tool("look_up_order", "Looks up.", Order, lambda arguments, calling: "", about=lambda arguments: ("orders", arguments.order))


def progress(*calls: tuple[str, dict[str, Any], str]) -> Progress:
    made = [
        CallProgress(ToolCall(f"call-1-{at}", name, given), returned=Returned(f"call-1-{at}", "done", content))
        for at, (name, given, content) in enumerate(calls)
    ]
    return Progress(Begun("Task", "c0de"), [Round(Replied("", [each.call for each in made], "tool_use", Usage(1, 1, "m"), 0, 0), made)])


BOTH = progress(("search_knowledge", {"question": "returns?"}, PASSAGES), ("look_up_order", {"order": "H-10482"}, ORDER))


@pytest.mark.parametrize(
    ("text", "evidence", "carried"),
    [
        ("You can return a book within 30 days of buying it.", "policies/returns.md", "carried"),
        ("You can return a book within 60 days of buying it.", "policies/returns.md", "doubtful"),
        ("You cannot return a book within 30 days of buying it.", "policies/returns.md", "doubtful"),
        ("You can return a book within 30 days of buying it.", "staff/handbook.pdf", "doubtful"),
        ("Any bookseller may spend up to £15 to put a customer's trouble right.", "Staff/Handbook.pdf", "carried"),
        ("Order H-10482 (The Salt Path) is delivered.", "H-10482", "carried"),
        ("Order H-10482 (The Salt Path) is delivered.", "orders/H-10482", "carried"),
        ("Order H-10482 (The Salt Path) is delivered.", "look_up_order", "carried"),
        ("Order H-10482 (Rebecca) is delivered.", "H-10482", "doubtful"),
        ("Order H-10482 (The Salt Path) was lost at sea in a storm.", "H-10482", "doubtful"),
        ("You can return a book within 30 days of buying it.", "policies/other.md", "unsourced"),
    ],
)
def test_a_claim_is_carried_by_a_source_that_was_returned_and_says_it(text: str, evidence: str, carried: str) -> None:
    sources = sources_of(BOTH, {"look_up_order": LOOK_UP}, [])
    assert weighed(Claim(claim=text, confidence=1, evidence=(evidence,)), sources).carried == carried


def test_a_colleagues_claim_is_a_source_only_if_a_source_carried_it() -> None:
    handed = {"found": [{"output": {"claims": [{"claim": "It is late.", "evidence": ["H-1"], "carried": "carried"}]}}]}
    doubted = {"found": [{"output": {"claims": [{"claim": "It is late.", "evidence": ["H-1"], "carried": "doubtful"}]}}]}
    claim = Claim(claim="It is late.", confidence=1, evidence=("H-1",))
    assert weighed(claim, sources_of(progress(), {}, claims_in(handed))).carried == "carried"
    assert weighed(claim, sources_of(progress(), {}, claims_in(doubted))).carried == "unsourced"


def test_what_a_tool_refused_carries_nothing() -> None:
    call = CallProgress(ToolCall("call-1-1", "look_up_order", {"order": "H-1"}), returned=Returned("call-1-1", "refused", "H-1 is lost."))
    refused = Progress(Begun("Task", "c0de"), [Round(Replied("", [call.call], "tool_use", Usage(1, 1, "m"), 0, 0), [call])])
    assert sources_of(refused, {"look_up_order": LOOK_UP}, []) == {}
