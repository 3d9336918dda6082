"""The course of a re-index: what is done next, by what is known. It makes no call; whoever repeats it gets the same answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from causeway.documents.reindexing.work import Check, Filled, Row, Work
from causeway.retrieval.generations import SECONDS_KEPT, Generation, Live

Did = Literal["nothing", "made", "filled", "waited", "removed", "stuck"]
SHARES = (10, 50, 100)
BUDGET = 0.0001  # of the documents that may fail
LOST = 0.02  # of the golden questions that the new generation may answer worse, or one
SEEN_SECONDS = SECONDS_KEPT + 1  # after which every function has read a changed row
PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 5, 300  # between two passes
LONGEST_WAIT_SECONDS = 3600
RETURNABLE = ("making", "filling", "comparing", "shifting", "kept")


@dataclass(frozen=True)
class Pace:
    """In seconds. writers: how long a call may take that began before the row was changed. step: of each share. look: between two
    comparisons in it. kept: how long the former generation stays. settle: from the last passage that is filled in until anybody searches
    the new indexes, which have the settings of a bulk load (decision 228) and get those of every day back meanwhile.
    """

    writers: int
    settle: int
    step: int
    look: int
    kept: int


@dataclass(frozen=True)
class Next:
    """do: make or remove the indexes of `generation`, make lost ones anew, fill what was made, wait, or end; "failed" ends as a failure."""

    do: Literal["make", "remake", "fill", "wait", "remove", "end", "failed"]
    seconds: int = 0
    generation: Generation | None = None


def started(row: Row, to: Mapping[str, Any], now: datetime) -> Row:
    """Begins a re-index. to: `chunking` and the fields of an embedding model, where they are to be others.

    Raises ValueError with a sentence while another one is not over, and when another is asked for and all of it is as it is.
    """
    if row.work and row.work.step != "done":
        raise ValueError(f"A re-index into generation {row.work.to.number} is not over; it is {row.work.step}.")
    serving = row.live.serving
    made = Generation.model_validate({**serving.model_dump(), **to, "number": serving.number + 1})
    if "model" in to and (made.vectors, made.chunking) == (serving.vectors, serving.chunking):
        raise ValueError(f"Generation {serving.number} answers by {made.name} already; without `model` all is indexed anew as it is.")
    return row.model_copy(update={"work": Work(former=serving, to=made, began=now, since=now)})


def rebuilding(row: Row, now: datetime) -> Row:
    """Begins to make the index that answers anew, which was lost. Raises ValueError with a sentence while a re-index is not over."""
    if row.work and row.work.step != "done":
        raise ValueError(f"A re-index into generation {row.work.to.number} is not over; it is {row.work.step}. Go back or finish it first.")
    serving = row.live.serving
    return row.model_copy(update={"work": Work(step="remaking", former=serving, to=serving, began=now, since=now)})


def returned(row: Row, why: str, now: datetime) -> Row:
    """Lets the former generation answer. Raises ValueError with a sentence when there is none any more."""
    work = row.work
    if work is None or work.step not in RETURNABLE:
        raise ValueError("There is no former generation to go back to.")
    live = Live(serving=work.former, beside=None if work.step == "making" else work.to)
    return row.model_copy(update={"live": live, "work": work.at("returning", now, outcome="returned", reason=why)})


def finished(row: Row, now: datetime) -> Row:
    """Lets the former generation go before its time. Raises ValueError with a sentence when it is not kept."""
    if row.work is None or row.work.step != "kept":
        raise ValueError("No former generation is kept.")
    return row.model_copy(update={"work": row.work.model_copy(update={"until": now})})


class Course:
    def __init__(self, pace: Pace, compare: Callable[[Work], Check]) -> None:
        """compare: puts golden questions to both generations."""
        self._pace, self._compare = pace, compare

    def next(self, row: Row, did: Did, filled: Filled, why: str, now: datetime) -> tuple[Row, Next]:
        """did: what the workflow has done last. filled: by a pass that it has made. why: it is stuck."""
        if did == "stuck" and row.work and row.work.step in RETURNABLE:
            row, did = returned(row, why, now), "nothing"
        if row.work is None:
            return row, Next("end")
        step: Callable[..., tuple[Row, Next]] = getattr(self, f"_{row.work.step}")
        return step(row, row.work, did, filled, now)

    def _making(self, row: Row, work: Work, did: Did, filled: Filled, now: datetime) -> tuple[Row, Next]:
        if did != "made":
            return row, Next("make", generation=work.to)
        live = Live(serving=work.former, beside=work.to)
        return _changed(row, live, work.at("filling", now, written_since=now)), Next("wait", int(SEEN_SECONDS))

    def _filling(self, row: Row, work: Work, did: Did, filled: Filled, now: datetime) -> tuple[Row, Next]:
        if did != "filled":
            return _next_pass(row, work, now)
        work = _after_pass(work, filled, now)
        if filled.failures > BUDGET * filled.documents:
            return self._back(row, work, f"{filled.failures} of {filled.documents} documents failed", now)
        settled = (work.filled_in_at or work.since) + timedelta(seconds=self._pace.settle)
        safe = max(settled, (work.written_since or now) + timedelta(seconds=self._pace.writers))
        if _nothing_left(filled):
            if (work.pass_began or now) >= safe:
                return _changed(row, row.live, work.at("comparing", now)), Next("wait")
            return _changed(row, row.live, work), _wait(safe, now)
        return _changed(row, row.live, work), _pause(work)

    def _comparing(self, row: Row, work: Work, did: Did, filled: Filled, now: datetime) -> tuple[Row, Next]:
        check = self._compare(work)
        work = work.model_copy(update={"checks": (check,)})
        if why := _worse(check):
            return self._back(row, work, why, now)
        return self._share(row, work, SHARES[0], now)

    def _shifting(self, row: Row, work: Work, did: Did, filled: Filled, now: datetime) -> tuple[Row, Next]:
        check = self._compare(work)
        work = work.model_copy(update={"checks": (*work.checks[:1], check)})
        if why := _worse(check):
            return self._back(row, work, why, now)
        if now < work.since + timedelta(seconds=self._pace.step):
            return _changed(row, row.live, work), Next("wait", self._pace.look)
        if row.live.share < SHARES[-1]:
            return self._share(row, work, SHARES[SHARES.index(row.live.share) + 1], now)
        until = now + timedelta(seconds=self._pace.kept)
        live = Live(serving=work.to, beside=work.former)
        return _changed(row, live, work.at("kept", now, until=until, outcome="served")), _wait(until, now)

    def _kept(self, row: Row, work: Work, did: Did, filled: Filled, now: datetime) -> tuple[Row, Next]:
        until = work.until or now
        if now < until:
            return row, _wait(until, now)
        return _changed(row, Live(serving=work.to, leaving=work.former), work.at("leaving", now)), Next("wait", self._leaving_seconds)

    def _returning(self, row: Row, work: Work, did: Did, filled: Filled, now: datetime) -> tuple[Row, Next]:
        """The new generation is written for as long as somebody may still search it."""
        seen = work.since + timedelta(seconds=SEEN_SECONDS)
        if now < seen:
            return row, _wait(seen, now)
        return _changed(row, Live(serving=work.former, leaving=work.to), work.at("leaving", now)), Next("wait", self._leaving_seconds)

    def _leaving(self, row: Row, work: Work, did: Did, filled: Filled, now: datetime) -> tuple[Row, Next]:
        """No index goes while a call may be under way that has read the row before."""
        leaves = work.since + timedelta(seconds=self._leaving_seconds)
        if now < leaves:
            return row, _wait(leaves, now)
        if did != "removed":
            return row, Next("remove", generation=work.to if work.outcome == "returned" else work.former)
        done = work.at("done", now)
        return _changed(row, Live(serving=row.live.serving), done), _end(done)

    def _remaking(self, row: Row, work: Work, did: Did, filled: Filled, now: datetime) -> tuple[Row, Next]:
        """Nothing else answers: what fails is tried again until it succeeds, or somebody stops the workflow."""
        if did == "stuck":
            return row, Next("wait", LONGEST_PAUSE_SECONDS)
        if did != "made":
            return row, Next("remake", generation=work.to)
        return _next_pass(row, work.at("refilling", now), now)

    def _refilling(self, row: Row, work: Work, did: Did, filled: Filled, now: datetime) -> tuple[Row, Next]:
        """The index is searched and written meanwhile: whoever writes finds it there."""
        if did == "stuck":
            return row, Next("wait", LONGEST_PAUSE_SECONDS)
        if did != "filled":
            return _next_pass(row, work, now)
        work = _after_pass(work, filled, now)
        if not _nothing_left(filled):
            return _changed(row, row.live, work), _pause(work)
        left_out = f"{filled.failures} of {filled.documents} documents failed" if filled.failures else ""
        done = work.at("done", now, outcome="rebuilt", reason=left_out)
        return _changed(row, row.live, done), _end(done)

    def _done(self, row: Row, work: Work, did: Did, filled: Filled, now: datetime) -> tuple[Row, Next]:
        return row, _end(work)

    @property
    def _leaving_seconds(self) -> int:
        return max(self._pace.writers, int(SEEN_SECONDS))

    def _share(self, row: Row, work: Work, share: int, now: datetime) -> tuple[Row, Next]:
        live = Live(serving=work.former, beside=work.to, share=share)
        return _changed(row, live, work.at("shifting", now)), Next("wait", self._pace.look)

    def _back(self, row: Row, work: Work, why: str, now: datetime) -> tuple[Row, Next]:
        return returned(_changed(row, row.live, work), why, now), Next("wait", int(SEEN_SECONDS))


ASKED_FOR = "asked for"


def _end(work: Work) -> Next:
    return Next("failed" if work.reason not in ("", ASKED_FOR) else "end")


def _next_pass(row: Row, work: Work, now: datetime) -> tuple[Row, Next]:
    return _changed(row, row.live, work.model_copy(update={"pass_began": now, "passes": work.passes + 1})), Next("fill")


def _after_pass(work: Work, filled: Filled, now: datetime) -> Work:
    filled_in_at = now if filled.written else work.filled_in_at
    return work.model_copy(update={"filled": filled, "passages": work.passages + filled.passages, "filled_in_at": filled_in_at})


def _nothing_left(filled: Filled) -> bool:
    """Whether another pass would do no more: nothing was left to do, or only what failed."""
    return filled.is_whole or bool(filled.failures and not (filled.written or filled.waiting or filled.removed))


def _pause(work: Work) -> Next:
    return Next("wait", min(LONGEST_PAUSE_SECONDS, PAUSE_SECONDS * work.passes))


def _worse(check: Check) -> str:
    """Why the new generation must not answer; "" if it may."""
    if check.failed:
        return f"{check.failed} of {check.asked} golden questions failed in the new index"
    if check.found < check.found_before - max(1, int(LOST * check.asked)):
        return f"the new index answers {check.found} of {check.asked} golden questions, the old one {check.found_before}"
    return ""


def _wait(until: datetime, now: datetime) -> Next:
    return Next("wait", min(LONGEST_WAIT_SECONDS, max(1, int((until - now).total_seconds()) + 1)))


def _changed(row: Row, live: Live, work: Work) -> Row:
    return row.model_copy(update={"live": live, "work": work})


def as_task(following: Next, **more: Any) -> dict[str, Any]:
    """What the workflow reads."""
    return {"do": following.do, "seconds": following.seconds, **more}
