from pathlib import Path

import pytest

from local.cloud.recorded import Recipe, Records, handler

KIND = "AWS::Example::Thing"


@pytest.fixture
def records(tmp_path: Path) -> Records:
    return Records(tmp_path / "recorded.json")


def test_a_recorded_resource_is_named_as_the_template_names_it(records: Records) -> None:
    made = handler(KIND, Recipe("arn:{region}:{name}", {"ThingName": "{name}"}, "ThingName"), records)
    id, attributes = made["create"]("Logical", {"ThingName": "one"}, "stack")
    assert (id, attributes) == ("arn:us-east-1:one", {"ThingName": "one"})
    assert records.get(KIND, id) == {"ThingName": "one"}


def test_a_nameless_resource_is_named_after_its_stack_and_logical_id(records: Records) -> None:
    assert handler(KIND, Recipe(), records)["create"]("Logical", {}, "stack")[0] == "stack-Logical"


def test_records_outlive_the_process(tmp_path: Path) -> None:
    Records(tmp_path / "recorded.json").put(KIND, "one", {"Size": 1})
    assert Records(tmp_path / "recorded.json").of(KIND) == {"one": {"Size": 1}}


def test_a_deleted_resource_is_forgotten(records: Records) -> None:
    made = handler(KIND, Recipe(), records)
    id, _ = made["create"]("Logical", {}, "stack")
    made["delete"](id, {})
    assert records.of(KIND) == {}
    with pytest.raises(KeyError):
        records.get(KIND, id)


def test_a_change_keeps_the_unique_part_of_an_id(records: Records) -> None:
    made = handler(KIND, Recipe("thing-{unique}"), records)
    id, _ = made["create"]("Logical", {"Size": 1}, "stack")
    assert made["update"](id, {"Size": 1}, {"Size": 2}, "stack", "Logical")[0] == id
    assert records.of(KIND) == {id: {"Size": 2}}
