"""Tools at work: one call with its time limit, or several that change nothing beside each other."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from causeway.agents.checks import Ready
from causeway.agents.results import Result, result_of
from causeway.agents.run import Outcome
from causeway.agents.steps import Reason, Returned
from causeway.agents.tool import Calling, Refused
from causeway.agents.toolbox import Services
from causeway.conversations.keys import Owner
from causeway.runtime.beside import beside
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyError
from causeway.runtime.logs import logger, record_failure

AT_ONCE = 8  # calls beside each other


@dataclass(frozen=True)
class _Begun:
    ready: Ready
    future: "Future[Result]"
    limit: Deadline


class Runner:
    """Runs the calls of one run. run_id: with the call's id it names a call for good."""

    def __init__(self, services: Services, owner: Owner, run_id: str, deadline: Deadline) -> None:
        self._services, self._owner, self._run_id, self._deadline = services, owner, run_id, deadline

    def together(self, calls: Sequence[Ready]) -> list[Returned]:
        """Of the first AT_ONCE calls; the others are for the next time."""
        return [_returned(begun) for begun in [self._begin(ready) for ready in calls[:AT_ONCE]]]

    def alone(self, ready: Ready) -> Returned:
        return _returned(self._begin(ready))

    def _begin(self, ready: Ready) -> _Begun:
        limit = self._deadline.within(ready.tool.timeout_seconds)
        key, services = f"{self._run_id}-{ready.call.id}", self._services
        calling = Calling(self._owner, key, limit, services.records, services.knowledge, services.functions, services.questions)
        future = beside(lambda: result_of(ready.tool.run(ready.arguments, calling), ready.tool.most_characters))
        return _Begun(ready, future, limit)


def _returned(begun: _Begun) -> Returned:
    """What becomes of a call, however it ends. It is paid for in any case."""
    ready = begun.ready
    try:
        return _with(ready, begun.future.result(timeout=begun.limit.left()), "done")
    except Refused as refusal:
        return _with(ready, result_of(str(refusal), ready.tool.most_characters), "failed", "refused")
    except TimeoutError:
        logger.error("tool timed out", extra={"tool": ready.tool.name})
        return _broken(ready, "The tool did not end in time", "timeout")
    except DependencyError as failure:
        record_failure(failure)
        return _broken(ready, f"The {failure.dependency} service does not answer now", "error")
    except (Exception, SystemExit) as error:
        logger.error("tool failed", extra={"tool": ready.tool.name}, exc_info=error)
        return _broken(ready, "The tool failed", "error")


def _broken(ready: Ready, what: str, reason: Reason) -> Returned:
    """Of what broke off nobody knows whether it was done; the same call again would be another one, with another key."""
    if ready.acts:
        return _with(ready, Result(f"{what}, and it is not known whether it was done. Look it up, or tell the user so."), "unknown", reason)
    return _with(ready, Result(f"{what}. Nothing was found out."), "failed", reason)


def _with(ready: Ready, result: Result, outcome: Outcome, reason: Reason = "") -> Returned:
    facts: Any = {"policy": ready.policy, "usd": ready.tool.cost_usd, "withheld": result.withheld, "cut": result.cut, "seen": ready.seen}
    return Returned(ready.call.id, outcome, result.text, reason, **facts)
