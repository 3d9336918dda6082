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
    return {page.number: page.confidence for key in cloud.stored("recognised/") for page in pages_in(documents().read(key))}


def test_a_long_scan_goes_on_where_the_call_before_ended(cloud: Cloud, lane: Lane) -> None:
    lane.hear(lane.said(cloud.upload("log.pdf", scan([paper(texts=TEXT[2:])] * PAGES))))
    for kept in ({1}, {1, 2}, set()):
        assert lane.waits(TO_READ) == 1
        assert lane.read() == []
        assert recognised(cloud).keys() == kept
    lane.run()
    record = cloud.record("log.pdf")
    assert record.state == "ready"
    assert record.report
    assert [tally.read for tally in record.report.tallies if "recognised, with a confidence of" in tally.why] == [PAGES]


def test_pages_that_were_recognised_are_those_of_the_upload(cloud: Cloud, lane: Lane) -> None:
    """A newer upload of the same name begins anew, and what the one before has recognised goes."""
    lane.hear(lane.said(cloud.upload("log.pdf", scan([paper(texts=TEXT[2:])] * PAGES))))
    lane.read()
    lane.hear(lane.said(cloud.upload("log.pdf", scan([paper(texts=TEXT[:1])]))))
    lane.run()
    assert cloud.record("log.pdf").state == "ready"
    assert recognised(cloud) == {}
