"""Reading in a child process: what a hostile file costs in time, memory or a crash ends there.

See docs/decisions/084-isolated-reading.md.
"""

import multiprocessing
import os
import resource
import time
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from causeway.documents.bad import BadDocument
from causeway.documents.content import Content
from causeway.documents.readers.limits import DEFAULT, Limits
from causeway.documents.readers.reading import load_parser, read
from causeway.documents.recognition import RecognisedPage
from causeway.runtime.logs import logger

LOOK_SECONDS = 5.0
_STATM = Path("/proc/self/statm")
# The PDF reader's allocator would take 1 GiB of address space at its first use, whatever it needs. In KiB; read when it is loaded.
os.environ.setdefault("MIMALLOC_ARENA_RESERVE", "65536")


def read_isolated(
    data: bytes, name: str, limits: Limits = DEFAULT, known: Sequence[RecognisedPage] = (), meanwhile: Callable[[], None] = lambda: None
) -> Content:
    """As `read`, with every failure as BadDocument: too_slow, too_complex and unreadable besides the reader's own.

    meanwhile: is called every few seconds while the file is being read.
    """
    load_parser(name)
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(sender, data, name, limits, known), daemon=True)
    child.start()
    sender.close()
    try:
        return _received(receiver, limits, meanwhile)
    finally:
        child.kill()
        child.join()
        receiver.close()


def _received(receiver: Connection, limits: Limits, meanwhile: Callable[[], None]) -> Content:
    try:
        if not _answers(receiver, limits.seconds, meanwhile):
            raise BadDocument("too_slow", f"The file takes longer than {limits.seconds:.0f} seconds to read. Split or simplify it.")
        outcome, trace = receiver.recv()
    except EOFError:
        logger.warning("the reader's process died")
        raise _unreadable() from None
    if isinstance(outcome, Content):
        return outcome
    if trace:
        logger.warning("the reader failed", extra={"trace": trace})
    raise outcome


def _answers(receiver: Connection, seconds: float, meanwhile: Callable[[], None]) -> bool:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if receiver.poll(min(left, LOOK_SECONDS)):
            return True
        meanwhile()
    return False


def _child(sender: Connection, data: bytes, name: str, limits: Limits, known: Sequence[RecognisedPage]) -> None:
    _bound_memory(limits.memory)
    outcome: Content | BadDocument
    trace = ""
    try:
        outcome = read(data, name, limits, known)
    except BadDocument as bad:
        outcome = bad
    except (MemoryError, RecursionError):
        outcome = BadDocument("too_complex", "The file takes more memory to read than is allowed. Split or simplify it.")
    except Exception:
        outcome, trace = _unreadable(), traceback.format_exc(limit=-8)
    sender.send((outcome, trace))
    sender.close()


def _unreadable() -> BadDocument:
    return BadDocument("unreadable", "The file is damaged or uses features that cannot be read. Export it again, as a PDF if need be.")


def _bound_memory(extra: int) -> None:
    """Lets this process grow by `extra` bytes of address space, where the system tells how much it has."""
    if _STATM.exists():
        held = int(_STATM.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (held + extra, held + extra))
