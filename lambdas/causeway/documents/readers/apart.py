"""Work in a forked process: what it costs in time, memory or a crash ends there."""

import gc
import multiprocessing
import time
from collections.abc import Callable
from functools import cache
from multiprocessing.connection import Connection
from typing import TypeVar

LOOK_SECONDS = 1.0
_SECONDS_TO_END = 1.0
Result = TypeVar("Result")


class TooSlow(Exception):
    """The work took longer than it may."""


class Died(Exception):
    """The process ended without a result. by: the signal that ended it, None if it ended by itself."""

    def __init__(self, by: int | None = None) -> None:
        super().__init__(by)
        self.by = by


def apart(work: Callable[[], Result], seconds: float, meanwhile: Callable[[], None] = lambda: None) -> Result:
    """What `work` gives, which must be possible to pickle. Raises TooSlow or Died, the latter also for any error that `work` raises.

    meanwhile: is called every few seconds while it works.
    """
    _freeze()
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_work, args=(work, sender))
    child.start()
    sender.close()
    try:
        if not _answers(receiver, seconds, meanwhile):
            raise TooSlow
        result: Result = receiver.recv()
    except EOFError:
        child.join(_SECONDS_TO_END)
        raise Died(-child.exitcode if child.exitcode and child.exitcode < 0 else None) from None
    finally:
        child.kill()
        child.join()
        receiver.close()
    return result


@cache
def _freeze() -> None:
    """What is there before the first fork is looked at by no collection of garbage, which would copy its pages in each child."""
    gc.freeze()


def _work(work: Callable[[], Result], sender: Connection) -> None:
    sender.send(work())
    sender.close()


def _answers(receiver: Connection, seconds: float, meanwhile: Callable[[], None]) -> bool:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if receiver.poll(min(left, LOOK_SECONDS)):
            return True
        meanwhile()
    return False
