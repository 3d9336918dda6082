"""Each state of the deployed machines of teams by itself, through Step Functions' TestState with mocks.

Every Retry and every Catch has a case here; one without a case fails.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from local.app.aws import client, parameter

PATTERNS = ("orchestrator", "evaluator", "sequence", "parallel")
TEAM = {
    "name": "complaint",
    "order": ["clerk", "writer"],
    "rounds": 3,
    "passes": 0.8,
    "roles": {"plan": ["chief"], "findings": ["clerk", "reader"], "draft": ["writer"], "score": ["judge"]},
}
ASKED = {"run": {"id": "0" * 32, "tenant": "harbour", "user": "u", "name": "ada"}, "team": TEAM, "address": "https://example.com"}
CONTEXT = {"Execution": {"Id": "execution-1", "Input": ASKED}, "Task": {"Token": "token-1"}}
VARIABLES = {"found": [{"key": "work-1", "state": "done"}], "at": 0, "round": 2, "score": 0}
ITEM = {"role": "clerk", "at": 0, "key": "work-1"}
# Error → how often it is tried again. Past that the state's Catch takes it.
RETRIES = {
    "Failed": 0,
    "Unfinished": 60,
    "Busy": 20,
    "Lambda.TooManyRequestsException": 20,
    "Lambda.ServiceException": 20,
    "Lambda.AWSLambdaException": 20,
    "Lambda.SdkClientException": 20,
    "Lambda.ClientExecutionTimeoutException": 20,
    "Lambda.SnapStartNotReadyException": 20,
    "States.Timeout": 2,
    "Lambda.Unknown": 2,  # a crash, which only States.TaskFailed names
}
# State → its input, and what its Catch makes of the error "Failed" for which state.
WORKER = {"key": "work-1", "state": "failed", "error": "Failed"}
ENDED = {"stopped": "Failed"}
CATCHES: dict[str, tuple[Any, Any, str]] = {
    "Plan": ({}, ENDED, "End"),
    "Worker": (ITEM, WORKER, "Missing"),
    "Verify": ({}, ENDED, "End"),
    "Synthesize": ({}, ENDED, "End"),
    "Draft": ({}, ENDED, "End"),
    "Improve": ({}, ENDED, "End"),
    "Score": ({}, ENDED, "End"),
    "End": ({"stopped": ""}, ENDED, "Broken"),
}
# The states that ask a person, and those of them that wait for one: tests/local/test_approval_states.py has their cases.
APPROVING, WAITING = ("Approve", "Remind", "Expire"), ("Approve", "Remind")
SEQUENCE = {"Work": ({"found": ["work-1"]}, ENDED, "End")}
MAPS = {"orchestrator": {"tasks": [{"role": "clerk"}]}, "parallel": {}}


@dataclass(frozen=True)
class OneState:
    """A state, within the machine or the part of a Map that has it."""

    machine: dict[str, Any]
    name: str

    @property
    def state(self) -> dict[str, Any]:
        return self.machine["States"][self.name]

    def run(self, given: Any, *, mock: Any = None, retries: int = 0, **variables: Any) -> dict[str, Any]:
        more = {"mock": {"fieldValidationMode": "NONE", **mock}} if mock else {}
        return client("stepfunctions").test_state(
            definition=json.dumps(self.machine),
            stateName=self.name,
            input=json.dumps(given),
            context=json.dumps(CONTEXT),
            variables=json.dumps({**VARIABLES, **variables}),
            stateConfiguration={"retrierRetryCount": retries},
            inspectionLevel="DEBUG",
            **more,
        )

    def fails(self, given: Any, error: str, retries: int = 0) -> dict[str, Any]:
        return self.run(given, mock={"errorOutput": {"error": error, "cause": "{}"}}, retries=retries)

    def returns(self, given: Any, result: Any, **variables: Any) -> dict[str, Any]:
        mocked = result if self.state["Type"] == "Map" else {"Payload": {"output": result}}
        return self.run(given, mock={"result": json.dumps(mocked)}, **variables)


@pytest.fixture(scope="module")
def machines(deployment) -> dict[str, dict[str, Any]]:
    found = {
        pattern: client("stepfunctions").describe_state_machine(stateMachineArn=parameter(f"teams/{pattern}-arn")) for pattern in PATTERNS
    }
    return {pattern: json.loads(each["definition"]) for pattern, each in found.items()}


def every(machine: dict[str, Any]) -> Iterator[OneState]:
    for name, state in machine["States"].items():
        yield OneState(machine, name)
        if state["Type"] == "Map":
            yield from every({"QueryLanguage": "JSONata", **{key: state["ItemProcessor"][key] for key in ("StartAt", "States")}})


def named(machines: dict[str, dict[str, Any]], pattern: str, name: str) -> OneState:
    (found,) = [each for each in every(machines[pattern]) if each.name == name]
    return found


def cases_of(pattern: str) -> dict[str, tuple[Any, Any, str]]:
    return {**CATCHES, **(SEQUENCE if pattern == "sequence" else {})}


def output(answer: dict[str, Any]) -> Any:
    return json.loads(answer["output"])


def variables(answer: dict[str, Any]) -> Any:
    return json.loads(answer["inspectionData"]["variables"])


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_retry_and_every_catch_of_a_task_does_what_its_case_says(machines, pattern):
    tasks = [each for each in every(machines[pattern]) if each.state["Type"] == "Task" and each.name not in APPROVING]
    assert tasks
    for task in tasks:
        given, made, following = cases_of(pattern)[task.name]
        hit: set[tuple[str, int]] = set()
        for error, attempts in RETRIES.items():
            for retries in {0, attempts - 1} if attempts else ():
                again = task.fails(given, error, retries)
                assert again["status"] == "RETRIABLE", (task.name, error, again)
                hit.add(("Retry", again["inspectionData"]["errorDetails"]["retryIndex"]))
            caught = task.fails(given, error, attempts)
            assert (caught["status"], caught["nextState"]) == ("CAUGHT_ERROR", following), (task.name, error, caught)
            hit.add(("Catch", caught["inspectionData"]["errorDetails"]["catchIndex"]))
        assert output(task.fails(given, "Failed")) == made
        never = {("Retry", at) for at, each in enumerate(task.state["Retry"]) if each["MaxAttempts"] == 0}
        there = {(kind, at) for kind in ("Retry", "Catch") for at, _ in enumerate(task.state[kind])}
        assert there - never == hit, task.name
        assert {error for each in task.state["Retry"] for error in each["ErrorEquals"]} - {"States.TaskFailed"} <= set(RETRIES), task.name


@pytest.mark.parametrize("pattern", PATTERNS)
def test_no_other_state_retries_or_catches_without_a_case(machines, pattern):
    others = [each for each in every(machines[pattern]) if each.state["Type"] != "Task" and {"Retry", "Catch"} & each.state.keys()]
    assert [each.name for each in others] == (["Work"] if pattern in MAPS else [])
    for each in others:
        caught = each.fails(MAPS[pattern], "States.QueryEvaluationError")
        assert (caught["status"], caught["nextState"]) == ("CAUGHT_ERROR", "End")
        assert output(caught) == {"stopped": "States.QueryEvaluationError"}
        assert len(each.state["Catch"]) == 1
        assert "Retry" not in each.state


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_task_ends_and_every_map_is_bounded(machines, pattern):
    for each in every(machines[pattern]):
        if each.state["Type"] == "Task" and each.name not in WAITING:
            assert 0 < each.state["TimeoutSeconds"] <= 120, each.name
        if each.state["Type"] == "Map":
            assert 0 < each.state["MaxConcurrency"] <= 10
    assert machines[pattern]["TimeoutSeconds"] < 7 * 86400


@pytest.mark.parametrize(
    ("pattern", "given", "roles"), [("orchestrator", {"tasks": [{"role": "reader"}]}, ["reader"]), ("parallel", {}, ["clerk", "reader"])]
)
def test_workers_get_their_place_and_a_key_each(machines, pattern, given, roles):
    done = named(machines, pattern, "Work").returns(given, [{"key": "work-1", "state": "done"}])
    assert (done["status"], done["nextState"]) == ("SUCCEEDED", "Found")
    items = [{"role": role, "at": at, "key": f"work-{at + 1}"} for at, role in enumerate(roles)]
    assert json.loads(done["inspectionData"]["afterItemSelector"]) == items
    assert variables(done)["found"] == [{"key": "work-1", "state": "done"}]


def sent(answer: dict[str, Any]) -> dict[str, Any]:
    """The event that the function of roles gets."""
    return json.loads(answer["inspectionData"]["afterArguments"])["Payload"]


FOUND = {"found": ["work-1"]}


@pytest.mark.parametrize(
    ("pattern", "state", "given", "names", "told"),
    [
        ("orchestrator", "Plan", {}, ("plan", "chief", "plan"), {}),
        ("orchestrator", "Worker", ITEM, ("work", "clerk", "work-1"), {"of": {"task": 0}}),
        ("parallel", "Worker", ITEM, ("work", "clerk", "work-1"), {}),
        ("parallel", "Verify", {}, ("verify", "verify", "verify"), {"of": FOUND}),
        ("orchestrator", "Synthesize", {}, ("synthesize", "writer", "synthesize"), {"of": {**FOUND, "verdict": "verify"}}),
        ("evaluator", "Draft", {}, ("draft", "writer", "draft-2"), {}),
        ("evaluator", "Improve", {}, ("draft", "writer", "draft-2"), {"of": {"draft": "draft-1", "faults": "score-1"}}),
        ("evaluator", "Score", {}, ("score", "judge", "score-2"), {"of": {"draft": "draft-2"}}),
        ("sequence", "End", {"stopped": ""}, ("end", "end", "end"), {"stopped": "", "decision": None}),
    ],
)
def test_a_role_is_sent_its_run_its_step_and_the_keys_of_what_is_before_it(machines, pattern, state, given, names, told):
    facts = dict(zip(("step", "role", "key"), names, strict=True))
    done = named(machines, pattern, state).returns(given, {})
    assert sent(done) == {"run": ASKED["run"], "team": "complaint", **facts, "input": told}


def test_a_worker_that_failed_is_missing_and_takes_no_other_with_it(machines):
    found = named(machines, "orchestrator", "Found")
    assert found.run([{"state": "failed", "error": "Failed"}, {"state": "done"}])["nextState"] == "Verify"
    for each in ([], [{"state": "failed", "error": "Failed"}]):
        assert found.run(each)["nextState"] == "NothingFound"


@pytest.mark.parametrize(("errors", "stopped"), [([], "Failed"), (["Failed"], "Failed"), (["Failed", "States.Timeout"], "States.Timeout")])
def test_where_nothing_was_found_a_fault_of_ours_counts_before_a_role_that_failed(machines, errors, stopped):
    ended = named(machines, "parallel", "NothingFound").run([{"state": "failed", "error": each} for each in errors])
    assert (output(ended), ended["nextState"]) == ({"stopped": stopped}, "End")


def test_a_sequence_goes_on_with_what_was_found_until_the_last_role(machines):
    work, more = named(machines, "sequence", "Work"), named(machines, "sequence", "More")
    second = work.returns({}, {}, at=1, found=["work-1"])
    assert (sent(second)["role"], sent(second)["key"], sent(second)["input"]) == ("writer", "work-2", {"of": {"found": ["work-1"]}})
    assert (variables(second)["at"], variables(second)["found"]) == (2, ["work-1", "work-2"])
    assert [more.run({}, at=at)["nextState"] for at in (1, 2)] == ["Work", "Outcome"]


@pytest.mark.parametrize(
    ("score", "round", "following"), [(0.8, 1, "Outcome"), (0.79, 1, "Again"), (0.79, 2, "Again"), (0.1, 3, "Outcome")]
)
def test_a_draft_is_improved_until_it_passes_or_the_rounds_are_used_up(machines, score, round, following):
    scored = named(machines, "evaluator", "Score").returns({}, {"score": score}, round=round)
    assert variables(scored)["score"] == score
    assert named(machines, "evaluator", "Passed").run({}, score=score, round=round)["nextState"] == following
    assert variables(named(machines, "evaluator", "Again").run({}, round=round))["round"] == round + 1


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize(
    ("stopped", "following"), [("", "Ended"), ("Failed", "Ended"), ("Unfinished", "Broken"), ("States.Timeout", "Broken")]
)
def test_only_a_fault_of_ours_fails_the_execution(machines, pattern, stopped, following):
    assert named(machines, pattern, "Verdict").run({"stopped": stopped})["nextState"] == following


@pytest.mark.parametrize("pattern", PATTERNS)
def test_an_execution_that_fails_says_by_what(machines, pattern):
    failed = named(machines, pattern, "Broken").run({"stopped": "States.Timeout"})
    assert (failed["status"], failed["error"]) == ("FAILED", "States.Timeout")
