"""A scan of more pages than one call can recognise is read by several, and each page once."""

from dataclasses import replace
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest

from benchmarks.scans import scan
from causeway.documents.ingestion.lines import passages_in
from causeway.documents.recognition import page_lines, pages_in
from causeway.retrieval.generations import Live
from causeway.runtime.clients import forget_clients, session
from tests.unit.documents.cloud import FIRST_GENERATION, Cloud, documents, module
from tests.unit.documents.lanes import TO_READ, Lane, lane_of
from tests.unit.documents.readers.pictures.papers import TEXT, one_page_a_call, paper

PAGES = 3
SMALL = FIRST_GENERATION.model_copy(update={"number": 2, "chunking": "small"})


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


def test_a_scan_that_is_cut_again_goes_on_where_the_call_before_ended(cloud: Cloud, lane: Lane) -> None:
    lane.hear(lane.said(cloud.upload("log.pdf", scan([paper(texts=TEXT[2:])] * PAGES))))
    lane.run()
    cloud.roll(Live(serving=FIRST_GENERATION, beside=SMALL))
    module("read_documents").generations.cache_clear()
    cloud.fill()
    for pages in ({1}, {1, 2}):
        assert lane.read() == []
        assert recognised(cloud).keys() == pages
        assert not kept(cloud, "passages.small.jsonl")
    (key,) = kept(cloud)
    first, second = pages_in(documents().read(key))
    told = [replace(run, text=run.text.replace("Penrose", "Trelawny")) for run in first.runs]
    documents().save(key, page_lines([replace(first, runs=told), second]), "application/jsonl")
    lane.run()
    (cut,) = kept(cloud, "passages.small.jsonl")
    text = " ".join(passage.text for passage in passages_in(documents().read(cut)))
    assert (text.count("Trelawny"), text.count("Penrose")) == (1, 2)
    assert (recognised(cloud), cloud.record("log.pdf").state) == ({}, "ready")


def test_pages_of_a_scan_that_is_deleted_while_it_is_cut_again_go_with_it(cloud: Cloud, lane: Lane) -> None:
    pages, deleted = [], []

    def delete(request: AWSPreparedRequest, **_: Any) -> None:
        if request.method == "PUT" and request.url.endswith("/recognised.jsonl"):
            pages.append(request.url)
            if cloud.record("log.pdf").state == "ready":
                deleted.append(cloud.run(cloud.delete("log.pdf")))

    forget_clients()
    session().register("before-send.s3", delete)
    lane.hear(lane.said(cloud.upload("log.pdf", scan([paper(texts=TEXT[2:])] * PAGES))))
    lane.run()
    cloud.roll(Live(serving=FIRST_GENERATION, beside=SMALL))
    module("read_documents").generations.cache_clear()
    cloud.fill()
    lane.run()
    assert (len(pages), deleted) == (PAGES, ["removed"])
    assert cloud.stored("processed/") == []
