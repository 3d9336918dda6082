from causeway.documents.content import Tally
from causeway.documents.ingestion.languages import language_tally


def test_a_document_in_a_language_of_the_embedding_model_needs_no_word() -> None:
    assert language_tally("en", {"en", "de"}) == []


def test_the_uploader_of_another_language_is_told_how_it_is_searched() -> None:
    (told,) = language_tally("ja", {"en", "de"})
    assert told == Tally("language", read=0, left_out=1, why=told.why, lost=0)
    assert told.why.startswith("The language ja is searched by words only: the embedding model knows de, en")


def test_nothing_is_said_of_a_language_that_cannot_be_told() -> None:
    assert language_tally("und", {"en"}) == []
