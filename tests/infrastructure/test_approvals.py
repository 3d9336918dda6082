"""People approve by links that one function signs and another one checks, in every environment."""

import json

import pytest

from causeway.approvals.settings import AskingSettings, PageSettings
from stacks.approvals.states import Asking
from stacks.constructs.state_machine import GRACE_SECONDS
from stacks.teams.patterns import PATTERNS
from tests.infrastructure.resolving import resolved
from tests.infrastructure.synthesized import Synthesized
from tests.infrastructure.test_agents import function, only, variables
from tests.infrastructure.test_calls import beneath, of_role
from tests.infrastructure.test_teams import machines

SIGNS, CHECKS, TELLS = "kms:GenerateMac", "kms:VerifyMac", "states:SendTaskSuccess"


def doing(app: Synthesized, action: str, on: str = "") -> set[str]:
    """Names of the functions whose roles may do it, to a resource whose id begins so."""
    found = set()
    for each in app.all("AWS::Lambda::Function"):
        role = app.target(each.stack, each.properties["Role"])
        assert role is not None
        to = [arn for statement in of_role(app, role) if action in statement.actions for arn in statement.resources]
        if any(each.id.startswith(on) for arn in to for each in beneath(app, role.stack, arn)) if on else to:
            found.add(str(each.properties["FunctionName"]).removeprefix(f"causeway-{app.name}-"))
    return found


def test_the_function_that_signs_links_checks_none_and_the_one_that_the_world_reaches_signs_none(app: Synthesized) -> None:
    assert (doing(app, SIGNS, "LinkKey"), doing(app, CHECKS)) == ({"team-approval"}, {"approvals"})


def test_only_who_makes_tokens_turns_them_back_or_erases_uses_their_key(app: Synthesized) -> None:
    assert doing(app, SIGNS, "TokenKey") == {"erase", "read-documents", "reveals"}


def test_only_what_decides_or_asks_tells_state_machines(app: Synthesized) -> None:
    assert doing(app, TELLS) == {"agents", "approvals", "team-approval"}


def test_links_are_signed_by_a_key_that_can_do_nothing_else(app: Synthesized) -> None:
    key = only(app, "AWS::KMS::Key", "LinkKey")
    assert (key.properties["KeySpec"], key.properties["KeyUsage"]) == ("HMAC_256", "GENERATE_VERIFY_MAC")
    for name in ("team-approval", "approvals"):
        where = function(app, name)
        assert app.target(where.stack, where.properties["Environment"]["Variables"]["LINK_KEY"]) == key


def test_the_functions_read_the_variables_that_they_are_given(app: Synthesized) -> None:
    AskingSettings.from_environment(variables(app, "team-approval"))
    PageSettings.from_environment(variables(app, "approvals"))


def test_messages_to_approvers_are_encrypted_and_each_subscription_names_its_reader(app: Synthesized) -> None:
    topic = only(app, "AWS::SNS::Topic", "Topic")
    assert topic.stack.endswith("-approvals")
    assert topic.properties["KmsMasterKeyId"]
    readers = [each for each in app.all("AWS::SNS::Subscription") if app.target(each.stack, each.properties["TopicArn"]) == topic]
    assert len(readers) == len(app.environment.approvals.mail)
    assert all(set(each.properties["FilterPolicy"]) == {"tenant", "approver"} for each in readers)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_machine_waits_for_a_person_half_of_the_time_twice_and_ends_an_hour_before_its_record(app: Synthesized, pattern: str) -> None:
    machine = machines(app)[pattern]
    definition = json.loads(resolved(app, machine.stack, machine.properties["DefinitionString"]))
    seconds = app.environment.approvals.hours * 3600
    for name in ("Approve", "Remind"):
        state = definition["States"][name]
        assert (state["Resource"][-17:], state["TimeoutSeconds"]) == (".waitForTaskToken", seconds // 2)
        assert state["Arguments"]["Payload"]["token"] == "{% $states.context.Task.Token %}"
        assert [each["ErrorEquals"] for each in state["Catch"]] == [["States.Timeout"], ["States.ALL"]]
    expire = definition["States"]["Expire"]
    assert expire["TimeoutSeconds"] == function(app, "team-approval").properties["Timeout"] + GRACE_SECONDS
    assert seconds + 3600 < definition["TimeoutSeconds"]
    assert definition["States"]["HighStakes"]["Choices"][0]["Next"] == "Approve"


def test_the_firewalls_log_holds_no_signed_link(app: Synthesized) -> None:
    for each in app.all("AWS::WAFv2::LoggingConfiguration"):
        assert {"QueryString": {}} in each.properties["RedactedFields"]


def test_functions_of_approvals_that_fail_or_are_throttled_alarm(app: Synthesized) -> None:
    watched = [each.properties["MetricName"] for each in app.all("AWS::CloudWatch::Alarm") if each.stack.endswith("-approvals")]
    assert (watched.count("Errors"), watched.count("Throttles"), watched.count("ApprovalsWithoutApprover")) == (2, 2, 1)


def test_every_state_that_asks_goes_on_or_ends_the_run() -> None:
    made = Asking("arn", 60, 3600).states({}, approved="Yes", declined="No", failed=[{"ErrorEquals": ["States.ALL"], "Next": "End"}])
    known = {*made, "Yes", "No", "End"}
    for name, state in made.items():
        branches = (*state.get("Catch", ()), *state.get("Choices", ()))
        following = [state.get("Next"), state.get("Default"), *(each["Next"] for each in branches)]
        assert {each for each in following if each} <= known, name
