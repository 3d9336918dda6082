"""One upload: what the API says to it, and what becomes of it."""

import pytest

from local.app.api import Reply
from local.app.people import Person
from local.app.uploads import FEW, Library, Placed, Upload, outcome
from local.console import Trouble

ADA = Person("ada", "harbour", "token")
PLACE = Reply(201, {"document_id": "d1", "name": "a.md", "upload": {"url": "http://s3", "fields": {"key": "harbour/a.md"}}}, "", {})
STORED = Reply(204, None, "", {"x-amz-version-id": "v1"})
BUSY = Reply(503, {"type": "urn:causeway:problem:registry-unavailable", "detail": "Try again."}, "", {})
TOO_LARGE = Reply(413, {"type": "urn:causeway:problem:too-large", "detail": "At most 50 MB."}, "", {})


class Api:
    """Answers with the replies in their order; one that is an exception is raised."""

    def __init__(self, *replies):
        self.replies, self.asked = list(replies), []

    def __call__(self, *request):
        self.asked.append(request)
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply


@pytest.fixture
def upload(tmp_path):
    (tmp_path / "a.md").write_text("text")
    return Upload(tmp_path / "a.md", "a.md", ADA)


def placed(upload, api, storage=None):
    return Library(ADA, api, storage or Api(STORED), pause=lambda seconds: None).place(upload)


def test_a_file_is_put_where_the_api_says(upload):
    storage = Api(STORED)
    result = placed(upload, Api(PLACE), storage)
    assert (result.document_id, result.object_version) == ("d1", "v1")
    assert storage.asked == [("http://s3", {"key": "harbour/a.md"}, b"text")]


@pytest.mark.parametrize("busy", [BUSY, Reply(429, {}, "", {}), Trouble("no answer")])
def test_an_upload_that_the_api_cannot_take_now_is_tried_again(upload, busy):
    assert isinstance(placed(upload, Api(busy, busy, PLACE)), Placed)
    assert isinstance(placed(upload, Api(PLACE), Api(busy, STORED)), Placed)


def test_a_fault_that_stays_is_a_failure_on_our_side(upload):
    found = placed(upload, Api(BUSY, BUSY, BUSY, BUSY))
    assert (found.state, found.code, found.reason) == ("failed", "registry-unavailable", "Try again.")


def test_an_api_that_is_gone_ends_the_upload(upload):
    with pytest.raises(Trouble, match="gone"):
        placed(upload, Api(*[Trouble("gone")] * 4))


def test_a_refusal_keeps_the_words_of_the_api(upload):
    found = placed(upload, Api(TOO_LARGE))
    assert (found.state, found.code, found.reason) == ("refused", "too-large", "At most 50 MB.")
    message = Reply(400, None, "<Error><Message>Your proposed upload exceeds the maximum</Message></Error>", {})
    assert placed(upload, Api(PLACE), Api(message)).reason == "Your proposed upload exceeds the maximum"


@pytest.mark.parametrize("status", [401, 403])
def test_a_caller_who_is_not_let_in_is_no_fault_of_the_document(upload, status):
    assert placed(upload, Api(Reply(status, {}, "no", {}))).state == "failed"


def test_a_file_that_is_gone_is_refused_with_the_systems_words(tmp_path):
    found = placed(Upload(tmp_path / "gone.md", "gone.md", ADA), Api())
    assert (found.state, found.reason) == ("refused", "The file cannot be read here: No such file or directory.")


def test_of_two_files_that_the_api_keeps_under_one_name_the_second_is_refused(tmp_path, upload):
    (tmp_path / "a .md").write_text("other")
    library = Library(ADA, Api(PLACE, PLACE, PLACE), Api(STORED, STORED))
    assert isinstance(library.place(upload), Placed)
    found = library.place(Upload(tmp_path / "a .md", "a .md", ADA))
    assert (found.state, found.code) == ("refused", "same_name")
    assert "a.md" in found.reason
    assert isinstance(library.place(upload), Placed), "the same file may be uploaded again"


def test_documents_are_known_by_name_and_a_name_that_none_can_have_is_not_asked_for():
    api = Api(Reply(200, {"name": "a.md"}, "", {}), Reply(404, {}, "", {}))
    assert Library(ADA, api).known(["a.md", "../b.md", "c.md"]) == {"a.md": {"name": "a.md"}}
    assert len({path for _, path, _ in api.asked}) == 2


def test_many_documents_are_known_by_one_list():
    api = Api(Reply(200, {"documents": [{"document_id": "1", "name": "1.md"}]}, "", {}))
    assert Library(ADA, api).known([f"{number}.md" for number in range(FEW + 1)]) == {"1.md": {"document_id": "1", "name": "1.md"}}
    assert [path for _, path, _ in api.asked] == ["/v1/documents"]


def test_documents_of_all_pages_are_listed():
    pages = [{"documents": [{"document_id": "d1"}], "next": "d1"}, {"documents": [{"document_id": "d2"}], "next": None}]
    api = Api(*(Reply(200, page, "", {}) for page in pages))
    assert Library(ADA, api).records().keys() == {"d1", "d2"}
    assert [path for _, path, _ in api.asked] == ["/v1/documents", "/v1/documents?after=d1"]


@pytest.mark.parametrize(("more", "rows"), [({}, ()), ({"report": None}, ()), ({"report": [{"part": "pages"}]}, ({"part": "pages"},))])
def test_a_document_without_a_report_has_no_rows(upload, more, rows):
    assert outcome(upload, {"state": "ready", "passages": 3, **more}).report == rows


@pytest.mark.parametrize(
    ("record", "settled"),
    [
        ({"state": "ready", "updated_at": "3", "object_version": "v1"}, True),
        ({"state": "partial", "updated_at": "3", "object_version": "v1"}, True),
        ({"state": "quarantined", "updated_at": "3", "object_version": "v1"}, True),
        ({"state": "processing", "updated_at": "3", "object_version": "v1"}, False),
        ({"state": "ready", "updated_at": "1", "object_version": "v1"}, False),
        ({"state": "ready", "updated_at": "3", "object_version": "v0"}, False),
        (None, False),
    ],
)
def test_only_a_record_of_this_very_upload_settles_it(record, settled):
    assert Placed("d1", "v1", at="2").is_settled_by(record) is settled
