"""How sure an answer is: a fit of `environments/confidence`, and what is done with an answer by its confidence."""

from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import Field, StringConstraints, field_validator, model_validator

from stacks.constructs.function import compact
from stacks.constructs.settings import FileName, Section
from stacks.models.calibration import Evidence

FOLDER = Path(__file__).resolve().parents[2] / "environments" / "confidence"
DEFAULT = "default"
Text = Annotated[str, StringConstraints(min_length=1)]


class Fit(Section):
    """A logistic function of the signals of `causeway.answering.confidence`, with its evidence, or the reason why there is none."""

    intercept: float
    weights: dict[str, float] = Field(min_length=1)
    evidence: Evidence | None = None
    unmeasured: Text | None = Field(default=None, description="why there is no evidence")

    @model_validator(mode="after")
    def a_fit_has_evidence_or_a_reason(self) -> Self:
        if (self.evidence is None) == (self.unmeasured is None):
            raise ValueError("give either evidence or unmeasured, the reason why there is none")
        return self


class Thresholds(Section):
    """Confidence from which an answer is given as it is, and from which it is given with what to verify; below, it is refused."""

    answer: float = Field(default=0.95, ge=0, le=1)
    verify: float = Field(default=0.70, ge=0, le=1)

    @model_validator(mode="after")
    def in_order(self) -> Self:
        if self.verify > self.answer:
            raise ValueError(f"verify={self.verify} is above answer={self.answer}: an answer is not refused that another rule would give")
        return self


class Confidence(Section):
    """The part `confidence` of the section `assistant`."""

    fit: FileName = Field(description="file of environments/confidence that fits the chat model and the embedding model")
    thresholds: dict[Text, Thresholds] = Field(
        default={DEFAULT: Thresholds()}, description='for each intent of a question; those of "default" hold for all others'
    )

    @field_validator("fit")
    @classmethod
    def the_fit_is_there(cls, name: str) -> str:
        read(name)
        return name

    @field_validator("thresholds")
    @classmethod
    def there_is_a_default(cls, thresholds: dict[str, Thresholds]) -> dict[str, Thresholds]:
        if DEFAULT not in thresholds:
            raise ValueError(f'thresholds need an entry "{DEFAULT}", for questions without an intent of their own')
        return thresholds

    @model_validator(mode="after")
    def nothing_is_refused_unmeasured(self) -> Self:
        refusing = [intent for intent, limits in self.thresholds.items() if limits.verify > 0]
        if read(self.fit).unmeasured and refusing:
            raise ValueError(
                f"fit={self.fit} has no evidence, so no answer may be refused by it: thresholds.{refusing[0]}.verify must be 0"
            )
        return self

    @property
    def variable(self) -> str:
        """As the function `answers` reads it."""
        fit = read(self.fit)
        thresholds = {intent: limits.model_dump() for intent, limits in self.thresholds.items()}
        return compact({"intercept": fit.intercept, "weights": fit.weights, "thresholds": thresholds})


def read(name: str) -> Fit:
    """Raises ValueError that names the known ones when there is no such file, and pydantic.ValidationError for a wrong one."""
    file = FOLDER / f"{name}.yaml"
    if not file.is_file():
        known = ", ".join(sorted(each.stem for each in FOLDER.glob("*.yaml")))
        raise ValueError(f"environments/confidence has no {name}.yaml; there are: {known}")
    return Fit.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
