"""How much of a document is read before it counts as bad."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """seconds: wall clock for one document. memory: bytes of address space the reader may add.

    confidence: 0 to 100; a page's writing that was recognised in a picture with less is not read.
    recognition: seconds of the reading until which pages that are pictures are recognised.
    expanded: bytes of a zipped file once unzipped. entries: files in its archive. line: characters of an HTML page without any break.
    """

    seconds: float = 240.0
    memory: int = 1200 * 1024 * 1024
    confidence: float = 70.0
    recognition: float = 150.0
    pages: int = 5_000
    characters: int = 5_000_000
    expanded: int = 200 * 1024 * 1024
    entries: int = 5_000
    line: int = 100_000


DEFAULT = Limits()
