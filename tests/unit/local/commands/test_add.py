from pathlib import Path

import pytest

from local.app.people import Person
from local.app.progress import Progress
from local.app.selection import Selection, Skipped
from local.app.uploads import Outcome, Upload
from local.commands.add import cut_off, exit_status

ADA = Person("ada", "harbour", "token")


def outcome(state):
    return Outcome(Upload(Path("a"), "a", ADA), state)


@pytest.mark.parametrize(
    ("states", "skipped", "lenient", "strict"),
    [
        (["ready"], [], 0, 0),
        (["ready", "quarantined"], [], 0, 1),
        (["refused"], [], 0, 1),
        (["ready", "partial"], [], 0, 1),
        (["ready"], [Skipped(".xlsx", "not read", ("a.xlsx",))], 0, 1),
        (["ready"], [Skipped("hidden file{s}", "", (".a",))], 0, 0),
        (["ready", "failed"], [], 1, 1),
        (["quarantined", "failed"], [], 1, 1),
        ([], [], 0, 0),
    ],
)
def test_a_stated_refusal_fails_only_when_strict_and_a_fault_of_ours_always(states, skipped, lenient, strict):
    outcomes, selection = [outcome(state) for state in states], Selection([], skipped)
    assert exit_status(outcomes, selection, strict=False) == lenient
    assert exit_status(outcomes, selection, strict=True) == strict


def test_a_cut_off_run_says_what_is_done_what_goes_on_and_how_to_add_the_rest():
    said = cut_off(Progress(300, 120, [outcome("ready")] * 75, waiting=tuple(map(str, range(45)))))
    assert said == (
        "120 of 300 were uploaded, 75 of them can be asked about by now; 45 more are still being read; that goes on without this command; "
        "the same command adds the other 180, and skips what is there already."
    )


def test_a_run_that_was_cut_off_after_its_last_upload_has_no_rest_to_add():
    assert "the same command" not in cut_off(Progress(2, 2, [outcome("ready")], waiting=("b",)))
