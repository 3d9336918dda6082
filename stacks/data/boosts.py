"""Which documents of a domain count more, read from `domains/NAME/retrieval.yaml` for the functions that answer."""

import unicodedata
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from stacks.constructs.settings import Section
from stacks.data.domains import DOMAINS, content_of

FILE = "retrieval.yaml"
LARGEST_BYTES = 500  # of the 4 KB that Lambda takes for all variables of a function


def _name(name: str) -> str:
    if name.startswith("/") or not (name.endswith("/") or Path(name).suffix):
        raise ValueError(f'"{name}" fits no document: a folder ends with "/", a document with its extension, and neither begins with "/"')
    return unicodedata.normalize("NFC", name)  # as names of documents are kept


Source = Annotated[str, AfterValidator(_name)]
Factor = Annotated[float, Field(ge=0.5, le=2)]


class Fresh(Section):
    """A document that was just indexed counts 1 + weight times as much; half of the weight is left after each half-life."""

    half_life_days: float = Field(gt=0)
    weight: float = Field(gt=0, le=1)


class Boosts(Section):
    """sources: a factor for each folder ("policies/") or document ("policies/returns.md"); the closest one counts."""

    sources: dict[Source, Factor] = Field(default={})
    fresh: Fresh | None = None

    @model_validator(mode="after")
    def it_fits_into_a_variable(self) -> Self:
        size = len(self.variable.encode())
        if size > LARGEST_BYTES:
            raise ValueError(f"{size} bytes of boosts: a function's variables have room for {LARGEST_BYTES}")
        return self

    @property
    def variable(self) -> str:
        """As the functions read it, "" for none."""
        return self.model_dump_json(exclude_defaults=True) if self.sources or self.fresh else ""


class Retrieval(Section):
    """A domain's `retrieval.yaml`."""

    boosts: Boosts = Boosts()


def boosts(domain: str | None, domains: Path = DOMAINS) -> Boosts:
    """What the domain says, or none where it says nothing. Raises ValueError as `remembering` does."""
    return Retrieval.model_validate(content_of(domain, FILE, domains)).boosts
