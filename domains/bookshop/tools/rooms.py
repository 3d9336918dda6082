"""The Loft, held for a day without obligation."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from causeway.agents.tool import Calling, Changed, Refused, Tool

KIND = "rooms"
HELD_DAYS = 5


class Day(BaseModel):
    model_config = ConfigDict(extra="forbid")

    day: date = Field(description="the day, such as 2026-12-12")


def hold(arguments: Day, calling: Calling) -> Mapping[str, Any]:
    """Held by its day; a day that somebody else holds stays theirs."""
    day, found = arguments.day.isoformat(), calling.records.get(KIND, arguments.day.isoformat())
    if found is not None and found["owner"] != calling.owner.name:
        raise Refused(f"The Loft is taken on {day}. Ask for another day.")
    if found is None:
        try:
            calling.records.put(KIND, day, {"owner": calling.owner.name, "state": "held"}, key=calling.key)
        except Changed:
            raise Refused(f"Somebody else asked for the Loft on {day} at the same moment. Ask for another day.") from None
    return {"room": "the Loft", "day": day, "held_for_days": HELD_DAYS, "next": "Pay the deposit and sign the form."}


hold_room = Tool(
    name="hold_room",
    description="Holds the Loft in Exeter for one day without obligation, after the customer has consented.",
    arguments=Day,
    run=hold,
    effect="once",
    consent="Hold the Loft on {day}?",
)
