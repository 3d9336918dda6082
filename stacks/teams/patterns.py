"""The machines of teams, one for each pattern, in Amazon States Language with JSONata.

An execution's input: run (id, tenant, user, name) and team, as `causeway.teams.team` gives it for the machine. The task and what the
user has said of themselves are in the run's record. Every piece of work has a key that is the same when it is done again.
"""

from collections.abc import Callable, Mapping

from stacks.constructs.state_machine import State, choice
from stacks.teams.closing import OUTCOME, closing
from stacks.teams.role_task import CAUGHT, RESULT, TEAM, Roles, expression, expressions

SECONDS = 6 * 86_400  # a record is kept for 7 days


def orchestrator(roles: Roles, at_once: int) -> State:
    """Plan, workers beside each other, verify, synthesize."""
    plan = roles.task("plan", role=_first("plan"), key="'plan'", given={}, catch=CAUGHT, following="Work")
    return _machine(roles, "Plan", {"Plan": plan, **_workers(roles, "$states.input.tasks", at_once)})


def parallel(roles: Roles, at_once: int) -> State:
    """The run's task for every role that finds something, beside each other, and what they found put together."""
    tasks = f"[{TEAM}.roles.findings.{{'role': $, 'task': ''}}]"
    return _machine(roles, "Work", _workers(roles, tasks, at_once))


def sequence(roles: Roles) -> State:
    """One role after another, each with what those before it found; a result that breaks its role's contract ends the run."""
    entry = f"{{'role': {TEAM}.order[$at], 'state': 'done', 'output': {RESULT}}}"
    work = roles.task(
        "work",
        role=f"{TEAM}.order[$at]",
        key="'work-' & $string($at + 1)",
        given={"found": "$found"},
        catch=CAUGHT,
        following="More",
        assign={"at": "$at + 1", "found": f"$append($found, [{entry}])"},
    )
    return _machine(
        roles,
        "Begin",
        {
            "Begin": {"Type": "Pass", "Assign": expressions({"at": "0", "found": "[]"}), "Next": "Work"},
            "Work": work,
            "More": choice(expression(f"$at < $count({TEAM}.order)"), "Work", OUTCOME),
        },
    )


def evaluator(roles: Roles) -> State:
    """Draft and score until the score passes or the rounds are used up; the best draft is the outcome."""
    return _machine(
        roles,
        "Begin",
        {
            "Begin": {"Type": "Pass", "Assign": {"round": 1, "draft": {}, "faults": [], "best": {}, "bestScore": -1}, "Next": "Draft"},
            "Draft": _draft(roles),
            "Score": _score(roles),
            "Passed": {
                "Type": "Choice",
                "Choices": [
                    {"Condition": expression(f"$bestScore >= {TEAM}.passes"), "Next": "Best"},
                    {"Condition": expression(f"$round < {TEAM}.rounds"), "Next": "Again"},
                ],
                "Default": "Best",
            },
            "Again": {"Type": "Pass", "Assign": expressions({"round": "$round + 1"}), "Next": "Draft"},
            "Best": {"Type": "Pass", "Output": _best(), "Next": OUTCOME},
        },
    )


def _draft(roles: Roles) -> State:
    return roles.task(
        "draft",
        role=_first("draft"),
        key="'draft-' & $string($round)",
        given={"draft": "$draft", "faults": "$faults"},
        catch=CAUGHT,
        following="Score",
        assign={"draft": RESULT},
    )


def _score(roles: Roles) -> State:
    better = f"{RESULT}.score > $bestScore"
    return roles.task(
        "score",
        role=_first("score"),
        key="'score-' & $string($round)",
        given={"draft": "$draft"},
        catch=CAUGHT,
        following="Passed",
        assign={
            "faults": f"{RESULT}.faults",
            "best": f"{better} ? $draft : $best",
            "bestScore": f"{better} ? {RESULT}.score : $bestScore",
        },
    )


def _first(output: str) -> str:
    """The role of the team that hands this in."""
    return f"{TEAM}.roles.{output}[0]"


def _best() -> State:
    told = expressions({"score": "$bestScore", "rounds": "$round", "passed": f"$bestScore >= {TEAM}.passes"})
    return {"draft": expression("$best"), **told}


def _workers(roles: Roles, tasks: str, at_once: int) -> State:
    """Roles at work beside each other, their claims held against each other, and one text of all. tasks: JSONata, a list of role and task.

    A role that fails takes no other with it: the text is of what the others found, and says what is missing.
    """
    given = {"found": "$found"}
    first_fault = "$append($states.input[error != 'Failed'].error, ['Failed'])[0]"
    verify = roles.task("verify", key="'verify'", given=given, catch=CAUGHT, following="Synthesize", assign={"verdict": RESULT})
    synthesize = roles.task(
        "synthesize",
        role=_first("draft"),
        key="'synthesize'",
        given={**given, "verdict": "$verdict"},
        catch=CAUGHT,
        following=OUTCOME,
    )
    return {
        "Work": {
            "Type": "Map",
            "Items": expression(tasks),
            "ItemSelector": {
                **expressions({name: f"$states.context.Map.Item.Value.{name}" for name in ("role", "task")}),
                "key": expression("'work-' & $string($states.context.Map.Item.Index + 1)"),
            },
            "MaxConcurrency": at_once,
            "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "Worker", "States": _worker(roles)},
            "Assign": expressions({"found": "$states.result"}),
            "Catch": CAUGHT,
            "Next": "Found",
        },
        "Found": choice(expression("$count($states.input[state = 'done']) > 0"), "Verify", "NothingFound"),
        "NothingFound": {
            "Type": "Pass",
            "Output": {"stopped": expression(first_fault)},
            "Next": "End",
        },
        "Verify": verify,
        "Synthesize": synthesize,
    }


def _worker(roles: Roles) -> State:
    known = "'role': $states.input.role, 'task': $states.input.task"
    failed = {**expressions({"role": "$states.input.role", "task": "$states.input.task"}), "state": "failed"}
    work = roles.task(
        "work",
        role="$states.input.role",
        key="$states.input.key",
        given={"task": "$states.input.task"},
        output=f"{{{known}, 'state': 'done', 'output': {RESULT}}}",
        catch=[
            {
                "ErrorEquals": ["States.ALL"],
                "Output": {**failed, "error": expression("$states.errorOutput.Error")},
                "Next": "Missing",
            }
        ],
    )
    return {"Worker": work, "Missing": {"Type": "Pass", "End": True}}


def _machine(roles: Roles, start: str, states: Mapping[str, State]) -> State:
    return {
        "QueryLanguage": "JSONata",
        "TimeoutSeconds": SECONDS,
        "StartAt": start,
        "States": {**states, **closing(roles)},
    }


PATTERNS: Mapping[str, Callable[[Roles, int], State]] = {
    "orchestrator": orchestrator,
    "evaluator": lambda roles, _: evaluator(roles),
    "sequence": lambda roles, _: sequence(roles),
    "parallel": parallel,
}
