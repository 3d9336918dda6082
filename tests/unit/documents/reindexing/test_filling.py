"""Two generations of the index side by side: what ingestion writes, what the back-fill adds, and what a deletion takes."""

import json
import random
from collections.abc import Callable

import pytest

from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.runs import Run
from causeway.documents.intake import Intake
from causeway.documents.reindexing.work import Filled
from causeway.retrieval.generations import Generation, Live
from causeway.runtime.errors import DependencyUnavailable
from tests.unit.documents.cloud import FIRST, FIRST_GENERATION, SECOND, Cloud, documents
from tests.unit.documents.lanes import lane_of
from tests.unit.documents.search_engine import Fault

SAME = Generation(number=2, provider="sagemaker", model="embedding")
SMALL = SAME.model_copy(update={"chunking": "small"})
LONG = b"# Guide\n\n" + b" ".join(b"Customer %d may return up to three books within thirty days." % n for n in range(100))


def current(cloud: Cloud, name: str = "returns.md") -> str:
    version = cloud.record(name).current_version
    assert version
    return version


def beside(cloud: Cloud, generation: Generation = SAME) -> None:
    cloud.roll(Live(serving=FIRST_GENERATION, beside=generation))


def test_with_one_generation_nothing_else_is_written_or_asked(cloud: Cloud) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    assert {path.split("/")[1] for path in cloud.engine.paths} == {"passages"}
    assert len(cloud.stored("processed/")) == 1


def test_a_document_is_written_to_both_generations_before_it_is_current(cloud: Cloud) -> None:
    beside(cloud, SMALL)
    read = cloud.read(LONG)
    assert cloud.index(read) == ["indexed"]
    first, second = cloud.both("returns.md")
    assert first.keys() == second.keys() == {current(cloud)}
    assert second[current(cloud)] > first[current(cloud)], "cut smaller"
    cloud.run(cloud.upload("returns.md", SECOND))
    assert [set(each) for each in cloud.both("returns.md")] == [{current(cloud)}] * 2
    cloud.run(cloud.delete("returns.md"))
    assert cloud.both("returns.md") == ({}, {})


def test_a_generation_that_comes_while_a_document_is_written_gets_it_too(cloud: Cloud) -> None:
    read = cloud.read(FIRST)
    cloud.engine.meanwhile["_bulk"] = lambda: beside(cloud)
    assert cloud.index(read) == ["unfound"]
    assert cloud.record("returns.md").current_version is None
    assert cloud.index(read) == ["indexed"]
    assert [set(each) for each in cloud.both("returns.md")] == [{current(cloud)}] * 2


def test_what_was_read_before_its_chunking_was_wanted_is_read_again(cloud: Cloud) -> None:
    read = cloud.read(LONG)
    beside(cloud, SMALL)
    assert cloud.index(read) == ["unread"]
    assert cloud.index(cloud.read(LONG)) == ["indexed"]


def test_the_back_fill_adds_what_is_current_and_a_second_pass_finds_nothing_to_do(cloud: Cloud) -> None:
    for name in ("returns.md", "shipping.md"):
        cloud.run(cloud.upload(name, SECOND))
    cloud.run(cloud.upload("bad.md", b"caf\xe9"))
    beside(cloud)
    assert cloud.fill() == Filled(documents=2, written=2, passages=4)
    assert cloud.both("shipping.md") == ({current(cloud, "shipping.md"): 2},) * 2
    second = cloud.fill()
    assert (second, second.is_whole) == (Filled(documents=2), True)


def test_another_chunking_is_cut_from_the_file_first_by_the_function_that_reads(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.run(cloud.upload("returns.md", LONG))
    beside(cloud, SMALL)
    lane = lane_of(cloud, monkeypatch)
    assert cloud.fill() == Filled(documents=1, waiting=1)
    assert cloud.fill(order=False) == Filled(documents=1, waiting=1)
    assert lane.waits("to-read") == 1
    lane.run()
    done = cloud.fill()
    assert (done.written, done.waiting) == (1, 0)
    first, second = cloud.both("returns.md")
    assert second[current(cloud)] == done.passages > first[current(cloud)]
    assert cloud.fill().is_whole
    assert cloud.record("returns.md").state == "ready"
    assert [cloud.record("returns.md").cut(each).passages for each in ("standard", "small")] == [sum(first.values()), sum(second.values())]


def test_a_document_whose_file_is_gone_stays_as_it_was_cut(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = cloud.upload("returns.md", LONG)
    cloud.run(upload)
    cloud.erase(upload)
    beside(cloud, SMALL)
    cloud.fill()
    lane_of(cloud, monkeypatch).run()
    done = cloud.fill()
    assert (done.kept, done.written) == (1, 1)
    assert cloud.both("returns.md")[0] == cloud.both("returns.md")[1]
    assert cloud.record("returns.md").state == "ready"


def test_what_is_cut_again_is_the_file_that_answers_use_whatever_came_after_it(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused upload is the object's newest version; and the domain has other rules by now, which would make another version."""
    cloud.run(cloud.upload("returns.md", LONG))
    before = current(cloud)
    cloud.run(cloud.upload("returns.md", b"caf\xe9"))
    monkeypatch.setenv("INTAKE", json.dumps({"duplicates": {"same_bytes": "skip"}}))
    beside(cloud, SMALL)
    cloud.fill()
    lane_of(cloud, monkeypatch).run()
    done = cloud.fill()
    assert (done.kept, done.waiting, done.written) == (0, 0, 1)
    first, second = cloud.both("returns.md")
    assert second[before] > first[before]
    assert cloud.record("returns.md").state == "quarantined"


def test_what_is_cut_again_is_screened_as_what_is_read(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the file of the chunking that answers stays as it was indexed."""
    mail = b"Write to ada.byron@harbourbooks.com about it. "
    cloud.run(cloud.upload("returns.md", LONG + b"\n\n" + mail))
    (answering,) = cloud.stored("processed/")
    before = documents().read(answering)
    monkeypatch.setenv("INTAKE", json.dumps({"personal_data": {"default": "redact"}}))
    beside(cloud, SMALL)
    cloud.fill()
    lane_of(cloud, monkeypatch).run()
    cut = [key for key in cloud.stored("processed/") if key != answering]
    assert [key.rpartition("/")[2] for key in cut] == ["passages.small.jsonl"]
    assert b"ada.byron@harbourbooks.com" not in documents().read(cut[0])
    assert documents().read(answering) == before


def test_what_a_dead_worker_has_cut_of_a_document_goes_if_the_document_was_deleted_meanwhile(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.run(cloud.upload("returns.md", LONG))
    version = current(cloud)
    beside(cloud, SMALL)
    lane = lane_of(cloud, monkeypatch)
    cloud.fill()
    (body,) = lane.bodies("to-read")
    cut = Change.model_validate(body)
    cloud.run(cloud.delete("returns.md"))
    documents().save(Run(cut).passages_key(version, "small"), b"{}", "application/jsonl")
    assert cloud.take(cut).outcome == "superseded"
    assert cloud.stored("processed/") == []


def test_a_duplicate_leaves_every_generation(cloud: Cloud) -> None:
    """Withdrawn by ingestion while both are written; by the back-fill where the new one was not written then."""
    cloud.intake = Intake.model_validate({"duplicates": {"same_text": "skip"}})
    cloud.run(cloud.upload("first.md", FIRST))
    cloud.run(cloud.upload("second.md", SECOND))
    beside(cloud)
    cloud.fill()
    assert cloud.run(cloud.upload("second.md", FIRST + b"\n")) == "withdrawn"
    assert cloud.both("second.md") == ({}, {})
    cloud.run(cloud.upload("third.md", SECOND))
    cloud.roll(Live(serving=FIRST_GENERATION))
    cloud.run(cloud.upload("third.md", FIRST + b"\n"))
    beside(cloud)
    assert cloud.both("third.md")[1]
    assert cloud.fill().removed == 2
    assert cloud.both("third.md") == ({}, {})


def test_documents_deleted_or_replaced_while_they_are_filled_in_leave_nothing_behind(cloud: Cloud) -> None:
    for name in ("deleted.md", "replaced.md"):
        cloud.run(cloud.upload(name, FIRST))
    beside(cloud)
    changes: list[Callable[[], object]] = [
        lambda: cloud.run(cloud.delete("deleted.md")),
        lambda: cloud.run(cloud.upload("replaced.md", SECOND)),
    ]
    cloud.engine.meanwhile["_bulk"] = lambda: [change() for change in changes]
    cloud.fill()
    assert cloud.both("deleted.md") == ({}, {})
    assert cloud.both("replaced.md") == ({current(cloud, "replaced.md"): 2},) * 2
    assert cloud.fill().is_whole


def test_passages_of_a_deleted_document_are_removed_by_the_next_pass(cloud: Cloud) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    beside(cloud)
    cloud.fill()
    cloud.roll(Live(serving=FIRST_GENERATION))
    cloud.run(cloud.delete("returns.md"))
    beside(cloud)
    assert cloud.both("returns.md")[1]
    assert cloud.fill().removed == 1
    assert cloud.both("returns.md") == ({}, {})


def test_what_is_deleted_or_replaced_goes_from_an_index_that_is_about_to_be_removed_which_nobody_writes(cloud: Cloud) -> None:
    for name in ("deleted.md", "replaced.md", "stays.md"):
        cloud.run(cloud.upload(name, FIRST))
    beside(cloud)
    cloud.fill()
    stays = cloud.both("stays.md")
    cloud.roll(Live(serving=SAME, leaving=FIRST_GENERATION))
    cloud.run(cloud.delete("deleted.md"))
    cloud.run(cloud.upload("replaced.md", SECOND))
    assert cloud.both("deleted.md") == ({}, {})
    assert cloud.both("replaced.md") == ({}, {current(cloud, "replaced.md"): 2})
    assert cloud.both("stays.md") == stays


def test_a_run_that_has_lost_its_place_leaves_nothing_in_an_index_that_is_about_to_be_removed(cloud: Cloud) -> None:
    """The deletion came before the first passage was written there, and took the file that the other index was to be written from."""
    beside(cloud)
    read = cloud.read(FIRST)
    cloud.engine.meanwhile["_bulk"] = lambda: (
        cloud.run(cloud.delete("returns.md")),
        cloud.roll(Live(serving=SAME, leaving=FIRST_GENERATION)),
    )
    assert cloud.index(read) == ["superseded"]
    assert cloud.both("returns.md") == ({}, {})


def test_the_back_fill_leaves_alone_what_ingestion_has_written(cloud: Cloud) -> None:
    """A passage of the back-fill is as old as the row that it was filled in by: what is newer removes it, and it replaces nothing."""
    cloud.run(cloud.upload("returns.md", FIRST))
    beside(cloud)
    cloud.fill()
    name = f"passages-even:{cloud.record('returns.md').document_id}:{current(cloud)}:0"
    filled = cloud.engine.passages[name]["indexed_at"]
    assert filled == cloud.record("returns.md").updated_at
    cloud.run(cloud.upload("returns.md", SECOND))
    cloud.run(cloud.upload("returns.md", FIRST))
    written = cloud.engine.passages[name]["indexed_at"]
    assert written > filled
    cloud.engine.visible = {}
    cloud.fill()
    assert cloud.engine.passages[name]["indexed_at"] == written


def test_a_document_that_the_engine_rejects_is_counted_and_keeps_no_other_from_its_place(cloud: Cloud) -> None:
    for name in ("bad.md", "good.md"):
        cloud.run(cloud.upload(name, FIRST))
    beside(cloud)
    bad = cloud.record("bad.md")
    place = f"passages-even:{bad.document_id}:{bad.current_version}:0"
    cloud.engine.refused = {place: 400}
    cloud.engine.meanwhile["_bulk"] = lambda: cloud.engine.meanwhile.update(_bulk=lambda: cloud.engine.refused.update({place: 400}))
    filled = cloud.fill()
    assert (filled.failures, filled.written) == (1, 1)
    assert filled.failed == (bad.document_id,)


def test_stopped_anywhere_the_back_fill_ends_as_if_it_had_not_been(cloud: Cloud) -> None:
    tell = random.Random(7)
    for number in range(12):
        cloud.run(cloud.upload(f"{number}.md", tell.choice([FIRST, SECOND])))
    beside(cloud)
    for _ in range(40):
        action = tell.choice(["_bulk", "_refresh", "_search"])
        cloud.engine.faults = [Fault(action, 503, times=50, after=tell.random() < 0.5)]
        try:
            cloud.fill()
        except DependencyUnavailable:
            cloud.engine.faults = []
            if tell.random() < 0.5:
                cloud.run(cloud.upload(f"{tell.randrange(12)}.md", tell.choice([FIRST, SECOND])))
    cloud.engine.faults = []
    while not cloud.fill().is_whole:
        pass
    for number in range(12):
        first, second = cloud.both(f"{number}.md")
        assert first == second == {current(cloud, f"{number}.md"): cloud.record(f"{number}.md").passages}
