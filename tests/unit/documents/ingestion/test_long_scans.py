"""A scan of more pages than one call can recognise is read by several, and each page once."""

from dataclasses import replace

import pytest

from benchmarks.scans import scan
from causeway.documents.ingestion.lines import passages_in
from causeway.documents.recognition import page_lines, pages_in
from causeway.retrieval.generations import Live
from tests.unit.documents.cloud import FIRST_GENERATION, Cloud, documents, module
from tests.unit.documents.lanes import TO_READ, Lane, lane_of
from tests.unit.documents.readers.pictures.papers import TEXT, one_page_a_call, paper

PAGES = 3


@pytest.fixture
def lane(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Lane:
    """In which a call has the time for one page."""
    one_page_a_call(monkeypatch)
    lane = lane_of(cloud, monkeypatch)
    monkeypatch.setattr(module("index_documents"), "embedder", cloud.embedder)
    return lane


def kept(cloud: Cloud, name: str = "recognised.jsonl") -> list[str]:
    return [key for key in cloud.stored("processed/") if key.endswith(f"/{name}")]


def recognised(cloud: Cloud) -> dict[int, float | None]:
    """The pages that are kept, with the confidence of each."""
    return {page.number: page.confidence for key in kept(cloud) for page in pages_in(documents().read(key))}


def test_a_long_scan_goes_on_where_the_call_before_ended(cloud: Cloud, lane: Lane) -> None:
    lane.hear(lane.said(cloud.upload("log.pdf", scan([paper(texts=TEXT[2:])] * PAGES))))
    for count in (1, 2, 3):
        assert lane.waits(TO_READ) == 1
        assert lane.read() == []
        assert recognised(cloud).keys() == set(range(1, count + 1))
    lane.run()
    record = cloud.record("log.pdf")
    assert record.state == "ready"
    assert recognised(cloud).keys() == {1, 2, 3}
    assert all(confidence and confidence > 90 for confidence in recognised(cloud).values())


def test_pages_that_were_recognised_are_those_of_the_upload(cloud: Cloud, lane: Lane) -> None:
    """A newer upload of the same name begins anew, and what the one before has recognised goes."""
    lane.hear(lane.said(cloud.upload("log.pdf", scan([paper(texts=TEXT[2:])] * PAGES))))
    lane.read()
    lane.hear(lane.said(cloud.upload("log.pdf", scan([paper(texts=TEXT[:1])]))))
    lane.run()
    assert cloud.record("log.pdf").state == "ready"
    assert recognised(cloud).keys() == {1}


def test_a_scan_is_cut_again_from_the_pages_that_are_kept_and_goes_on_where_some_are_not(cloud: Cloud, lane: Lane) -> None:
    lane.hear(lane.said(cloud.upload("log.pdf", scan([paper(texts=TEXT[2:])] * PAGES))))
    lane.run()
    (key,) = kept(cloud)
    first, *_ = pages_in(documents().read(key))
    told = [replace(run, text=run.text.replace("Penrose", "Trelawny")) for run in first.runs]
    documents().save(key, page_lines([replace(first, runs=told)]), "application/jsonl")
    small = FIRST_GENERATION.model_copy(update={"number": 2, "chunking": "small"})
    cloud.roll(Live(serving=FIRST_GENERATION, beside=small))
    module("read_documents").generations.cache_clear()
    cloud.fill()
    for count in (2, 3):
        assert not kept(cloud, "passages.small.jsonl")
        assert lane.read() == []
        assert recognised(cloud).keys() == set(range(1, count + 1))
    lane.run()
    (cut,) = kept(cloud, "passages.small.jsonl")
    text = " ".join(passage.text for passage in passages_in(documents().read(cut)))
    assert (text.count("Trelawny"), text.count("Penrose")) == (1, 2)
    assert cloud.record("log.pdf").state == "ready"
