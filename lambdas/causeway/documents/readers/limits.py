"""How much of a document is read before it counts as bad."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """seconds: wall clock for one document. memory: bytes of address space the reader may add.

    confidence: 0 to 100; a page's writing that was recognised in a picture with less is not read.
    recognition: seconds of the reading until which pages that are pictures are recognised.
    elsewhere: whether those of a document that is mostly pictures wait for another service.
    expanded: bytes of a zipped file once unzipped. entries: files in its archive. line: characters of an HTML page without any break.
    pictures: kept of a document, with so many bytes together. picture_pixels: of one that is decoded. picture_seconds: for all of them.
    """

    seconds: float = 240.0
    memory: int = 1200 * 1024 * 1024
    confidence: float = 70.0
    recognition: float = 150.0
    elsewhere: bool = False
    pages: int = 5_000
    characters: int = 5_000_000
    expanded: int = 200 * 1024 * 1024
    entries: int = 5_000
    line: int = 100_000
    pictures: int = 100
    picture_bytes: int = 24 * 1024 * 1024
    picture_pixels: int = 40_000_000
    picture_seconds: float = 60.0


DEFAULT = Limits()
