"""Teams work in functions and state machines of their own, with the rights of what they do, in every environment."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from causeway.agents.settings import ActingSettings
from causeway.teams.beginning import StartSettings
from stacks.constructs.state_machine import GRACE_SECONDS
from stacks.teams.patterns import PATTERNS
from tests.infrastructure.resolving import resolved
from tests.infrastructure.synthesized import Resource, Synthesized, as_list
from tests.infrastructure.test_agents import function, may, only, variables

APPROVING = ("Approve", "Remind", "Expire")  # tests/infrastructure/test_approvals.py looks at them


def machines(app: Synthesized) -> dict[str, Resource]:
    """By the pattern."""
    found = [each for each in app.all("AWS::StepFunctions::StateMachine") if each.stack.endswith("-teams")]
    return {each.properties["StateMachineName"].removeprefix(f"causeway-{app.name}-team-"): each for each in found}


def states(definition: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, state in definition["States"].items():
        yield name, state
        if state["Type"] == "Map":
            yield from states(state["ItemProcessor"])


def test_each_pattern_has_a_machine_and_the_function_that_begins_runs_knows_them(app: Synthesized) -> None:
    assert set(machines(app)) == set(PATTERNS)
    starts = function(app, "teams")
    settings = StartSettings.from_environment(resolved(app, starts.stack, starts.properties["Environment"]["Variables"], by_name))
    for pattern in PATTERNS:
        assert getattr(settings, f"{pattern}_machine") == f"causeway-{app.name}-team-{pattern}"


def by_name(resource: Resource, attribute: str) -> str | None:
    """State machines and aliases by their names."""
    names = {"AWS::StepFunctions::StateMachine": "StateMachineName", "AWS::Lambda::Alias": "Name"}
    return str(resource.properties[names[resource.type]]) if resource.type in names else None


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_task_is_tried_again_caught_and_ends_a_little_after_its_function(app: Synthesized, pattern: str) -> None:
    machine, role = machines(app)[pattern], function(app, "team-role")
    definition = json.loads(resolved(app, machine.stack, machine.properties["DefinitionString"], by_name))
    tasks = [(name, state) for name, state in states(definition) if state["Type"] == "Task" and name not in APPROVING]
    assert tasks
    for name, task in tasks:
        assert task["TimeoutSeconds"] == role.properties["Timeout"] + GRACE_SECONDS, name
        assert {error for each in task["Retry"] for error in each["ErrorEquals"]} >= {"Unfinished", "Busy", "Failed", "States.Timeout"}, (
            name
        )
        assert [each["ErrorEquals"] for each in task["Catch"]] == [["States.ALL"]], name
        assert task["Arguments"]["FunctionName"] == "live", name


def test_only_the_functions_of_teams_assume_their_roles(app: Synthesized) -> None:
    for id, name in {"RoleRowsRole": "team-role", "StartRowsRole": "teams"}.items():
        rows = only(app, "AWS::IAM::Role", id)
        allowed = [each.policy for each in app.statements() if "sts:AssumeRole" in each.actions and each.effect == "Allow"]
        carrying = [each for each in allowed if rows in [app.target(each.stack, arn) for arn in _resources(each)]]
        assert [app.target(each.stack, role) for each in carrying for role in each.properties["Roles"]] == [
            app.target(function(app, name).stack, function(app, name).properties["Role"])
        ]


def _resources(policy: Resource) -> Iterator[Any]:
    for statement in as_list(policy.properties["PolicyDocument"]["Statement"]):
        if "sts:AssumeRole" in as_list(statement["Action"]):
            yield from as_list(statement["Resource"])


def test_roles_of_a_team_read_records_of_their_tenant_and_change_none(app: Synthesized) -> None:
    rows, records = only(app, "AWS::IAM::Role", "RoleRowsRole"), only(app, "AWS::DynamoDB::GlobalTable", "RecordsRows")
    context = {"aws:PrincipalTag/tenant": "harbour", "dynamodb:LeadingKeys": ("harbour#orders",)}
    assert may(app, rows, "dynamodb:GetItem", records, context)
    assert not may(app, rows, "dynamodb:PutItem", records, context)
    assert not may(app, rows, "dynamodb:GetItem", records, {**context, "dynamodb:LeadingKeys": ("lantern#orders",)})


def test_what_begins_runs_reaches_no_business_records(app: Synthesized) -> None:
    rows, context = (
        only(app, "AWS::IAM::Role", "StartRowsRole"),
        {"aws:PrincipalTag/tenant": "harbour", "dynamodb:LeadingKeys": ("harbour#x",)},
    )
    runs, records = only(app, "AWS::DynamoDB::GlobalTable", "AgentRunsRows"), only(app, "AWS::DynamoDB::GlobalTable", "RecordsRows")
    assert may(app, rows, "dynamodb:PutItem", runs, context)
    assert not may(app, rows, "dynamodb:GetItem", records, context)


def test_the_function_of_roles_reads_the_variables_of_agents(app: Synthesized) -> None:
    ActingSettings.from_environment(variables(app, "team-role"))


def test_functions_of_teams_that_fail_or_are_throttled_alarm(app: Synthesized) -> None:
    watched = [each.properties["MetricName"] for each in app.all("AWS::CloudWatch::Alarm") if each.stack.endswith("-teams")]
    assert (watched.count("Errors"), watched.count("Throttles")) == (2, 2)
    assert [watched.count(f"Executions{what}") for what in ("Failed", "TimedOut")] == [4, 4]
    assert watched.count("ExecutionThrottled") == 4
