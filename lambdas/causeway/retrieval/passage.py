"""A passage of a document: one type for the writer, the index and the search. `schema.mappings` lists the same fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from causeway.retrieval.schema import ANALYZERS, FIRST_INDEX, OTHER, generation_of
from causeway.retrieval.scope import Version

PassageKind = Literal["text", "table", "code"]


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture that a passage of a document shows or speaks of.

    id: 16 hex digits, equal for equal pictures. page: that it is on, from 1; None in formats without pages.
    caption: what the document says of it, "" for nothing. key: of its file in the documents bucket.
    Data class: confidential; id, key, page: internal.
    """

    id: str
    caption: str
    key: str
    page: int | None = None


class Passage(BaseModel):
    """A passage as chunking makes it.

    position: place within its document, from 0. source: the document's name.
    heading: its headings, outermost first, joined by " > "; "" if there is none.
    page: where it begins, from 1; None in formats without pages.
    pages: (place in the text, page) of each place where another page begins, in order; empty in formats without pages.
    pictures: beside its text, at most 8.
    instructions: (start, end) in the text of each sentence that instructs a language model; see `causeway.safety.instructions`.
    content_hash: 32 hex digits, equal for equal texts. language: ISO 639-1, or "und".
    tokens: as the embedding model counts them, with title, heading and special tokens.
    Data class: confidential; tenant, document_id, version, position, page, pages, instructions, kind, content_hash, language, tokens:
    internal.
    """

    model_config = ConfigDict(frozen=True)

    tenant: str
    document_id: str
    version: str
    position: int
    source: str
    title: str
    heading: str
    page: int | None = None
    pages: list[tuple[int, int]] = []
    instructions: list[tuple[int, int]] = []
    pictures: list[ShownPicture] = []
    kind: PassageKind
    text: str
    content_hash: str
    language: str
    tokens: int

    @property
    def index_id(self) -> str:
        """Equal for the same place in the same version, so that a repeated write overwrites."""
        return self.neighbour_id(0)

    def neighbour_id(self, steps: int) -> str:
        """The index id of the passage so many places after this one, before it if negative."""
        return f"{self.document_id}:{self.version}:{self.position + steps}"

    def page_of(self, place: int) -> int | None:
        """The page that the character at this place of the text is on; None in formats without pages."""
        return next((page for start, page in reversed(self.pages) if start <= place), self.page)

    @property
    def of_version(self) -> Version:
        return Version(self.document_id, self.version)


class IndexedPassage(Passage):
    """A passage as the index stores it.

    embedding: 1024 floats. indexed_at: ISO 8601, the same for all passages that one run writes.
    stems: title, heading and text as one, by their language, or by "und" where the engine has no analyzer for it.
    Data class: confidential; indexed_at: internal.
    """

    embedding: list[float]
    indexed_at: str
    stems: dict[str, str]

    @classmethod
    def of(cls, passage: Passage, words: str, embedding: list[float], indexed_at: str) -> Self:
        """words: what the embedding model reads of the passage."""
        field = passage.language if passage.language in ANALYZERS else OTHER
        return cls(**passage.model_dump(), embedding=embedding, indexed_at=indexed_at, stems={field: words})


class FoundPassage(Passage):
    """A passage as a search found it.

    similarity: (1 + cosine) / 2 of question and passage.
    score: of the hybrid search, 0..1; it orders passages of one search and means nothing across searches.
    relevance: of the reranker, once it was asked. mixed: that and the score, 0..1 among the candidates.
    boost: the domain's factor for its document. indexed_at: as in `IndexedPassage`, "" for a passage of no index.
    generation: of the index that it was found in.
    joined: the positions of the passages that this one was joined from, in order; empty for a passage as it is in the index.
    """

    similarity: float
    score: float
    indexed_at: str = ""
    relevance: float | None = None
    mixed: float | None = None
    boost: float = 1.0
    generation: int = 1
    joined: tuple[int, ...] = ()

    @property
    def standing(self) -> float:
        """What the order of the candidates of one search goes by, 0..1."""
        return self.score if self.mixed is None else self.mixed

    @classmethod
    def of_hit(cls, hit: Mapping[str, Any], similarity: float) -> Self:
        """Raises ValueError, which names the fields and shows no text, for a hit that is not a passage."""
        found = {"similarity": similarity, "score": hit["_score"], "generation": generation_of(hit.get("_index", FIRST_INDEX))}
        try:
            return cls.model_validate({**hit["_source"], **found})
        except ValidationError as error:
            fields = ", ".join(str(fault["loc"][0]) for fault in error.errors(include_input=False))
            raise ValueError(f"the index holds a passage with missing or wrong fields: {fields}") from None
