"""Content to passages."""

from collections.abc import Callable, Sequence
from hashlib import sha256

from causeway.documents.chunking.chunks import Chunk, chunk, prefix
from causeway.documents.chunking.pictures import Pictures
from causeway.documents.chunkings import STANDARD, Chunking
from causeway.documents.content import Content
from causeway.language.detection import language_of
from causeway.retrieval.passage import Passage, ShownPicture
from causeway.safety.instructions import instructions_in

LANGUAGE_BLOCKS = 200  # from the first on: enough to tell the document's language


def passages_of_content(
    content: Content, *, tenant: str, document_id: str, version: str, name: str, chunking: Chunking = STANDARD, pictures_in: str = ""
) -> list[Passage]:
    """A document's passages, with its title (its name if it has none), its language and its pictures.

    pictures_in: the folder of the documents bucket that holds them.
    """
    pictures = Pictures(content, pictures_in)
    return passages_of(
        chunk(content, chunking),
        tenant=tenant,
        document_id=document_id,
        version=version,
        source=name,
        title=content.title or name,
        language=content_language(content),
        pictures=pictures.of,
    )


def content_language(content: Content) -> str:
    """As `language_of` tells it."""
    return language_of("\n".join(block.text for block in content.blocks[:LANGUAGE_BLOCKS]), content.language or "")


def passages_of(
    chunks: Sequence[Chunk],
    *,
    tenant: str,
    document_id: str,
    version: str,
    source: str,
    title: str,
    language: str,
    pictures: Callable[[Chunk], list[ShownPicture]] = lambda _: [],
) -> list[Passage]:
    """One passage for each chunk, in order. The keywords are the fields that all passages of a document share.

    pictures: of a chunk.
    """
    return [
        Passage(
            tenant=tenant,
            document_id=document_id,
            version=version,
            position=position,
            source=source,
            title=title,
            heading=chunk.heading,
            page=chunk.page,
            pages=list(chunk.pages),
            instructions=instructions_in(chunk.text),
            pictures=pictures(chunk),
            kind=chunk.kind,
            text=chunk.text,
            content_hash=sha256(chunk.text.encode()).hexdigest()[:32],
            language=language,
            tokens=chunk.tokens,
        )
        for position, chunk in enumerate(chunks)
    ]


def embedding_text(passage: Passage) -> str:
    """What the embedding model reads of a passage: its title and heading path, then its text."""
    return f"{prefix(passage.title, passage.heading)}\n{passage.text}"
