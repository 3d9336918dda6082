"""What was calibrated for an embedding model, as `environments/calibrations/NAME.yaml` has it; `make calibrate` writes these files."""

from datetime import date
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import Field, StringConstraints, model_validator

from stacks.constructs.settings import Section

FOLDER = Path(__file__).resolve().parents[2] / "environments" / "calibrations"
Text = Annotated[str, StringConstraints(min_length=1)]


class Measured(Section):
    """One figure. metric: with the data set's half it was measured on. interval: of 95%."""

    set: Text
    metric: Text
    n: int = Field(ge=1)
    value: float
    interval: tuple[float, float]


class Evidence(Section):
    """basis: digests of what the figures depend on, by part; a test compares them with the tree's."""

    date: date
    commit: Text = Field(description="of the tree that measured")
    model: Text
    basis: dict[str, str]
    sets: dict[str, str] = Field(description="each data set with its public repository, commit and licence")
    figures: list[Measured] = Field(min_length=1)


class Calibration(Section):
    """Numbers that depend on the embedding model, with their evidence, or with the reason why there is none."""

    text_weight: float = Field(ge=0, le=1, description="weight of BM25 in hybrid search; the rest is the vectors'")
    least_similarity: float = Field(gt=0.5, lt=1, description="(1 + cosine) / 2 from which a passage counts as near the question")
    clear_margin: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description="lead in hybrid score from which the first passage is clearly best and is not reranked; null: none is",
    )
    evidence: Evidence | None = None
    unmeasured: Text | None = Field(default=None, description="why there is no evidence")

    @model_validator(mode="after")
    def a_number_has_evidence_or_a_reason(self) -> Self:
        if (self.evidence is None) == (self.unmeasured is None):
            raise ValueError("give either evidence or unmeasured, the reason why there is none")
        return self


def read(name: str) -> Calibration:
    """Raises ValueError that names the known ones when there is no such file, and pydantic.ValidationError for a wrong one."""
    file = FOLDER / f"{name}.yaml"
    if not file.is_file():
        known = ", ".join(sorted(each.stem for each in FOLDER.glob("*.yaml")))
        raise ValueError(f"environments/calibrations has no {name}.yaml; there are: {known}")
    return Calibration.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
