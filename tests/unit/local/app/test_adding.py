"""Many uploads: none is lost, every one ends with an outcome, and the progress says how far it is."""

import threading
from collections import Counter

import pytest

from local.app.adding import FEW, Adding
from local.app.journal import Journal
from local.app.people import Person
from local.app.progress import MEASURED, STILL, Progress
from local.app.uploads import Outcome, Placed, Upload
from local.console import Trouble

ADA = Person("ada", "harbour", "token")
ENCRYPTED = {"code": "encrypted", "message": "It is encrypted."}
LATER = "2099-01-01T00:00:00.000+00:00"
REPORT = [{"part": "pages", "read": 1, "left_out": 1, "why": "One page is a picture."}]


class Library:
    """The documents of a tenant. states: what each document is at the looks after its upload, by name; `ready` when not named."""

    def __init__(self, states=(), there=(), refused=(), broken_looks=0):
        self.states, self.refused, self.broken_looks = dict(states), refused, broken_looks
        self.documents = {upload.name: _record(upload.name, "ready", upload.digest()) for upload in there}
        self.uploaded, self.together = [], []

    def place(self, upload):
        if upload.name in self.refused:
            return Outcome(upload, "refused", "too-large", "At most 50 MB.")
        self.uploaded.append(upload.name)
        self.documents[upload.name] = _record(upload.name, "processing")
        return Placed(upload.name, "v1", "2026-01-01T00:00:00.000+00:00")

    def place_all(self, uploads):
        self.together.append(len(uploads))
        return [self.place(upload) for upload in uploads]

    def known(self, names):
        return {record["name"]: record for record in self.documents.values() if record["name"] in names and record["state"] != "deleted"}

    def changes(self, since):
        if self.uploaded and self.broken_looks:
            self.broken_looks -= 1
            raise Trouble("503")
        for name in self.uploaded:
            left = self.states.get(name, ["ready"])
            state = left.pop(0) if len(left) > 1 else left[0]
            self.documents[name] |= {"state": state, "reason": ENCRYPTED if state == "quarantined" else None}
        return dict(self.documents)


def _record(name, state, digest=""):
    return {"document_id": name, "name": name, "state": state, "updated_at": LATER, "object_version": "v1", "content_hash": digest,
            "passages": 2, "reason": None, "report": REPORT}  # fmt: skip


@pytest.fixture
def uploads(tmp_path):
    names = [f"{number}.md" for number in range(9)]
    for name in names:
        (tmp_path / name).write_text(name)
    return [Upload(tmp_path / name, name, ADA) for name in names]


def adding(uploads, library, **more):
    return Adding(uploads, library=lambda owner: library, pause=0, **more)


def test_every_file_ends_with_what_became_of_it(uploads):
    library = Library({"1.md": ["processing", "quarantined"], "2.md": ["read", "failed"], "3.md": ["partial"]}, refused=["4.md"])
    outcomes = adding(uploads, library).run()
    states = {outcome.upload.name: outcome.state for outcome in outcomes}
    assert states == {
        **{f"{n}.md": "ready" for n in range(9)},
        "1.md": "quarantined",
        "2.md": "failed",
        "3.md": "partial",
        "4.md": "refused",
    }
    assert {outcome.passages for outcome in outcomes if outcome.state == "ready"} == {2}


def test_an_outcome_has_the_report_of_the_reading_and_the_reason_of_a_refusal(uploads):
    outcomes = {outcome.upload.name: outcome for outcome in adding(uploads, Library({"1.md": ["quarantined"]})).run()}
    assert outcomes["0.md"].report == tuple(REPORT)
    assert (outcomes["1.md"].reason, outcomes["1.md"].report) == ("It is encrypted.", ()), "a report is of the version before"


def test_what_is_there_already_is_not_uploaded_again(uploads):
    library = Library(there=uploads[:5])
    outcomes = adding(uploads, library).run()
    assert sorted(library.uploaded) == ["5.md", "6.md", "7.md", "8.md"]
    assert Counter(outcome.unchanged for outcome in outcomes) == {True: 5, False: 4}


def test_a_file_that_has_changed_is_uploaded(uploads):
    library = Library(there=uploads)
    uploads[3].file.write_text("other words")
    adding(uploads, library).run()
    assert library.uploaded == ["3.md"]


@pytest.mark.parametrize("again", [False, True])
def test_a_file_that_replaces_another_of_its_name_is_told_apart_from_new_and_unchanged_ones(uploads, again):
    library = Library({"2.md": ["quarantined"]}, there=uploads[:3])
    for upload in uploads[1:3]:
        upload.file.write_text("other words")
    replaced = {outcome.upload.name for outcome in adding(uploads, library, again=again).run() if outcome.replaced}
    assert replaced == {"1.md", "2.md"}


def test_again_uploads_what_is_there_already(uploads):
    library = Library(there=uploads)
    adding(uploads, library, again=True).run()
    assert len(library.uploaded) == 9


def test_the_progress_is_heard_before_the_first_upload_and_after_the_last_outcome(uploads):
    heard = []
    adding(uploads, Library(), hear=lambda progress: heard.append(str(progress))).run()
    assert heard[0] == "uploading 0 of 9, 0 searchable"
    assert heard[-1] == "uploaded 9, 9 searchable"


def test_the_progress_counts_what_is_uploaded_searchable_refused_failed_being_embedded_and_being_read(tmp_path):
    upload = Upload(tmp_path / "a", "a", ADA)
    outcomes = [Outcome(upload, state) for state in ("ready", "partial", "quarantined", "refused", "failed")]
    assert (
        str(Progress(9, 7, outcomes, reading=2, embedding=1))
        == "uploading 7 of 9, 2 searchable, 2 refused, 1 failed, 1 being embedded, 2 being read"
    )


def test_nothing_that_moves_is_given_up_whatever_it_takes(uploads):
    states = {upload.name: ["processing", "read"] * 200 + ["ready"] for upload in uploads}
    assert all(outcome.state == "ready" for outcome in adding(uploads, Library(states), patience=5).run())


def test_when_nothing_moves_the_progress_names_what_is_waited_for():
    progress = Progress(9, 9, still=STILL + 5, waiting=("a.md", "b.md", "c.md", "d.md", "e.md"))
    assert "nothing has moved for 65 s, waiting for a.md, b.md, c.md and 2 more" in str(progress)
    assert "moved" not in str(Progress(9, 9, still=STILL - 5, waiting=("a.md",)))


def test_patience_ends_with_what_was_waited_for(uploads):
    with pytest.raises(Trouble, match=r"does not go on.*2\.md"):
        adding(uploads, Library({"2.md": ["processing"]}), patience=0.05).run()


def test_some_looks_may_fail(uploads):
    assert len(adding(uploads, Library(broken_looks=15)).run()) == 9


def test_an_api_that_stays_away_ends_the_wait_with_its_words(uploads):
    with pytest.raises(Trouble, match="503"):
        adding(uploads, Library(broken_looks=1000)).run()


def test_what_an_upload_raises_ends_the_run(uploads):
    class Gone(Library):
        def place(self, upload):
            raise Trouble("The local AWS does not answer")

    with pytest.raises(Trouble, match="does not answer"):
        adding(uploads, Gone()).run()


def test_an_interruption_ends_at_once_although_an_upload_hangs_and_the_progress_says_what_was_done(uploads):
    hanging = threading.Event()

    class Slow(Library):
        def place(self, upload):
            if upload.name == "5.md":
                hanging.wait(60)
            return super().place(upload)

    def interrupt(progress):
        if progress.searchable >= 8:
            raise KeyboardInterrupt

    run = adding(uploads, Slow(), hear=interrupt)
    with pytest.raises(KeyboardInterrupt):
        run.run()
    assert (run.progress.uploaded, run.progress.searchable) == (8, 8)
    hanging.set()


def test_a_file_that_cannot_be_read_does_not_stop_the_others(uploads):
    library = Library(there=uploads[:1])
    uploads[0].file.unlink()
    assert len(adding(uploads, library).run()) == 9


def test_many_go_by_the_hundredth_and_few_one_by_one(tmp_path, uploads):
    library = Library()
    adding(uploads, library).run()
    assert library.together == []
    many = [Upload(_written(tmp_path, f"{number}.txt"), f"{number}.txt", ADA) for number in range(FEW + 31)]
    library = Library()
    assert len(adding(many, library).run()) == FEW + 31
    assert sorted(library.together) == [1, 25, 25]


def _written(folder, name):
    (folder / name).write_text(name)
    return folder / name


def test_the_same_command_after_an_interruption_uploads_only_the_rest(uploads, monkeypatch, tmp_path):
    monkeypatch.setattr("local.places.ACCOUNT", tmp_path / "account")

    def interrupt(progress):
        if progress.uploaded >= 9:
            raise KeyboardInterrupt

    library = Library({upload.name: ["processing"] for upload in uploads[:6]})
    with pytest.raises(KeyboardInterrupt):
        adding(uploads, library, hear=interrupt, journal=Journal(ADA, tmp_path)).run()
    assert len(library.uploaded) == 9
    uploads[5].file.write_text("other words")
    library.uploaded, library.states = [], {}
    for record in library.documents.values():
        record["state"] = "ready"
    outcomes = adding(uploads, library, journal=Journal(ADA, tmp_path)).run()
    assert library.uploaded == ["5.md"], "the one that has changed since"
    assert len(outcomes) == 9
    assert list((tmp_path / "account" / "adding").iterdir()) == [], "all is done"


def test_a_line_of_the_journal_that_was_cut_off_is_as_if_it_was_not_written(uploads, monkeypatch, tmp_path):
    monkeypatch.setattr("local.places.ACCOUNT", tmp_path / "account")
    journal = Journal(ADA, tmp_path)
    for upload in uploads[:2]:
        journal.add(upload, Placed(upload.name, "v", "2026-01-01T00:00:00+00:00"))
    [file] = (tmp_path / "account" / "adding").iterdir()
    file.write_text(file.read_text()[:-20])
    again = Journal(ADA, tmp_path)
    assert [again.placed(upload) is not None for upload in uploads[:3]] == [True, False, False]
    assert Journal(ADA, tmp_path / "other").placed(uploads[0]) is None


def test_a_document_that_is_deleted_while_it_is_waited_for_ends_the_wait(uploads):
    outcomes = {each.upload.name: each for each in adding(uploads, Library({"1.md": ["processing", "deleted"]})).run()}
    assert (outcomes["1.md"].state, outcomes["1.md"].code) == ("refused", "deleted")


def test_the_rate_is_of_the_last_minute_and_tells_how_long_the_rest_takes(tmp_path):
    progress = Progress(1000, 1000)
    for second in range(0, 200):
        progress.outcomes += [Outcome(Upload(tmp_path / "a", "a", ADA), "ready")] * (1 if second < 100 else 5)
        progress.measure(float(second))
    assert progress.rate == pytest.approx(5, abs=0.1)
    assert str(progress) == "uploaded 1,000, 600 searchable (5.0/s, 80 s left)"
    assert MEASURED < 100
    assert Progress(3, 3, [Outcome(Upload(tmp_path / "a", "a", ADA), "ready")]).rate == 0.0
