"""What the steps hand on in files: passages and their vectors, as JSON lines."""

from collections.abc import Iterable, Iterator

from pydantic_core import from_json, to_json

from causeway.retrieval.passage import Passage

DIGITS = 7  # of a vector's components, which are below 1: an error of 5e-8, a tenth of what 32-bit floats carry


def passage_lines(passages: Iterable[Passage]) -> bytes:
    return b"".join(to_json(passage, exclude_none=True) + b"\n" for passage in passages)


def passages_in(lines: bytes) -> Iterator[Passage]:
    """Raises pydantic.ValidationError for a line that is no passage."""
    return (Passage.model_validate_json(line) for line in lines.splitlines())


def vector_lines(vectors: Iterable[list[float]]) -> bytes:
    return b"".join(to_json([round(value, DIGITS) for value in vector]) + b"\n" for vector in vectors)


def vectors_in(lines: bytes) -> Iterator[list[float]]:
    return (from_json(line) for line in lines.splitlines())
