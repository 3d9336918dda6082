"""Which pictures belong to a chunk: those beside its blocks, and those whose number its text names."""

from collections import Counter
from collections.abc import Mapping

from causeway.documents.chunking.chunks import Chunk
from causeway.documents.content import Content
from causeway.documents.readers.captions import captions
from causeway.retrieval.passage import ShownPicture
from causeway.safety.instructions import instructions_in
from causeway.safety.references import label_of, references

MOST = 8  # pictures of a passage


class Pictures:
    """Of a document. folder: that the files are in. A number that two captions have names neither of them."""

    def __init__(self, content: Content, folder: str) -> None:
        said = captions(content.blocks)
        self._known: Mapping[str, ShownPicture] = {
            picture.id: ShownPicture(picture.id, _harmless(said.get(picture.id, "")), f"{folder}{picture.file}", picture.page)
            for picture in content.pictures
        }
        labels = {name: label for name, caption in said.items() if (label := label_of(caption))}
        captioned = Counter(label for label, _ in {(label, said[name]) for name, label in labels.items()})
        self._labelled: dict[str, list[str]] = {}
        for name, label in labels.items():
            if captioned[label] == 1:
                self._labelled.setdefault(label, []).append(name)

    def of(self, chunk: Chunk) -> list[ShownPicture]:
        named = [name for label in references(chunk.text) for name in self._labelled.get(label, ())] if self._labelled else []
        return [self._known[name] for name in dict.fromkeys((*chunk.pictures, *named)) if name in self._known][:MOST]


def _harmless(caption: str) -> str:
    """Nothing of a caption that instructs a model: it is shown beside answers."""
    return "" if instructions_in(caption) else caption
