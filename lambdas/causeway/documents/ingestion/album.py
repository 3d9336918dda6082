"""A document's pictures in the documents bucket: the files, and a list of them for whoever shows the document."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter
from pydantic_core import to_json

from causeway.documents.ingestion.store import Store
from causeway.documents.picture import CONTENT_TYPES, Picture
from causeway.retrieval.passage import Passage, ShownPicture


@dataclass(frozen=True, slots=True)
class ListedPicture(ShownPicture):
    """width, height: in pixels. bytes: of the file.

    Data class: internal.
    """

    width: int = 0
    height: int = 0
    bytes: int = 0


_LISTED = TypeAdapter(ListedPicture)


def save_pictures(
    passages: Sequence[Passage], pictures: Iterable[Picture], documents: Store, list_key: str, alive: Callable[[], None]
) -> None:
    """Saves the pictures that some passage shows, and then their list. May be repeated: equal pictures have one key.

    alive: is called before each picture.
    """
    files = {picture.id: picture for picture in pictures}
    wanted = list({each.id: each for passage in passages for each in passage.pictures}.values())  # each once
    for each in wanted:
        alive()
        documents.save(each.key, files[each.id].data, CONTENT_TYPES[files[each.id].kind])
    if wanted:
        documents.save(list_key, b"".join(to_json(_listed(each, files[each.id])) + b"\n" for each in wanted), "application/jsonl")


def pictures_in(lines: bytes) -> Iterator[ListedPicture]:
    """Raises pydantic.ValidationError for a line that is no picture."""
    return (_LISTED.validate_json(line) for line in lines.splitlines())


def _listed(each: ShownPicture, file: Picture) -> ListedPicture:
    return ListedPicture(each.id, each.caption, each.key, each.page, file.width, file.height, len(file.data))
