"""What AppConfig accepts as switches and experiments, written from their models.

    python -m docs.validators           writes stacks/switches/validators/; run it at the top of the repository

AppConfig validates by draft 4 of JSON Schema. A test compares the committed files with the models.
"""

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel

TOP = Path(__file__).resolve().parent.parent
FOLDER = TOP / "stacks" / "switches" / "validators"
sys.path.append(str(TOP / "lambdas"))

from causeway.answering.experiments import Experiments  # noqa: E402
from causeway.runtime.switches import Switches  # noqa: E402

MODELS: dict[str, type[BaseModel]] = {"switches": Switches, "experiments": Experiments}
DRAFT = "http://json-schema.org/draft-04/schema#"
FOR_PEOPLE = ("title", "description", "default")


def schema(model: type[BaseModel]) -> dict[str, Any]:
    """The model's JSON schema in draft 4."""
    return {"$schema": DRAFT, **_older(model.model_json_schema())}


def text(model: type[BaseModel]) -> str:
    return json.dumps(schema(model), indent=1) + "\n"


def _older(value: Any, names: bool = False) -> Any:
    """names: the keys are names of properties or definitions, no words of JSON Schema."""
    if isinstance(value, list):
        return [_older(each) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {key: each for key, each in value.items() if names or key not in FOR_PEOPLE}
    older = {key: _older(each, key in ("properties", "patternProperties", "$defs")) for key, each in kept.items()}
    if not names and "const" in older:
        older["enum"] = [older.pop("const")]
    if not names and "patternProperties" in older:
        older["additionalProperties"] = False
    return older


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, model in MODELS.items():
        (FOLDER / f"{name}.json").write_text(text(model), encoding="utf-8")


if __name__ == "__main__":
    main()
