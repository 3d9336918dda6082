"""People decide, each once: by a link or by the API, in time or too late, as who may and as who may not."""

import threading
from typing import Any

import pytest

from causeway.approvals.approval import Approval, Decision
from causeway.runtime.errors import DependencyUnavailable
from causeway.runtime.problems import Problem
from tests.unit.approvals.conftest import DAY, RUN, TENANT, Office


def slug(decide: Any) -> tuple[str, int]:
    with pytest.raises(Problem) as raised:
        decide()
    return raised.value.slug, raised.value.status


def test_an_approver_decides_by_the_api_and_the_machine_goes_on(office: Office) -> None:
    office.ask()
    decided = office.deciding.decide(TENANT, "Rita", RUN, approve=True)
    assert (decided.heard, decided.approval.state) == (True, "approved")
    assert office.machines.told == [("token-1", {"approved": True, "by": "Rita", "way": "api", "at": 1_800_000_000})]
    assert office.kept.decision == Decision(approved=True, by="Rita", way="api", at=1_800_000_000)


def test_an_approver_decides_by_a_link_and_the_record_says_who_and_how(office: Office) -> None:
    office.ask()
    assert office.deciding.decide_by(office.link_of("sam"), approve=False).heard
    assert office.kept.decision == Decision(approved=False, by="sam", way="link", at=1_800_000_000)
    assert office.kept.state == "rejected"


def test_looking_at_a_link_decides_nothing_however_often(office: Office) -> None:
    office.ask()
    link = office.link_of("rita")
    for _ in range(3):
        approval, found = office.deciding.shown_by(link)
        assert (approval.state, found.approver) == ("waiting", "rita")
    assert (office.machines.told, office.kept.version) == ([], 1)


def test_the_same_decision_again_is_the_same_answer_and_another_one_a_conflict(office: Office) -> None:
    office.ask()
    link = office.link_of("rita")
    first = office.deciding.decide_by(link, approve=True)
    office.now[0] += 60
    again = office.deciding.decide_by(link, approve=True)
    assert again.approval == first.approval
    assert office.deciding.decide(TENANT, "sam", RUN, approve=True).approval == first.approval
    assert slug(lambda: office.deciding.decide_by(link, approve=False)) == ("already-decided", 409)
    assert slug(lambda: office.deciding.decide(TENANT, "sam", RUN, approve=False)) == ("already-decided", 409)
    assert len(office.machines.told) == 1


def test_a_changed_link_is_refused_whatever_was_changed(office: Office) -> None:
    office.ask()
    link = office.link_of("rita")
    payload, _, mac = link.partition(".")
    flipped = ("B" if payload[20] == "A" else "A").join((payload[:20], payload[21:]))
    for wrong in (
        "",
        ".",
        payload,
        f"{payload}.",
        f".{mac}",
        f"{flipped}.{mac}",
        f"{payload}.{mac[:-2]}AA",
        f"{link}=",
        f"{link}\u00e9",
        link * 9,
    ):
        assert slug(lambda wrong=wrong: office.deciding.decide_by(wrong, approve=True)) == ("no-such-link", 403), wrong
    assert office.machines.told == []


def test_a_link_of_another_run_decides_about_that_run_alone(office: Office) -> None:
    office.ask()
    office.mail  # noqa: B018 -- emptied
    office.ask(run_id="1" * 32, token="token-9")
    office.machines.waits.add("token-9")
    office.deciding.decide_by(office.link_of("rita"), approve=True)
    assert (office.machines.told[0][0], office.kept.state) == ("token-9", "waiting")


def test_a_link_past_its_time_decides_nothing(office: Office) -> None:
    office.ask()
    link = office.link_of("rita")
    office.now[0] += DAY
    assert slug(lambda: office.deciding.shown_by(link)) == ("link-expired", 410)
    assert slug(lambda: office.deciding.decide_by(link, approve=True)) == ("link-expired", 410)
    assert slug(lambda: office.deciding.decide(TENANT, "rita", RUN, approve=True)) == ("approval-expired", 409)
    office.ask("expire", "")
    assert slug(lambda: office.deciding.decide_by(link, approve=False)) == ("approval-expired", 409)
    assert office.machines.told == []


def test_a_link_of_an_earlier_request_about_the_same_run_is_no_longer_good(office: Office) -> None:
    office.ask()
    link = office.link_of("rita")
    office.now[0] += 60
    office.ask(execution="execution-2", token="token-2")
    assert slug(lambda: office.deciding.decide_by(link, approve=True)) == ("link-replaced", 409)


def test_who_has_left_the_group_decides_nothing_even_by_a_link_that_was_good(office: Office) -> None:
    office.ask()
    link = office.link_of("rita")
    office.members.enrol(TENANT, "rita", ["staff"])
    assert slug(lambda: office.deciding.shown_by(link)) == ("forbidden", 403)
    assert slug(lambda: office.deciding.decide_by(link, approve=True)) == ("forbidden", 403)


@pytest.mark.parametrize("stranger", [("harbour", "bo"), ("harbour", "nobody"), ("harbour", ""), ("harbour", "leo")])
def test_who_is_no_approver_of_the_tenant_sees_and_decides_nothing(office: Office, stranger: tuple[str, str]) -> None:
    office.ask()
    assert slug(lambda: office.deciding.shown(*stranger, RUN)) == ("forbidden", 403)
    assert slug(lambda: office.deciding.decide(*stranger, RUN, approve=True)) == ("forbidden", 403)
    assert slug(lambda: office.deciding.waiting(*stranger, 20, None)) == ("forbidden", 403)


def test_an_approver_of_another_tenant_finds_no_such_approval(office: Office) -> None:
    office.ask()
    assert slug(lambda: office.deciding.decide("lantern", "leo", RUN, approve=True)) == ("not-found", 404)
    assert office.deciding.waiting("lantern", "leo", 20, None) == ([], None)


@pytest.mark.parametrize("name", ["ada", "ADA"])
def test_nobody_approves_their_own_task(office: Office, name: str) -> None:
    office.ask()
    assert slug(lambda: office.deciding.decide(TENANT, name, RUN, approve=True)) == ("forbidden", 403)
    assert office.deciding.waiting(TENANT, name, 20, None) == ([], None)
    assert office.kept.state == "waiting"


def test_a_machine_that_waits_no_more_is_told_so_and_the_decision_stays(office: Office) -> None:
    office.ask()
    office.machines.waits = set()
    decided = office.deciding.decide(TENANT, "rita", RUN, approve=True)
    assert (decided.heard, office.kept.state) == (False, "approved")


def test_a_machine_that_cannot_be_told_now_is_told_when_the_same_decision_is_sent_again(office: Office) -> None:
    office.ask()
    office.machines.fails = ["InternalFailure"] * 4
    with pytest.raises(DependencyUnavailable):
        office.deciding.decide(TENANT, "rita", RUN, approve=True)
    assert office.kept.state == "approved"
    assert office.deciding.decide(TENANT, "rita", RUN, approve=True).heard
    assert len(office.machines.told) == 1


def test_two_approvers_at_the_same_moment_make_one_decision(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.ask()
    both_have_read, saved = threading.Barrier(2), office.approvals.save
    one_write_at_a_time = threading.Lock()  # as DynamoDB takes those of an item; moto looks at both conditions before it writes
    results: list[str] = []

    def together(approval: Approval) -> None:
        if approval.version == 2 and not both_have_read.broken:
            both_have_read.wait(5)
        with one_write_at_a_time:
            saved(approval)

    def decide(name: str, approve: bool) -> None:
        try:
            results.append(office.deciding.decide(TENANT, name, RUN, approve).approval.state)
        except Problem as problem:
            results.append(problem.slug)

    monkeypatch.setattr(office.approvals, "save", together)
    threads = [threading.Thread(target=decide, args=each) for each in (("rita", True), ("sam", False))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert "already-decided" in results
    assert len(office.machines.told) == 1
    assert office.machines.told[0][1]["approved"] is (office.kept.state == "approved")


def test_what_waits_is_listed_page_by_page_without_what_is_decided(office: Office) -> None:
    for number in range(3):
        office.ask(run_id=str(number) * 32)
    office.deciding.decide(TENANT, "rita", "1" * 32, approve=True)
    first, following = office.deciding.waiting(TENANT, "rita", 2, None)
    second, end = office.deciding.waiting(TENANT, "rita", 2, following)
    assert ([each.run_id[0] for each in first], [each.run_id[0] for each in second], end) == (["0"], ["2"], None)
