"""What kind of question is asked, by phrases that the domain lists, and how long a turn of that kind is remembered.

Method: words only. The first intent with a phrase in the question is taken. Where it fails: a question in other words than the phrases
has no intent, and one that names a phrase in passing ("a book about the return of the king") has a wrong one.
"""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from causeway.conversations.statements import Kind
from causeway.conversations.transaction import Lifetimes
from causeway.language.form import bare

NONE = ""
WORDS_BETWEEN = 4  # that "..." in a phrase stands for, at most
_WITHOUT_SPACES = re.compile("[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")

Hours = Annotated[int, Field(ge=1)]
Phrase = Annotated[str, StringConstraints(min_length=1)]


class Intent(BaseModel):
    """phrases: words in a row; "*" at the end of a word stands for any ending, "..." for up to four words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
    phrases: tuple[Phrase, ...] = Field(min_length=1)
    turn_hours: Hours | None = None

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(map(_pattern, self.phrases)))


class Remembering(BaseModel):
    """How long a domain remembers: hours of each kind of item, days of the archive, and hours of turns whose intent has its own.

    fact_hours: of facts about users, by their kind; a kind that is not named is not kept.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    turn_hours: Hours = Lifetimes.turn
    summary_hours: Hours = Lifetimes.summary
    session_hours: Hours = Lifetimes.session
    archive_days: Hours = Lifetimes.archive // 24
    fact_hours: Mapping[Kind, Hours] = {}
    intents: tuple[Intent, ...] = ()

    def intent_of(self, question: str) -> str:
        """Its name, NONE when no phrase of any intent is in the question."""
        asked = bare(question)
        return next((intent.name for intent in self.intents if intent.pattern.search(asked)), NONE)

    @property
    def lifetimes(self) -> Lifetimes:
        own = {intent.name: intent.turn_hours for intent in self.intents if intent.turn_hours}
        return Lifetimes(
            self.turn_hours,
            self.summary_hours,
            self.session_hours,
            self.archive_days * 24,
            own,
            {str(kind): hours for kind, hours in self.fact_hours.items()},
        )


def _pattern(phrase: str) -> str:
    between = rf"(?:\W+\w+){{0,{WORDS_BETWEEN}}}?\W+"
    parts = [r"\W+".join(map(_word, part.split())) for part in bare(phrase).split("...")]
    before, behind = ("", "") if _WITHOUT_SPACES.search(phrase) else (r"(?<!\w)", r"(?!\w)")
    return before + between.join(parts) + behind


def _word(word: str) -> str:
    return re.escape(word.removesuffix("*")) + (r"\w*" if word.endswith("*") else "")
