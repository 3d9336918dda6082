"""A state machine asks: who is sent a link, what is kept, and what becomes of a decision that nobody takes."""

from typing import Any

import pytest

from causeway.runtime.clients import client
from causeway.runtime.errors import DependencyRejected
from tests.unit.approvals.conftest import ADDRESS, DAY, OUTCOME, RUN, TENANT, Office


def test_every_approver_of_the_tenant_is_sent_a_link_of_their_own_but_not_the_one_whose_task_it_is(office: Office) -> None:
    assert office.ask() == {"state": "waiting", "told": 2}
    mail = office.mail
    assert sorted(mail) == ["rita", "sam"]
    assert mail["rita"]["Message"] != mail["sam"]["Message"]
    assert {each["MessageAttributes"]["tenant"]["Value"] for each in mail.values()} == {TENANT}
    assert "Answer Bo's complaint." in mail["rita"]["Message"]
    assert f"{ADDRESS}?link=" in mail["rita"]["Message"]


def test_what_is_asked_is_kept_with_the_token_and_who_was_told(office: Office) -> None:
    office.ask()
    kept = office.kept
    assert (kept.token, kept.told, kept.outcome, kept.state) == ("token-1", ["rita", "sam"], OUTCOME, "waiting")
    assert (kept.asked_at, kept.until, kept.reminded_at) == (1_800_000_000, 1_800_000_000 + DAY, 0)


def test_a_reminder_brings_another_token_and_the_same_time_limit(office: Office) -> None:
    office.ask()
    first = office.mail
    office.now[0] += DAY / 2
    office.ask("remind", "token-2")
    kept, second = office.kept, office.mail
    assert (kept.token, kept.until, kept.reminded_at) == ("token-2", 1_800_000_000 + DAY, 1_800_000_000 + DAY // 2)
    assert second["rita"]["Subject"].startswith("Reminder: ")
    assert second["rita"]["Message"] == first["rita"]["Message"]


def test_an_attempt_that_is_repeated_keeps_the_newest_token(office: Office) -> None:
    office.ask()
    office.ask(token="token-2")
    assert (office.kept.token, office.kept.version) == ("token-2", 2)


def test_a_decision_that_came_between_two_tokens_is_told_to_the_second(office: Office) -> None:
    office.ask()
    office.machines.waits = set()
    assert office.deciding.decide(TENANT, "rita", RUN, approve=True).heard is False
    office.machines.waits = {"token-2"}
    assert office.ask("remind", "token-2") == {"state": "approved", "told": 2}
    assert [(token, told["approved"], told["by"]) for token, told in office.machines.told] == [("token-2", True, "rita")]


def test_nobodys_decision_is_a_no(office: Office) -> None:
    office.ask()
    office.now[0] += DAY
    assert office.ask("expire", "") == {"approved": False, "by": "", "way": "expiry", "at": 1_800_000_000 + DAY}
    assert office.kept.state == "expired"


def test_a_decision_that_no_token_carried_is_found_at_the_expiry(office: Office) -> None:
    office.ask()
    office.machines.waits = set()
    office.deciding.decide(TENANT, "rita", RUN, approve=True)
    office.now[0] += DAY
    assert office.ask("expire", "") == {"approved": True, "by": "rita", "way": "api", "at": 1_800_000_000}


def test_an_approval_that_never_was_asked_for_expires_all_the_same(office: Office) -> None:
    assert office.ask("expire", "")["approved"] is False
    assert office.kept.state == "expired"


@pytest.mark.parametrize("other", [{"execution": "execution-2"}, {"outcome": {"text": "We send nothing."}}])
def test_a_decision_holds_for_no_other_execution_and_no_other_outcome(office: Office, other: dict[str, Any]) -> None:
    office.ask()
    office.deciding.decide(TENANT, "rita", RUN, approve=True)
    office.now[0] += 60
    assert office.ask(token="token-2", **other)["state"] == "waiting"
    assert (office.kept.decision, office.kept.until) == (None, 1_800_000_060 + DAY)


def test_a_tenant_without_approvers_is_counted_and_its_run_waits_for_one(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []
    monkeypatch.setattr("causeway.approvals.asking.metrics.add_metric", lambda name, unit, value: counted.append(name))
    for name in ("rita", "sam"):
        office.members.enrol(TENANT, name, ["staff"])
    assert office.ask() == {"state": "waiting", "told": 0}
    assert counted == ["ApprovalsWithoutApprover"]
    office.members.enrol(TENANT, "zoe", ["approvers"])
    assert office.deciding.decide(TENANT, "zoe", RUN, approve=True).heard


def test_a_message_that_cannot_be_sent_is_an_error_for_the_state_machine_and_the_token_is_kept(office: Office) -> None:
    sns = client("sns")
    sns.delete_topic(TopicArn=sns.list_topics()["Topics"][0]["TopicArn"])
    with pytest.raises(DependencyRejected):
        office.ask()
    assert office.kept.token == "token-1"


def test_approvers_are_found_behind_the_first_page_of_members(office: Office) -> None:
    for number in range(130):
        office.members.enrol(TENANT, f"clerk-{number:03}", ["staff"])
    office.members.enrol(TENANT, "zoe", ["approvers"])
    assert office.ask() == {"state": "waiting", "told": 3}
    assert office.kept.told == ["rita", "sam", "zoe"]
