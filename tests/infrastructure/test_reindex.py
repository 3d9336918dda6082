"""The workflow of a re-index, in every environment."""

import json
from typing import Any

from causeway.retrieval.bulk_load import LEASE, MERGING
from causeway.retrieval.generations import SECONDS_KEPT
from causeway.retrieval.schema import alias_of
from functions.reindex import ReindexSettings
from stacks.search.stack import ALIASES
from tests.infrastructure.resolving import resolved
from tests.infrastructure.synthesized import Resource, Synthesized


def machine(app: Synthesized) -> Resource:
    name = f"causeway-{app.name}-re-indexing"
    (found,) = [each for each in app.all("AWS::StepFunctions::StateMachine") if each.properties["StateMachineName"] == name]
    return found


def states(app: Synthesized) -> dict[str, Any]:
    made = machine(app)
    found: dict[str, Any] = json.loads(resolved(app, made.stack, made.properties["DefinitionString"]))["States"]
    return found


def settings(app: Synthesized) -> ReindexSettings:
    (function,) = [each for each in app.all("AWS::Lambda::Function") if each.properties["FunctionName"].endswith("-reindex")]
    return ReindexSettings.from_environment(resolved(app, function.stack, function.properties["Environment"]["Variables"]))


def test_every_step_that_calls_something_is_repeated_and_one_that_stays_away_leads_back_to_where_it_is_decided(app: Synthesized) -> None:
    found = states(app)
    tasks = [found["Look"], found["Make"], found["Remove"], found["Fill"]["ItemProcessor"]["States"]["Portion"]]
    for task in tasks:
        assert task["Retry"][0]["MaxAttempts"] == 10
    for name in ("Make", "Remove", "Fill"):
        assert [each["Next"] for each in found[name]["Catch"]] == ["Look"]
        assert found[name]["Next"] == "Look"


def test_everything_that_the_function_may_say_is_next_has_its_state(app: Synthesized) -> None:
    found, state, heard = states(app), "Made", set()
    while found[state]["Type"] == "Choice":
        heard.add(found[state]["Choices"][0]["Condition"].split("'")[1])
        state = found[state]["Default"]
    assert heard == {"make", "fill", "remove", "wait", "end"}
    assert found[state]["Type"] == "Fail"


def test_no_index_goes_while_a_call_may_be_under_way_that_knows_it(app: Synthesized) -> None:
    pace = settings(app).pace
    assert pace.writers > SECONDS_KEPT
    if app.name != "local":
        assert pace.writers >= max(int(each.properties["Timeout"]) for each in app.all("AWS::Lambda::Function") if _indexes(each))


def test_nobody_searches_a_new_index_before_it_has_the_settings_of_every_day(app: Synthesized) -> None:
    if app.name != "local":
        assert settings(app).pace.settle > (LEASE + MERGING).total_seconds()


def _indexes(function: Resource) -> bool:
    return function.properties["FunctionName"].endswith(("-index-documents", "-read-documents", "-reindex"))


def test_roles_name_the_aliases_of_both_generations(app: Synthesized) -> None:
    assert (alias_of(1), alias_of(2)) == ALIASES
    for statement in app.statements():
        paths = [json.dumps(each) for each in statement.resources]
        assert sum("/passages/" in path for path in paths) == sum("/passages-even/" in path for path in paths), statement
