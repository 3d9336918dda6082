"""What the uploader reads about a document's language."""

from collections.abc import Collection

from causeway.documents.content import Tally
from causeway.language.detection import UNKNOWN


def language_tally(language: str, served: Collection[str]) -> list[Tally]:
    """A row of the report for a language that the embedding model does not know; none for one that it knows or that cannot be told.

    served: ISO 639 codes of the model's languages. No text is lost in any other: its words are searched, its meaning is not.
    """
    if language == UNKNOWN or language in served:
        return []
    known = ", ".join(sorted(served))
    why = f"The language {language} is searched by words only: the embedding model knows {known}, so ask in the document's own words."
    return [Tally("language", read=0, left_out=1, why=why)]
