"""When a turn is stopped: the rules that are looked at before each call of the model."""

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, takewhile

from causeway.agents.agent import Limits
from causeway.agents.progress import CallProgress, Progress, Round
from causeway.agents.run import Stopped
from causeway.models.acting import ToolCall

REPEATS = 2  # calls asked for again although they were made: the first is told so, the second stops the turn
LOOPS = 2  # hand-offs that led back to where they came from: the first is told so, the second stops the turn
STALE = 3  # rounds in a row that brought no result that was not known before
FAILED = ("failed", "refused", "unknown")


def why_stopped(progress: Progress, limits: Limits) -> Stopped | None:
    """The first rule that applies, None when the model may be asked once more."""
    return next((stopped for stopped, applies in _RULES if applies(progress, limits)), None)


def made_before(call: ToolCall, earlier: Sequence[CallProgress]) -> bool:
    """Whether the same call with the same arguments has its result already, or is on its way.

    earlier: all calls of the run that come before. A call that failed may be made again. What only looks something up may be
    looked up again once another call has changed something.
    """
    since_a_change = takewhile(lambda each: not _changed(each), reversed(earlier))
    acting = (each for each in earlier if each.acts)
    return any(_same(each.call) == _same(call) and _stands(each) for each in chain(since_a_change, acting))


def _stands(call: CallProgress) -> bool:
    return call.outcome in ("done", "declined", "unknown", "waiting", "running")


def _changed(call: CallProgress) -> bool:
    return call.acts and call.outcome == "done"


def _same(call: ToolCall) -> str:
    return f"{call.name} {json.dumps(call.arguments, sort_keys=True)}"


def _ping_pong(progress: Progress, limits: Limits) -> bool:
    return sum(call.returned is not None and call.returned.reason == "loop" for call in progress.calls) >= LOOPS


def _cost(progress: Progress, limits: Limits) -> bool:
    """The next call costs at least what it takes to read the last one's messages again."""
    over = any(call.returned and call.returned.reason == "budget" for call in progress.calls)
    return over or progress.spent.usd + (progress.rounds[-1].reply.usd_to_read if progress.rounds else 0.0) > limits.usd


def _tokens(progress: Progress, limits: Limits) -> bool:
    if not progress.rounds:
        return False
    last = progress.rounds[-1].reply.usage
    return progress.spent.tokens + last.input_tokens + last.output_tokens > limits.tokens


def _deadline(progress: Progress, limits: Limits) -> bool:
    return progress.seconds >= limits.seconds


def _failures(progress: Progress, limits: Limits) -> bool:
    outcomes = [call.outcome for call in progress.calls if not _is_repeat(call)]
    return sum(1 for _ in takewhile(FAILED.__contains__, reversed(outcomes))) >= limits.failures


def _repeated_call(progress: Progress, limits: Limits) -> bool:
    return sum(map(_is_repeat, progress.calls)) >= REPEATS


def _is_repeat(call: CallProgress) -> bool:
    return call.returned is not None and call.returned.reason == "repeated"


def _no_progress(progress: Progress, limits: Limits) -> bool:
    stale = list(_stale(progress.rounds))
    return len(stale) >= STALE and all(stale[-STALE:])


def _stale(rounds: Sequence[Round]) -> Iterator[bool]:
    """For each round in which a tool did something, whether all it brought was known before: the same words from the same tool."""
    known: set[tuple[str, str]] = set()
    for each in rounds:
        results = {(call.call.name, call.returned.content) for call in each.calls if call.returned and call.outcome == "done"}
        if results:
            yield results <= known and not any(map(_changed, each.calls))
        known |= results


def _iterations(progress: Progress, limits: Limits) -> bool:
    return len(progress.rounds) >= limits.iterations


_RULES: Sequence[tuple[Stopped, Callable[[Progress, Limits], bool]]] = (
    ("ping-pong", _ping_pong),
    ("cost", _cost),
    ("tokens", _tokens),
    ("deadline", _deadline),
    ("failures", _failures),
    ("repeated-call", _repeated_call),
    ("no-progress", _no_progress),
    ("iterations", _iterations),
)
