"""AppConfig refuses what the models refuse."""

import json
from typing import Any

import jsonschema_rs
import pytest
from pydantic import ValidationError

from docs.validators import FOLDER, MODELS, text

PLAN = {
    **{"outcome": "answered", "base_rate": 0.7, "smallest_effect": 0.05, "power": 0.8, "significance": 0.05},
    **{"users_a": 10, "users_b": 10, "started": "2026-11-26T07:00:00+00:00"},
}


def running(**changes: Any) -> dict[str, Any]:
    return {"running": {"name": "shorter", "share": 0.5, "change": {"top_k": 3}, "plan": PLAN, **changes}}


def test_the_committed_validators_are_those_of_the_models():
    for name, model in MODELS.items():
        assert (FOLDER / f"{name}.json").read_text(encoding="utf-8") == text(model), "run: python -m docs.validators"


@pytest.mark.parametrize("name", sorted(MODELS))
def test_a_validator_is_a_schema_of_the_draft_that_appconfig_knows(name: str):
    schema = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    assert jsonschema_rs.meta.is_valid(schema)
    words = {"const", "propertyNames", "exclusiveMinimum", "exclusiveMaximum", "if", "contains", "prefixItems", "examples"}
    assert not words & keys(schema)


@pytest.mark.parametrize(
    ("name", "document", "valid"),
    [
        ("switches", {}, True),
        ("switches", {"everyone": {"answers": False}, "tenants": {"harbour": {"uploads": False}}}, True),
        ("switches", {"everyone": {"answer": False}}, False),
        ("switches", {"everyone": {"answers": "off"}}, False),
        ("switches", {"tenants": {"har/bour": {}}}, False),
        ("switches", {"tenants": {"harbour": {"anything": False}}}, False),
        ("switches", {"nobody": {}}, False),
        ("switches", [], False),
        ("experiments", {}, True),
        ("experiments", {"running": None}, True),
        ("experiments", running(), True),
        ("experiments", running(change={"model": "fallback", "temperature": 0.5}), True),
        ("experiments", running(change={"top_k": 0}), False),
        ("experiments", running(change={"model": "another"}), False),
        ("experiments", running(change={"guardrail_id": "none"}), False),
        ("experiments", running(share=0.9), False),
        ("experiments", running(name="No Such Name"), False),
        ("experiments", {"running": {"name": "shorter"}}, False),
    ],
)
def test_the_validator_and_the_model_agree(name: str, document: Any, valid: bool):
    validator = jsonschema_rs.Draft4Validator(json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")))
    assert validator.is_valid(document) == valid
    try:
        MODELS[name].model_validate_json(json.dumps(document))
    except ValidationError:
        assert not valid
    else:
        assert valid


def keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values()))
    return set().union(*map(keys, value)) if isinstance(value, list) else set()
