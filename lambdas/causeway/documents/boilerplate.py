"""Which paragraphs many documents share: legal notices, footers, signatures. They answer nothing and take the places of what does."""

from collections import Counter
from collections.abc import Iterable, Iterator

from causeway.documents.content import Content
from causeway.documents.duplicates.words import text_hash, words

MANY = 20  # documents that share a paragraph
FEWEST_WORDS = 5  # a shorter one, such as a heading or a cell, is shared by chance


class Boilerplate:
    """Counted over the documents of a batch or a tenant. It holds a hash for each distinct paragraph."""

    def __init__(self, contents: Iterable[Content] = ()) -> None:
        self._documents: Counter[str] = Counter()
        for content in contents:
            self.add(content)

    def add(self, content: Content) -> None:
        """A document counts once for a paragraph, however often it repeats it."""
        self._documents.update({key for key, _ in _paragraphs(content)})

    def share(self, content: Content) -> float:
        """The share of a counted document's words that stand in paragraphs of many documents, 0 to 1; headings do not count."""
        sizes = [(size, self._documents[key] >= MANY) for key, size in _paragraphs(content)]
        every = sum(size for size, _ in sizes)
        return sum(size for size, is_shared in sizes if is_shared) / every if every else 0.0


def _paragraphs(content: Content) -> Iterator[tuple[str, int]]:
    """The hash and the number of words of each."""
    for block in content.blocks:
        found = words(block.text) if block.kind != "heading" else []
        if len(found) >= FEWEST_WORDS:
            yield text_hash(found), len(found)
