"""The course of a re-index, step by step, without any service."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from causeway.documents.reindexing.course import ASKED_FOR, Course, Did, Next, Pace, finished, rebuilding, returned, started
from causeway.documents.reindexing.work import Check, Filled, Row
from causeway.retrieval.bulk_load import LEASE, MERGING
from causeway.retrieval.generations import Generation, Live

FIRST = Generation(number=1, provider="sagemaker", model="bge")
SECOND = Generation(number=2, provider="sagemaker", model="bge", chunking="small")
BEGAN = datetime(2026, 11, 27, tzinfo=UTC)
PACE = Pace(writers=330, settle=3600, step=1800, look=300, kept=7 * 86_400)
WHOLE = Filled(documents=20_000)


MODEL = {"provider": "bedrock", "model": "titan", "dimensions": 256, "version": "", "name": "titan"}


def test_a_re_index_to_another_model_keeps_the_chunking_and_back_again() -> None:
    small = FIRST.model_copy(update={"chunking": "small"})
    row = started(Row(live=Live(serving=small)), MODEL, BEGAN)
    assert row.work
    assert row.work.to == Generation(number=2, provider="bedrock", model="titan", dimensions=256, name="titan", chunking="small")
    assert row.work.to.label == "titan-256"


def test_the_model_that_answers_already_is_refused_unless_the_chunking_changes() -> None:
    row, own = Row(live=Live(serving=FIRST)), {"provider": "sagemaker", "model": "bge", "name": "first"}
    with pytest.raises(ValueError, match="Generation 1 answers by first already"):
        started(row, own, BEGAN)
    assert started(row, {**own, "chunking": "small"}, BEGAN).work
    assert started(row, {}, BEGAN).work


class Play:
    """A workflow that does what the course says, in no time, with a clock of its own. passes: what each pass of the back-fill finds."""

    def __init__(self, passes: list[Filled] | None = None) -> None:
        self.row = started(Row(live=Live(serving=FIRST)), {"chunking": "small"}, BEGAN)
        self.now, self.passes = BEGAN, list(passes or [Filled(documents=20_000, written=20_000, passages=90_000), WHOLE])
        self.check: dict[str, int] = {"found": 30, "found_before": 30}
        self.compared = 0
        self.seen: list[Live] = []
        self.done: list[tuple[str, int]] = []

    def look(self, did: Did = "nothing", filled: Filled = WHOLE, why: str = "") -> Next:
        self.row, following = Course(PACE, self._compare).next(self.row, did, filled, why, self.now)
        if not self.seen or self.seen[-1] != self.row.live:
            self.seen.append(self.row.live)
        return following

    def run(self, until: str) -> Next:
        """Until the work is at this step."""
        did: Did = "nothing"
        filled = WHOLE
        for _ in range(2000):
            following = self.look(did, filled)
            assert self.row.work
            if self.row.work.step == until:
                return following
            match following.do:
                case "make" | "remake" | "remove":
                    assert following.generation
                    self.done.append((following.do, following.generation.number))
                    did = "removed" if following.do == "remove" else "made"
                case "fill":
                    did, filled = "filled", self.passes.pop(0) if self.passes else WHOLE
                case "wait":
                    self.now, did = self.now + timedelta(seconds=following.seconds), "waited"
                case _:
                    raise AssertionError(f"it ends at {self.row.work.step}")
        raise AssertionError("it does not end")

    def _compare(self, work: Any) -> Check:
        self.compared += 1
        return Check(at=self.now, asked=30, **self.check)


def test_searches_move_over_in_steps_and_the_former_index_goes_after_a_week() -> None:
    play = Play()
    play.run("done")
    *moving, leaving, alone = play.seen
    both = [(each.serving.number, each.beside.number if each.beside else None, each.share) for each in moving]
    assert both == [(1, None, 0), (1, 2, 0), (1, 2, 10), (1, 2, 50), (1, 2, 100), (2, 1, 0)]
    assert leaving == Live(serving=SECOND, leaving=FIRST), "what is deleted now is deleted from it, too"
    assert alone == Live(serving=SECOND)
    assert play.done == [("make", 2), ("remove", 1)]
    assert timedelta(days=7, hours=1.5) < play.now - BEGAN < timedelta(days=7, hours=3)
    assert play.look() == Next("end")


def test_nothing_is_filled_before_every_function_knows_of_the_new_index_and_none_is_trusted_that_may_not() -> None:
    """The pass that finds nothing to do begins when no call is under way that does not know the new index."""
    play = Play([Filled(documents=5, written=5, passages=9), WHOLE, WHOLE])
    play.run("comparing")
    work = play.row.work
    assert work
    assert work.pass_began
    assert work.written_since
    assert work.pass_began - work.written_since >= timedelta(seconds=PACE.writers)


def test_nobody_searches_the_new_index_while_it_has_the_settings_of_a_load() -> None:
    """A lease of 15 minutes ends, segments are merged for 30 at most, and replicas return."""
    play = Play([Filled(documents=5, written=5, passages=9)] * 3)
    play.run("comparing")
    work = play.row.work
    assert work
    assert work.pass_began
    assert work.filled_in_at
    assert work.pass_began - work.filled_in_at >= LEASE + MERGING


def test_a_pass_that_has_written_is_never_the_last() -> None:
    some = Filled(documents=20_000, written=1, passages=2)
    play = Play([some] * 120)
    play.run("comparing")
    assert play.row.work
    assert play.row.work.passes > 120
    assert play.row.work.passages == 240


@pytest.mark.parametrize(("failures", "goes_on"), [(2, True), (3, False)])
def test_more_failures_than_one_in_ten_thousand_end_it(failures: int, goes_on: bool) -> None:
    play = Play([Filled(documents=20_000, failures=failures, failed=("a",))] * 60)
    play.run("kept" if goes_on else "returning")
    assert play.row.work
    assert play.row.work.reason == ("" if goes_on else "3 of 20000 documents failed")


@pytest.mark.parametrize("worse", [{"found": 28}, {"failed": 1}])
def test_a_new_index_that_answers_worse_gets_no_user(worse: dict[str, int]) -> None:
    play = Play()
    play.check |= worse
    play.run("done")
    assert {each.share for each in play.seen} == {0}
    assert play.seen[-1] == Live(serving=FIRST)
    assert play.done == [("make", 2), ("remove", 2)]
    assert play.look() == Next("failed")


@pytest.mark.parametrize("share", [10, 50, 100])
def test_faults_while_users_move_over_bring_all_of_them_back(share: int) -> None:
    play = Play()
    play.run("shifting")
    while play.row.live.share < share:
        play.now += timedelta(seconds=PACE.step)
        play.look("waited")
    play.check |= {"failed": 2}
    play.look("waited")
    assert play.row.live == Live(serving=FIRST, beside=SECOND), "the new index is written as long as somebody may still search it"
    play.run("leaving")
    assert play.row.live == Live(serving=FIRST, leaving=SECOND)


def test_going_back_lets_the_old_index_answer_at_once_and_removes_the_new_one_when_no_call_knows_it_any_more() -> None:
    play = Play()
    play.run("kept")
    play.now += timedelta(days=3)
    play.row = returned(play.row, ASKED_FOR, play.now)
    assert play.row.live == Live(serving=FIRST, beside=SECOND)
    before = play.now
    play.run("done")
    assert play.done[-1] == ("remove", 2)
    assert play.now - before >= timedelta(seconds=PACE.writers)
    assert play.look() == Next("end")


def test_a_step_that_stays_away_leads_back() -> None:
    play = Play()
    play.run("filling")
    play.look("stuck", why="DependencyUnavailable")
    assert play.row.work
    assert (play.row.work.step, play.row.work.reason) == ("returning", "DependencyUnavailable")


def test_what_cannot_be_done_now_is_refused_in_a_sentence() -> None:
    play = Play()
    with pytest.raises(ValueError, match="into generation 2 is not over"):
        started(play.row, {}, BEGAN)
    with pytest.raises(ValueError, match="No former generation is kept"):
        finished(play.row, BEGAN)
    play.run("kept")
    play.row = finished(play.row, play.now)
    play.run("leaving")
    with pytest.raises(ValueError, match="no former generation to go back to"):
        returned(play.row, ASKED_FOR, play.now)


def test_the_next_re_index_takes_the_other_alias() -> None:
    play = Play()
    play.run("done")
    again = started(play.row, {}, play.now)
    assert again.work
    assert (again.work.former.number, again.work.to) == (2, SECOND.model_copy(update={"number": 3}))


def lost(passes: list[Filled]) -> Play:
    """An index that is lost, of the second generation, and is made anew."""
    play = Play(passes)
    play.row = rebuilding(Row(live=Live(serving=SECOND)), BEGAN)
    return play


def test_a_lost_index_is_made_anew_and_filled_until_nothing_is_left_to_do_while_it_answers() -> None:
    some = Filled(documents=20_000, written=20_000, waiting=3, passages=90_000)
    play = lost([some, Filled(documents=20_000, written=3, passages=9)])
    assert play.run("done") == Next("end")
    assert play.row.work
    assert (play.row.work.outcome, play.row.work.passes, play.row.work.passages) == ("rebuilt", 3, 90_009)
    assert play.done == [("remake", 2)]
    assert play.seen == [Live(serving=SECOND)]
    assert play.compared == 0
    assert play.now - BEGAN < timedelta(minutes=1), "nobody waits for anything but the passages"
    assert started(play.row, {}, BEGAN).work


def test_documents_that_no_pass_can_write_end_a_rebuilding_as_a_failure_that_names_their_number() -> None:
    play = lost([Filled(documents=20_000, written=19_000, failures=1000), Filled(documents=20_000, failures=1000)])
    assert play.run("done") == Next("failed")
    assert play.row.work
    assert play.row.work.reason == "1000 of 20000 documents failed"
    assert play.look() == Next("failed"), "whoever begins an execution again is told the same"


@pytest.mark.parametrize("step", ["remaking", "refilling"])
def test_a_rebuilding_that_is_stuck_waits_and_goes_on_for_there_is_nothing_to_return_to(step: str) -> None:
    play = lost([])
    if step == "refilling":
        play.look("made")
    assert play.look("stuck", why="States.Timeout") == Next("wait", 300)
    assert play.row.work
    assert play.row.work.step == step
    assert play.look("waited").do == ("remake" if step == "remaking" else "fill")


def test_an_index_is_not_made_anew_while_a_re_index_is_under_way() -> None:
    play = Play()
    play.run("filling")
    with pytest.raises(ValueError, match=r"generation 2 is not over; it is filling\. Go back or finish it first"):
        rebuilding(play.row, BEGAN)
