"""What the uploader is told about a document's language."""

from collections.abc import Collection

from causeway.documents.content import Tally
from causeway.language.detection import UNKNOWN


def language_tally(language: str, served: Collection[str]) -> list[Tally]:
    """One row of the report: that the language is served, or what its questions do without. Nothing where the language is not known.

    served: ISO 639 codes of the languages whose meaning the embedding model knows. No text is lost in any other: its words are searched.
    """
    if language == UNKNOWN:
        return []
    if language in served:
        return [Tally("language", read=1)]
    known = ", ".join(sorted(served))
    why = f"The language {language} is searched by words only: the embedding model knows {known}, so ask in the document's own words."
    return [Tally("language", read=0, left_out=1, why=why)]
