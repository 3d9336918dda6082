"""What a domain does about documents that come in, read from `domains/NAME/intake.yaml` for the functions that read documents."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from stacks.constructs.settings import Section
from stacks.data.domains import DOMAINS, content_of

FILE = "intake.yaml"
LARGEST_BYTES = 1_000  # of the 4 KB that Lambda takes for all variables of a function

Share = Annotated[float, Field(ge=0, le=1)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
Fate = Literal["index", "skip", "keep_newest"]
Action = Literal["keep", "redact", "tokenise", "refuse"]
PersonalKind = Literal["email", "phone", "card", "iban", "national_number", "ip_address"]


class Checks(Section):
    """Limits for the text of a document; `then` says what happens to one that does not keep them."""

    languages: tuple[Language, ...] = Field(default=(), description="ISO 639-1 codes; empty: any")
    fewest_words: int = Field(default=1, ge=0)
    most_repeated: Share = Field(default=0.9, description="of the words, in a run of eight that occurred before")
    most_damaged: Share = Field(default=0.03, description="of the words, with characters of a wrong or lost encoding")
    most_signs: Share = Field(default=0.5, description="of the characters, neither letters nor digits; code does not count")
    then: Literal["report", "refuse"] = "report"


class Duplicates(Section):
    """What becomes of a document that another one of the tenant already says."""

    same_bytes: Fate = "index"
    same_text: Fate = "index"
    near: Fate = "index"
    near_from: float = Field(default=0.9, ge=0.7, le=1, description="of all pairs of words in a row, those that both have")


class PersonalData(Section):
    """What is done about personal data, by kind; `default` for kinds that are not named."""

    default: Action = "keep"
    kinds: dict[PersonalKind, Action] = Field(default={})
    least_certainty: Share = 0.5

    @model_validator(mode="after")
    def nothing_is_tokenised(self) -> Self:
        """Tokens without a way to turn them back would be `redact` by another name."""
        if "tokenise" in (self.default, *self.kinds.values()):
            raise ValueError("tokenise: this deployment has no way yet to turn tokens back for those with the right to it; use redact")
        return self


class Intake(Section):
    """A domain's `intake.yaml`."""

    checks: Checks = Checks()
    duplicates: Duplicates = Duplicates()
    personal_data: PersonalData = PersonalData()

    @model_validator(mode="after")
    def it_fits_into_a_variable(self) -> Self:
        size = len(self.variable.encode())
        if size > LARGEST_BYTES:
            raise ValueError(f"{size} bytes of rules for documents: a function's variables have room for {LARGEST_BYTES}")
        return self

    @property
    def variable(self) -> str:
        """As the functions read it, "" where the domain says nothing but defaults."""
        said = self.model_dump_json(exclude_defaults=True)
        return "" if said == "{}" else said


def intake(domain: str | None, domains: Path = DOMAINS) -> Intake:
    """What the domain says, or nothing but defaults where it says nothing. Raises ValueError as `remembering` does."""
    return Intake.model_validate(content_of(domain, FILE, domains))
