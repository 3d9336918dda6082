"""A scan of more pages than one call can recognise is read by several, and each page once."""

import pytest

from benchmarks.scans import scan
from causeway.documents.recognition import pages_in
from tests.unit.documents.cloud import Cloud, documents, module
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


def recognised(cloud: Cloud) -> dict[int, float | None]:
    """The pages that are kept, with the confidence of each."""
    keys = [key for key in cloud.stored("processed/") if key.endswith("recognised.jsonl")]
    return {page.number: page.confidence for key in keys for page in pages_in(documents().read(key))}


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
