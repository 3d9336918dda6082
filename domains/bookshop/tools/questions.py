"""What customers and staff have asked, and no document answers."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from causeway.agents.tool import Calling, Tool


class Hours(BaseModel):
    model_config = ConfigDict(extra="forbid")

    hours: int = Field(default=24, ge=1, le=72, description="how far back")


def unanswered(arguments: Hours, calling: Calling) -> Mapping[str, Any]:
    """The same question, however it is spelt, is counted."""
    counts: dict[str, int] = {}
    for question in calling.questions.unanswered(arguments.hours, calling.deadline):
        words = " ".join(question.split()).casefold()
        counts[words] = counts.get(words, 0) + 1
    listed = sorted(counts.items(), key=lambda each: -each[1])
    return {"questions": len(listed), "asked": [f"{question} ({times})" for question, times in listed]}


list_unanswered = Tool(
    name="list_unanswered",
    description="Lists questions of the last hours that no document answers, with how often each was asked.",
    arguments=Hours,
    run=unanswered,
)
