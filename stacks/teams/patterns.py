"""The machines of teams, one for each pattern, in Amazon States Language with JSONata.

An execution's input: run (id, tenant, user, name), team, as `causeway.teams.team` gives it for the machine, and the address of the page
for approvers. Every piece of work has a key that is the same when it is done again. What roles are given and what they hand in is in the
run's record; a machine passes on keys, roles and scores, and no word of people.
"""

from collections.abc import Callable, Mapping

from stacks.constructs.state_machine import State, choice
from stacks.teams.closing import OUTCOME, closing
from stacks.teams.role_task import CAUGHT, RESULT, TEAM, Roles, expression, expressions

SECONDS = 6 * 86_400  # a record is kept for 7 days


def orchestrator(roles: Roles, at_once: int) -> State:
    """Plan, workers beside each other, verify, synthesize."""
    plan = roles.task("plan", role=_first("plan"), key="'plan'", catch=CAUGHT, following="Work")
    worker = {"task": "$states.input.at"}
    return _machine(roles, "Plan", {"Plan": plan, **_workers(roles, "$states.input.tasks", worker, at_once)})


def parallel(roles: Roles, at_once: int) -> State:
    """The run's task for every role that finds something, beside each other, and what they found put together."""
    return _machine(roles, "Work", _workers(roles, f"[{TEAM}.roles.findings.{{'role': $}}]", {}, at_once))


def sequence(roles: Roles) -> State:
    """One role after another, each with what those before it found; a result that breaks its role's contract ends the run."""
    work = roles.task(
        "work",
        role=f"{TEAM}.order[$at]",
        key="'work-' & $string($at + 1)",
        given={"found": "$found"},
        catch=CAUGHT,
        following="More",
        assign={"at": "$at + 1", "found": "$append($found, ['work-' & $string($at + 1)])"},
    )
    return _machine(
        roles,
        "Begin",
        {
            "Begin": {"Type": "Pass", "Assign": {"at": 0, "found": []}, "Next": "Work"},
            "Work": work,
            "More": choice(expression(f"$at < $count({TEAM}.order)"), "Work", OUTCOME),
        },
    )


def evaluator(roles: Roles) -> State:
    """Draft and score until the score passes or the rounds are used up. The record has the best draft."""
    return _machine(
        roles,
        "Begin",
        {
            "Begin": {"Type": "Pass", "Assign": {"round": 1, "score": 0}, "Next": "Draft"},
            "Draft": roles.task("draft", role=_first("draft"), key=_key("draft"), catch=CAUGHT, following="Score"),
            "Improve": roles.task(
                "draft",
                role=_first("draft"),
                key=_key("draft"),
                given={"draft": _key("draft", "$round - 1"), "faults": _key("score", "$round - 1")},
                catch=CAUGHT,
                following="Score",
            ),
            "Score": roles.task(
                "score",
                role=_first("score"),
                key=_key("score"),
                given={"draft": _key("draft")},
                catch=CAUGHT,
                following="Passed",
                assign={"score": f"{RESULT}.score"},
            ),
            "Passed": choice(expression(f"$score >= {TEAM}.passes or $round >= {TEAM}.rounds"), OUTCOME, "Again"),
            "Again": {"Type": "Pass", "Assign": expressions({"round": "$round + 1"}), "Next": "Improve"},
        },
    )


def _key(step: str, number: str = "$round") -> str:
    return f"'{step}-' & $string({number})"


def _first(output: str) -> str:
    """The role of the team that hands this in."""
    return f"{TEAM}.roles.{output}[0]"


def _workers(roles: Roles, tasks: str, given: Mapping[str, str], at_once: int) -> State:
    """Roles at work beside each other, their claims held against each other, and one text of all. tasks: JSONata, a list with roles.

    given: what a worker gets. A role that fails takes no other with it: the text is of what the others found, and says what is missing.
    """
    found = {"found": "[$found.key]"}
    first_fault = "$append($states.input[error != 'Failed'].error, ['Failed'])[0]"
    return {
        "Work": {
            "Type": "Map",
            "Items": expression(tasks),
            "ItemSelector": expressions(
                {
                    "role": "$states.context.Map.Item.Value.role",
                    "at": "$states.context.Map.Item.Index",
                    "key": "'work-' & $string($states.context.Map.Item.Index + 1)",
                }
            ),
            "MaxConcurrency": at_once,
            "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "Worker", "States": _worker(roles, given)},
            "Assign": expressions({"found": "$states.result"}),
            "Catch": CAUGHT,
            "Next": "Found",
        },
        "Found": choice(expression("$count($states.input[state = 'done']) > 0"), "Verify", "NothingFound"),
        "NothingFound": {"Type": "Pass", "Output": {"stopped": expression(first_fault)}, "Next": "End"},
        "Verify": roles.task("verify", key="'verify'", given=found, catch=CAUGHT, following="Synthesize"),
        "Synthesize": roles.task(
            "synthesize",
            role=_first("draft"),
            key="'synthesize'",
            given={**found, "verdict": "'verify'"},
            catch=CAUGHT,
            following=OUTCOME,
        ),
    }


def _worker(roles: Roles, given: Mapping[str, str]) -> State:
    """Hands on its key, and the name of the error that ended it."""
    missing = {"key": expression("$states.input.key"), "state": "failed", "error": expression("$states.errorOutput.Error")}
    work = roles.task(
        "work",
        role="$states.input.role",
        key="$states.input.key",
        given=given,
        output="{'key': $states.input.key, 'state': 'done'}",
        catch=[{"ErrorEquals": ["States.ALL"], "Output": missing, "Next": "Missing"}],
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
