"""What the steps hand on in files: passages as JSON lines."""

from collections.abc import Iterable, Iterator

from pydantic_core import to_json

from causeway.retrieval.passage import Passage


def passage_lines(passages: Iterable[Passage]) -> bytes:
    return b"".join(to_json(passage, exclude_none=True) + b"\n" for passage in passages)


def passages_in(lines: bytes) -> Iterator[Passage]:
    """Raises pydantic.ValidationError for a line that is no passage."""
    return (Passage.model_validate_json(line) for line in lines.splitlines())
