"""Reading in a child process: what a hostile file costs in time, memory or a crash ends there.

See docs/decisions/084-isolated-reading.md.
"""

import os
import resource
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from causeway.documents.bad import BadDocument
from causeway.documents.content import Content
from causeway.documents.readers.apart import Died, TooSlow, apart
from causeway.documents.readers.limits import DEFAULT, Limits
from causeway.documents.readers.reading import load_parser, read
from causeway.documents.recognition import RecognisedPage
from causeway.runtime.logs import logger

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
    try:
        outcome, trace = apart(lambda: _outcome(data, name, limits, known), limits.seconds, meanwhile)
    except TooSlow:
        raise BadDocument("too_slow", f"The file takes longer than {limits.seconds:.0f} seconds to read. Split or simplify it.") from None
    except Died:
        logger.warning("the reader's process died")
        raise _unreadable() from None
    if isinstance(outcome, Content):
        return outcome
    if trace:
        logger.warning("the reader failed", extra={"trace": trace})
    raise outcome


def _outcome(data: bytes, name: str, limits: Limits, known: Sequence[RecognisedPage]) -> tuple[Content | BadDocument, str]:
    """And the trace of an error that is not the document's own."""
    _bound_memory(limits.memory)
    try:
        return read(data, name, limits, known), ""
    except BadDocument as bad:
        return bad, ""
    except (MemoryError, RecursionError):
        return BadDocument("too_complex", "The file takes more memory to read than is allowed. Split or simplify it."), ""
    except Exception:
        return _unreadable(), traceback.format_exc(limit=-8)


def _unreadable() -> BadDocument:
    return BadDocument("unreadable", "The file is damaged or uses features that cannot be read. Export it again, as a PDF if need be.")


def _bound_memory(extra: int) -> None:
    """Lets this process grow by `extra` bytes of address space, where the system tells how much it has."""
    if _STATM.exists():
        held = int(_STATM.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (held + extra, held + extra))
