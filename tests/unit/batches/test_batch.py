from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causeway.batches.batch import MAX_FAULTS, Batch, Progress
from causeway.batches.queues import Message
from causeway.batches.rows import batch_of, items_of, partition, progress_item, progress_of
from causeway.batches.work import FIRST_WAIT, LONGEST_WAIT, pause
from causeway.conversations.keys import Owner
from causeway.conversations.repeats import digest_of

NOW, DEADLINE = 4_000_000_000, 4_000_003_600
BUSY = {"type": "urn:causeway:problem:model-throttled", "title": "Too busy", "status": 503, "detail": "The model service is at its limit."}
NAMES = st.text(min_size=1, max_size=12) | st.sampled_from(["a#b", "a%23b", "#", "a#", "#b", "a", "b"])


def batch(**changes: object) -> Batch:
    made = Batch("0" * 32, Owner("harbour", "user-1"), "normal", 3, NOW, DEADLINE, "digest")
    return replace(made, **changes)  # type: ignore[arg-type]


def test_a_question_waits_until_the_deadline_and_has_failed_afterwards() -> None:
    assert Progress(1).state(batch(), NOW) == "waiting"
    assert Progress(1).state(batch(), DEADLINE - 1) == "waiting"
    assert Progress(1).state(batch(), DEADLINE) == "failed"


def test_an_attempt_runs_until_its_lease_is_over_and_the_question_waits_for_the_next() -> None:
    running = Progress(1).begun(NOW + 40)
    assert running.state(batch(), NOW + 39) == "running"
    assert running.state(batch(), NOW + 40) == "waiting"


def test_what_has_not_begun_is_cancelled_with_its_batch_and_what_has_begun_is_not() -> None:
    over = batch(is_cancelled=True)
    assert Progress(1).state(over, NOW) == "cancelled"
    assert Progress(1).begun(NOW + 40).state(over, NOW) == "running"
    assert Progress(1).begun(NOW + 40).answered((1, 1)).state(over, DEADLINE) == "answered"


def test_a_question_that_ran_out_of_time_says_what_stopped_its_last_attempt() -> None:
    problem = Progress(1).begun(NOW + 40).put_back(BUSY, (0, 0)).why_failed()
    assert problem["type"] == "urn:causeway:problem:deadline-passed"
    assert problem["detail"].endswith("Its last attempt: The model service is at its limit.")


def test_attempts_that_die_one_after_the_other_end_in_a_failure_that_says_so() -> None:
    progress = Progress(1)
    for _ in range(MAX_FAULTS):
        progress = progress.begun(NOW)
        assert progress.stage == "running"
    given_up = progress.begun(NOW)
    assert (given_up.stage, given_up.attempts) == ("failed", MAX_FAULTS)
    assert given_up.why_failed()["type"] == "urn:causeway:problem:internal-error"


def test_a_busy_service_never_uses_up_the_attempts_and_faults_of_ours_do() -> None:
    busy = ours = Progress(1)
    for _ in range(MAX_FAULTS):
        busy = busy.begun(NOW + 40).put_back(BUSY, (5, 1))
        ours = ours.begun(NOW + 40).put_back(BUSY, (5, 1), fault=True)
    assert (busy.stage, ours.stage) == ("waiting", "failed")
    assert (busy.input_tokens, busy.output_tokens) == (5 * MAX_FAULTS, MAX_FAULTS)


@given(NAMES, NAMES, NAMES, NAMES)
def test_no_owner_can_name_anothers_batch_even_by_the_same_token(tenant: str, user: str, other_tenant: str, other_user: str) -> None:
    one, other = Owner(tenant, user), Owner(other_tenant, other_user)
    token = "the-same-token"
    keys = {partition(owner, owner.id_of(token)) for owner in (one, other)}
    assert len(keys) == len({one, other})
    assert partition(one, other.id_of(token)) not in keys - {partition(one, one.id_of(token))}


def test_rows_and_messages_are_read_as_they_were_written() -> None:
    first, *_ = items_of(batch(), ["[]"])
    assert batch_of(first) == batch()
    named = replace(batch(), owner=Owner("harbour", "user-1", "ada"))
    kept = batch_of(items_of(named, ["[]"])[0])
    assert kept is not None
    assert kept.owner.name == Message.read(Message.of(named, 1).written()).owner.name == "ada"
    progress = Progress(2).begun(NOW + 40).put_back(BUSY, (5, 1))
    assert progress_of(progress_item(batch(), progress)) == progress
    message = Message.of(batch(), 2).next_try()
    assert Message.read(message.written()) == message


def test_the_same_request_has_the_same_digest_however_it_is_written() -> None:
    assert digest_of({"a": 1, "b": [1, 2]}) == digest_of({"b": [1, 2], "a": 1}) != digest_of({"a": 1, "b": [2, 1]})


@pytest.mark.parametrize("tries", [0, 3, 50])
def test_a_pause_is_never_none_and_never_longer_than_the_longest(tries: int) -> None:
    assert all(FIRST_WAIT // 2 <= pause(tries) <= LONGEST_WAIT for _ in range(200))
