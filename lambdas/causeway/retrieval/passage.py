"""A passage as a search found it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from causeway.retrieval.scope import Version


@dataclass(frozen=True)
class Passage:
    """position: place within its document, from 0.
    source: the document's name; heading: path joined by " > ".
    page: where it begins. pages: (place in the text, page) of each place where another page begins, in order.
    similarity: (1 + cosine) / 2 of question and passage.
    score: of the hybrid search, 0..1; it orders passages of one search and means nothing across searches.
    """

    document_id: str
    version: str
    position: int
    source: str
    title: str
    heading: str
    page: int | None
    text: str
    content_hash: str
    similarity: float
    score: float
    pages: Sequence[Sequence[int]] = ()

    @classmethod
    def of_hit(cls, hit: Mapping[str, Any], similarity: float) -> Self:
        source = hit["_source"]
        return cls(
            document_id=source["document_id"],
            version=source["version"],
            position=source["position"],
            source=source["source"],
            title=source.get("title") or source["source"],
            heading=source.get("heading") or "",
            page=source.get("page"),
            text=source["text"],
            content_hash=source["content_hash"],
            similarity=similarity,
            score=hit["_score"],
            pages=source.get("pages") or (),
        )

    def page_of(self, place: int) -> int | None:
        """The page that the character at this place of the text is on; None where the document has no pages."""
        return next((page for start, page in reversed(self.pages) if start <= place), self.page)

    @property
    def of_version(self) -> Version:
        return Version(self.document_id, self.version)
