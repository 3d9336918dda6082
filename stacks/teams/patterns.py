"""The machines of teams, one for each pattern, in Amazon States Language with JSONata.

An execution's input: run (id, tenant, user, name), team, task, context (what every role is told), roles (names, in order), passing
(the score that passes). Every piece of work has a key that is the same when it is done again.
"""

from collections.abc import Callable, Mapping

from stacks.constructs.state_machine import State, choice
from stacks.teams.closing import OUTCOME, closing
from stacks.teams.role_task import ASKED, RESULT, Roles, caught, expression, expressions

SECONDS = 6 * 86_400  # a record is kept for 7 days
MAX_ROUNDS = 3
TASK = f"{ASKED}.task"


def orchestrator(roles: Roles, at_once: int) -> State:
    """Plan, workers beside each other, verify, synthesize."""
    plan = roles.task("plan", key="'plan'", given={"task": TASK, "roles": f"{ASKED}.roles"}, catch=caught("plan"), following="Work")
    return _machine(roles, "Plan", {"Plan": plan, **_workers(roles, "$states.input.tasks", at_once)})


def parallel(roles: Roles, at_once: int) -> State:
    """The same task for every role, beside each other, and what they found put together."""
    tasks = f"[{ASKED}.roles.{{'role': $, 'task': {TASK}}}]"
    return _machine(roles, "Work", _workers(roles, tasks, at_once))


def sequence(roles: Roles) -> State:
    """One role after another, each with what those before it found; a result that breaks its role's contract ends the run."""
    begin = {"at": "0", "found": "[]"}
    entry = f"{{'role': {ASKED}.roles[$at], 'output': {RESULT}}}"
    work = roles.task(
        "work",
        role=f"{ASKED}.roles[$at]",
        key="'work-' & $string($at + 1)",
        given={"task": TASK, "found": "$found"},
        catch=caught("work", "$found"),
        following="More",
        assign={"at": "$at + 1", "found": f"$append($found, [{entry}])"},
    )
    return _machine(
        roles,
        "Begin",
        {
            "Begin": {"Type": "Pass", "Assign": expressions(begin), "Next": "Work"},
            "Work": work,
            "More": choice(expression(f"$at < $count({ASKED}.roles)"), "Work", OUTCOME),
        },
    )


def evaluator(roles: Roles) -> State:
    """Draft and score until the score passes, three rounds at most; the best draft is the outcome."""
    begin = {"round": "1", "draft": "{}", "faults": "[]", "score": "{}", "best": "{}", "bestScore": "-1"}
    draft = roles.task(
        "draft",
        key="'draft-' & $string($round)",
        given={"task": TASK, "round": "$round", "draft": "$draft", "faults": "$faults"},
        catch=caught("draft", "$best"),
        following="Score",
        assign={"draft": RESULT},
    )
    better = f"{RESULT}.score > $bestScore"
    score = roles.task(
        "score",
        key="'score-' & $string($round)",
        given={"task": TASK, "round": "$round", "draft": "$draft"},
        catch=caught("score", "$bestScore < 0 ? $draft : $best"),
        following="Passed",
        assign={
            "score": RESULT,
            "faults": f"{RESULT}.faults",
            "best": f"{better} ? $draft : $best",
            "bestScore": f"{better} ? {RESULT}.score : $bestScore",
        },
    )
    return _machine(
        roles,
        "Begin",
        {
            "Begin": {"Type": "Pass", "Assign": expressions(begin), "Next": "Draft"},
            "Draft": draft,
            "Score": score,
            "Passed": {
                "Type": "Choice",
                "Choices": [
                    {"Condition": expression(f"$score.score >= {ASKED}.passing"), "Next": "Best"},
                    {"Condition": expression(f"$round < {MAX_ROUNDS}"), "Next": "Again"},
                ],
                "Default": "Best",
            },
            "Again": {"Type": "Pass", "Assign": expressions({"round": "$round + 1"}), "Next": "Draft"},
            "Best": {"Type": "Pass", "Output": _best(), "Next": OUTCOME},
        },
    )


def _best() -> State:
    told = expressions({"score": "$bestScore", "rounds": "$round", "passed": f"$bestScore >= {ASKED}.passing"})
    return {"draft": expression("$best"), **told}


def _workers(roles: Roles, tasks: str, at_once: int) -> State:
    """Roles at work beside each other, their claims held against each other, and one text of all. tasks: JSONata, a list of role and task.

    A role that fails takes no other with it: the text is of what the others found, and says what is missing.
    """
    given = {"task": TASK, "found": "$found"}
    verify = roles.task(
        "verify", key="'verify'", given=given, catch=caught("verify", "$found"), following="Synthesize", assign={"verdict": RESULT}
    )
    synthesize = roles.task(
        "synthesize",
        key="'synthesize'",
        given={**given, "verdict": "$verdict"},
        catch=caught("synthesize", "$found"),
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
            "Catch": caught("work"),
            "Next": "Found",
        },
        "Found": choice(expression("$count($states.input[state = 'done']) > 0"), "Verify", "NothingFound"),
        "NothingFound": {
            "Type": "Pass",
            "Output": {"state": "failed", "during": "work", "error": expression("$states.input[0].error"), "found": []},
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
