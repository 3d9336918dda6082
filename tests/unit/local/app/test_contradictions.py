"""What `make quality` says of documents that contradict each other."""

from datetime import UTC, datetime

from local.app.api import Reply
from local.app.contradictions import contradictions, file_of
from local.app.people import Person
from local.app.uploads import Library

SAID = "Books may be returned within {} days of delivery."
ADA = Person("ada", "harbour", "token")


class Shop:
    """The API, as far as it lists passages. texts: by the id of the document."""

    def __init__(self, **texts):
        self.texts, self.read, self.version = texts, [], "1"

    def __call__(self, method, path, body):
        document = path.split("/")[3]
        self.read.append(document)
        if document not in self.texts:
            return Reply(404, {"detail": "There is no such document."}, "", {})
        passage = {"kind": "text", "heading": "Terms > Returns", "pages": [2], "language": "en", "text": self.texts[document]}
        return Reply(200, {"version": self.version, "passages": [passage], "next": None}, "", {})

    def records(self, *names, **more):
        listed = names or self.texts
        told = {"state": "ready", "version": self.version, "updated_at": datetime(2026, 1, 1, tzinfo=UTC).isoformat()}
        return [{"document_id": each, "name": f"{each}.md", **told, **more.get(each, {})} for each in listed]


def lines(shop, records=None, file=":memory:"):
    return list(contradictions(records or shop.records(), Library(ADA, shop), file))


def test_both_sentences_are_quoted_with_their_places_the_newer_first():
    shop = Shop(terms_2024=SAID.format(30), terms_2026=SAID.format(60))
    assert lines(shop) == [
        "60 day or 30 day",
        "  terms_2026.md, page 2, “Returns”: Books may be returned within 60 days of delivery.",
        "  older says: terms_2024.md, page 2, “Returns”: Books may be returned within 30 days of delivery.",
    ]


def test_of_documents_of_other_names_the_last_changed_is_the_newer():
    shop = Shop(faq=SAID.format(30), terms=SAID.format(60))
    found = lines(shop, shop.records(faq={"updated_at": "2026-05-01T00:00:00+00:00"}))
    assert found[1].startswith("  faq.md")
    assert found[2].startswith("  also says: terms.md")


def test_what_was_read_before_is_not_read_again(tmp_path):
    file = tmp_path / "statements.sqlite"
    shop = Shop(a=SAID.format(30), b="Nothing that many words could say about it.")
    assert lines(shop, file=file) == []
    shop.read.clear()
    assert (lines(shop, file=file), shop.read) == ([], [])
    assert b"returned" not in file.read_bytes()


def test_documents_that_may_not_be_read_any_more_are_compared_with_nothing(tmp_path):
    file = tmp_path / "statements.sqlite"
    shop = Shop(a=SAID.format(30), b=SAID.format(60))
    assert len(lines(shop, file=file)) == 3
    assert lines(shop, shop.records("a"), file) == []


def test_a_document_that_goes_meanwhile_is_told():
    shop = Shop(a=SAID.format(30))
    assert lines(shop, shop.records("a", "gone")) == ["not compared: 1 document whose passages could not be read"]


def test_each_user_has_a_file_of_their_own():
    assert len({file_of(ADA), file_of(Person("bob", "harbour", "token")), file_of(Person("ada", "orchard", "token"))}) == 3
