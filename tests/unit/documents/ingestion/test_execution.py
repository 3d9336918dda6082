"""The state machine's definition and the package name the same fields, values and errors."""

import json
import re
from collections.abc import Iterator
from importlib import import_module
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import pytest
from causeway.documents.ingestion.execution import Caught, Embedded, Refused, Registered, Settled, WasRead
from pydantic import BaseModel
from stacks.ingestion.workflow import TASKS, definition

from causeway.documents.ingestion.changes import Change
from tests.unit.documents.cloud import FUNCTIONS, Cloud, call, registered

WORKFLOW = definition({task: f"arn:{task}" for task in TASKS}, dict.fromkeys(TASKS, 60))
STATES: dict[str, dict[str, Any]] = WORKFLOW["States"]
# What arrives at each state that reads a field; a catch reads nothing of its input.
ARRIVES = {"Action": [Change], "Outcome": [Registered, Settled], "Verdict": [Refused], "Failed": [Refused]}


def test_every_field_that_the_state_machine_reads_is_one_of_what_arrives_there() -> None:
    read = {name: fields for name, state in STATES.items() if (fields := re.findall(r"\$states\.input\.([\w.]+)", json.dumps(state)))}
    assert read.keys() == ARRIVES.keys()
    for state, fields in read.items():
        assert all(_type_of(model, field) for model in ARRIVES[state] for field in fields)


def test_every_value_that_the_state_machine_compares_with_is_one_that_can_arrive() -> None:
    compared = {
        (state, *found) for state, text in STATES.items() for found in re.findall(r"\$states\.input\.(\w+) = '(\w+)'", json.dumps(text))
    }
    assert len(compared) == 3
    for state, field, value in compared:
        assert value in {each for model in ARRIVES[state] for each in _values(_type_of(model, field))}


def test_what_the_state_machine_adds_on_an_error_is_what_the_quarantine_takes() -> None:
    outputs = [catch["Output"] for state in STATES.values() for catch in state.get("Catch", ()) if catch["Next"] == "Quarantine"]
    assert {state for output in outputs for state in re.findall(r"'state': '(\w+)'", output)} == set(_values(_type_of(Caught, "state")))
    for output in outputs:
        assert set(re.findall(r"'(\w+)':", output)) == {"state", "error", "Error", "Cause"}
    assert _type_of(Caught, "error.Error") is _type_of(Caught, "error.Cause") is str


def test_every_error_of_ours_that_the_state_machine_names_is_a_class_that_a_task_can_raise() -> None:
    for function in FUNCTIONS:
        import_module(f"functions.{function}")
    rules = [rule for state in STATES.values() for rule in (*state.get("Retry", ()), *state.get("Catch", ()))]
    named = {name for rule in rules for name in rule["ErrorEquals"] if not name.startswith(("Lambda.", "States."))}
    ours = {error.__name__ for error in _subclasses(Exception) if error.__module__.startswith("causeway.")}
    assert named == {"BadDocument", "MissingObject", "Throttled", "DependencyUnavailable"}
    assert named <= ours


def test_a_task_gives_what_the_next_one_takes(cloud: Cloud) -> None:
    new = registered(cloud, b"# Returns\n\nWithin 30 days.")
    embedded = cloud.prepared(new)
    settled = call("index_passages", embedded)
    for given, model in ((new, Registered), (embedded, Embedded), (settled, Settled)):
        assert model.model_validate(given).model_dump() == given
    assert new.keys() | WasRead.model_fields.keys() | {"embeddings_key"} == embedded.keys()


@pytest.mark.parametrize(
    ("function", "missing"),
    [
        ("read_document", "raw_key"),
        ("embed_passages", "passages_key"),
        ("index_passages", "embeddings_key"),
        ("quarantine_document", "error"),
    ],
)
def test_a_task_that_is_given_less_than_it_takes_names_the_field(cloud: Cloud, function: str, missing: str) -> None:
    given = {**cloud.prepared(registered(cloud, b"Words.")), "state": "failed", "error": {"Error": "E", "Cause": ""}}
    del given[missing]
    with pytest.raises(ValueError, match=missing):
        call(function, given)


def _type_of(model: type[BaseModel], path: str) -> Any:
    """The type of a field, such as "error.Error". Raises KeyError when there is none."""
    first, _, rest = path.partition(".")
    annotation = model.model_fields[first].annotation
    return _type_of(annotation, rest) if rest else annotation  # type: ignore[arg-type]


def _values(annotation: Any) -> list[str]:
    """The values that a Literal, or a union with one, allows."""
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    nested = get_args(annotation) if get_origin(annotation) in {Union, UnionType} else ()
    return [value for each in nested for value in _values(each)]


def _subclasses(parent: type) -> Iterator[type]:
    for child in parent.__subclasses__():
        yield child
        yield from _subclasses(child)
