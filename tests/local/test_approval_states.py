"""The states of the deployed machines that ask a person, each by itself through Step Functions' TestState with mocks.

Every Retry and every Catch of them has a case here; one without a case fails.
"""

import json

import pytest

from tests.local.test_team_states import APPROVING, PATTERNS, machines, named, output

__all__ = ["machines"]

INPUT = {"stopped": "", "outcome": {"text": "x"}}
DECISION = {"approved": True, "by": "rita", "way": "link", "at": 7}
# Error → how often it is tried again. Past that the state's Catch takes it.
RETRIES = {
    "Throttled": 12,
    "DependencyUnavailable": 12,
    "Lambda.TooManyRequestsException": 12,
    "Lambda.ServiceException": 12,
    "Lambda.AWSLambdaException": 12,
    "Lambda.SdkClientException": 12,
    "Lambda.ClientExecutionTimeoutException": 12,
    "Lambda.SnapStartNotReadyException": 12,
    "Lambda.Unknown": 2,  # a crash, which only States.TaskFailed names
    "DependencyRejected": 2,
}
LATER = {"Approve": "Remind", "Remind": "Expire"}


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("name", APPROVING)
def test_what_keeps_a_person_from_being_asked_is_tried_again_and_then_ends_the_run(machines, pattern, name):
    tested, hit = named(machines, pattern, name), set()
    for error, attempts in RETRIES.items():
        for retries in (0, attempts - 1):
            again = tested.fails(INPUT, error, retries)
            assert again["status"] == "RETRIABLE", (error, again)
            hit.add(again["inspectionData"]["errorDetails"]["retryIndex"])
        caught = tested.fails(INPUT, error, attempts)
        assert (caught["status"], caught["nextState"], output(caught)) == ("CAUGHT_ERROR", "End", {"stopped": error})
    assert hit == set(range(len(tested.state["Retry"])))
    assert {error for each in tested.state["Retry"] for error in each["ErrorEquals"]} - {"States.TaskFailed"} <= set(RETRIES)
    assert len(tested.state["Catch"]) == (2 if name in LATER else 1)


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("name", LATER)
def test_half_of_the_time_without_a_decision_leads_on_with_the_outcome_unchanged(machines, pattern, name):
    tested = named(machines, pattern, name)
    later = tested.fails(INPUT, "States.Timeout")
    assert (later["status"], later["nextState"], output(later)) == ("CAUGHT_ERROR", LATER[name], INPUT)
    assert tested.state["TimeoutSeconds"] == 12 * 3600


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_decision_joins_the_outcome_and_decides_the_way(machines, pattern):
    for name in LATER:
        decided = named(machines, pattern, name).run(INPUT, mock={"result": json.dumps(DECISION)})
        assert (output(decided), decided["nextState"]) == ({**INPUT, "decision": DECISION}, "Decided")
    expired = named(machines, pattern, "Expire").run(INPUT, mock={"result": json.dumps({"Payload": DECISION})})
    assert (output(expired), expired["nextState"]) == ({**INPUT, "decision": DECISION}, "Decided")
    decided = named(machines, pattern, "Decided")
    assert decided.run({**INPUT, "decision": DECISION})["nextState"] == "End"
    assert decided.run({**INPUT, "decision": {**DECISION, "approved": False}})["nextState"] == "Declined"


@pytest.mark.parametrize(("way", "stopped"), [("link", "rejected"), ("api", "rejected"), ("expiry", "expired")])
def test_what_was_declined_ends_as_rejected_or_as_expired(machines, way, stopped):
    decision = {**DECISION, "approved": False, "way": way}
    declined = named(machines, "evaluator", "Declined").run({**INPUT, "decision": decision})
    assert (output(declined)["stopped"], output(declined)["decision"], declined["nextState"]) == (stopped, decision, "End")
    assert named(machines, "evaluator", "Verdict").run({"stopped": stopped})["nextState"] == "Ended"
