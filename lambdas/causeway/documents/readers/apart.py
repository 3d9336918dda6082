"""Work in a forked process: what it costs in time, memory or a crash ends there."""

import gc
import multiprocessing
import time
from collections.abc import Callable
from functools import cache
from multiprocessing.connection import Connection
from typing import TypeVar

LOOK_SECONDS = 1.0
Result = TypeVar("Result")


class TooSlow(Exception):
    """The work took longer than it may."""


class Died(Exception):
    """The process ended without a result."""


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
        raise Died from None
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
