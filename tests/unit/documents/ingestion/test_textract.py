"""A scan whose pages Amazon Textract recognises, by answers of the documented form."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from botocore.stub import ANY, Stubber

from benchmarks.scans import scan
from causeway.documents.ingestion import recognising
from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.lines import passages_in
from causeway.documents.recognition import is_for_elsewhere
from causeway.documents.textract import TEXTRACT, Line, recognised_pages
from causeway.runtime.clients import client, forget_clients
from tests.unit.documents.cloud import INCOMING, Cloud, documents, module, queue
from tests.unit.documents.lanes import ARN, TO_INDEX, TO_READ, Lane, lane_of
from tests.unit.documents.readers.pictures.papers import packed, paper

START, GET = "start_document_text_detection", "get_document_text_detection"
TOPIC, ROLE = "arn:aws:sns:us-east-1:123456789012:notices", "arn:aws:iam::123456789012:role/causeway-test-textract"
JOB = "270c1cc5e1d0ea2fbc59d97cb69a72a5495da75851976b14a1784ca90fc180e3"
SAID = ("The annual report of Trelawny Shipping", "The fleet had eleven steamers in the year 1902.")


@pytest.fixture
def lane(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Lane:
    forget_clients()
    monkeypatch.setenv("TEXTRACT_ROLE", ROLE)
    monkeypatch.setattr(recognising, "SOONEST_SECONDS", 0)  # a document's own message comes again at once
    lane = lane_of(cloud, monkeypatch)
    queues = {ARN + TO_READ: {"own": queue(TO_READ), "onward": queue(TO_INDEX), "notices": TOPIC}}
    monkeypatch.setenv("QUEUES", json.dumps(json.loads(os.environ["QUEUES"]) | queues))
    monkeypatch.setattr(module("read_documents"), "TEXTRACT", replace(TEXTRACT, pause=lambda _: None))
    monkeypatch.setattr(module("index_documents"), "embedder", cloud.embedder)
    module("read_documents").settings.cache_clear()
    return lane


@pytest.fixture
def textract(lane: Lane) -> Iterator[Stubber]:
    """Answers in the order in which they were added; whatever is asked beyond them fails."""
    with Stubber(client("textract", **TEXTRACT.patience)) as stub:
        yield stub
        stub.assert_no_pending_responses()


def block(text: str, top: float, page: int = 1, confidence: float = 99.0) -> dict[str, Any]:
    left, right, bottom = 0.1, 0.1 + 0.01 * len(text), top + 0.02
    polygon = [{"X": x, "Y": y} for x, y in ((left, top), (right, top), (right, bottom), (left, bottom))]
    box = {"Left": left, "Top": top, "Width": right - left, "Height": 0.02}
    return {
        "BlockType": "LINE",
        "Text": text,
        "Confidence": confidence,
        "Page": page,
        "Geometry": {"BoundingBox": box, "Polygon": polygon},
        "Id": f"{page}-{top}",
    }


def answer(*blocks: dict[str, Any], status: str = "SUCCEEDED", pages: int = 1, **more: Any) -> dict[str, Any]:
    return {"JobStatus": status, "DocumentMetadata": {"Pages": pages}, "Blocks": list(blocks), **more}


def lines(page: int = 1, confidence: float = 99.0) -> list[dict[str, Any]]:
    return [block(text, 0.1 + 0.05 * number, page, confidence) for number, text in enumerate(SAID)]


def notice(change: Change, status: str = "SUCCEEDED") -> str:
    place = {"S3ObjectName": change.key, "S3Bucket": change.bucket}
    said = {"JobId": JOB, "Status": status, "API": "StartDocumentTextDetection", "Timestamp": 1543599965969, "DocumentLocation": place}
    return json.dumps(said)


def uploaded(cloud: Cloud, lane: Lane, pages: int = 1, name: str = "report.pdf") -> Change:
    change = cloud.upload(name, scan([paper(texts=("Not what Textract says.",))] * pages))
    lane.hear(lane.said(change))
    return change


def texts(cloud: Cloud) -> str:
    keys = [key for key in cloud.stored("processed/") if key.endswith("passages.jsonl")]
    return " ".join(passage.text for key in keys for passage in passages_in(documents().read(key)))


def why(cloud: Cloud, name: str = "report.pdf") -> str:
    report = cloud.record(name).report
    return " | ".join(tally.why for tally in report.tallies) if report else ""


def test_pages_of_a_scan_are_those_that_textract_recognised(cloud: Cloud, lane: Lane, textract: Stubber) -> None:
    change = uploaded(cloud, lane)
    place = {"S3Object": {"Bucket": INCOMING, "Name": change.key, "Version": change.object_version}}
    channel = {"SNSTopicArn": TOPIC, "RoleArn": ROLE}
    textract.add_response(START, {"JobId": JOB}, {"DocumentLocation": place, "ClientRequestToken": ANY, "NotificationChannel": channel})
    lane.read()
    assert (cloud.record("report.pdf").state, texts(cloud)) == ("processing", "")
    textract.add_response(GET, answer(*lines()), {"JobId": JOB})
    lane.run()
    assert cloud.record("report.pdf").state == "ready"
    assert all(text in texts(cloud) for text in SAID)
    assert "Amazon Textract was paid for 1 page" in why(cloud)
    assert "with a confidence of 99%" in why(cloud)


def test_a_notice_reads_the_document_and_the_one_after_finds_nothing_to_do(
    cloud: Cloud, lane: Lane, textract: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognising, "SOONEST_SECONDS", 600)  # its own message waits
    change = uploaded(cloud, lane)
    textract.add_response(START, {"JobId": JOB})
    lane.read()
    textract.add_response(GET, answer(*lines()), {"JobId": JOB})
    lane.hear(notice(change))
    assert lane.read() == []
    lane.index()
    assert cloud.record("report.pdf").state == "ready"
    before = cloud.record("report.pdf")
    lane.hear(notice(change), notice(change, "FAILED"))
    assert lane.read() == []
    assert cloud.record("report.pdf") == before
    assert lane.waits(TO_READ) == 1


def test_a_notice_that_comes_too_early_multiplies_no_message(
    cloud: Cloud, lane: Lane, textract: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognising, "SOONEST_SECONDS", 600)
    change = uploaded(cloud, lane)
    textract.add_response(START, {"JobId": JOB})
    lane.read()
    textract.add_response(GET, {"JobStatus": "IN_PROGRESS"})
    lane.hear(notice(change))
    assert (lane.read(), lane.waits(TO_READ)) == ([], 1)


def test_a_result_of_several_parts_is_collected_over_calls_and_throttles(cloud: Cloud, lane: Lane, textract: Stubber) -> None:
    uploaded(cloud, lane, pages=2)
    textract.add_response(START, {"JobId": JOB})
    lane.read()
    textract.add_response(GET, answer(*lines(1), pages=2, NextToken="more"), {"JobId": JOB})
    for _ in range(TEXTRACT.attempts):
        textract.add_client_error(GET, "ProvisionedThroughputExceededException", http_status_code=400)
    lane.read()
    textract.add_response(GET, answer(*lines(2), pages=2), {"JobId": JOB, "NextToken": "more"})
    lane.run()
    assert cloud.record("report.pdf").state == "ready"
    assert texts(cloud).count(SAID[1]) == 2
    assert "paid for 2 pages" in why(cloud)


@pytest.mark.parametrize("code", ["LimitExceededException", "ProvisionedThroughputExceededException", "ThrottlingException"])
def test_a_start_that_is_throttled_waits_and_costs_no_attempt(cloud: Cloud, lane: Lane, textract: Stubber, code: str) -> None:
    uploaded(cloud, lane)
    for _ in range(TEXTRACT.attempts):
        textract.add_client_error(START, code, http_status_code=400)
    assert (lane.read(), lane.waits(TO_READ)) == ([], 1)
    assert (cloud.record("report.pdf").state, cloud.record("report.pdf").attempts) == ("processing", 0)


@pytest.mark.parametrize("code", ["UnsupportedDocumentException", "AccessDeniedException", "InvalidS3ObjectException"])
def test_what_textract_does_not_take_is_read_by_tesseract_and_told(cloud: Cloud, lane: Lane, textract: Stubber, code: str) -> None:
    uploaded(cloud, lane)
    textract.add_client_error(START, code, http_status_code=400)
    lane.run()
    assert cloud.record("report.pdf").state == "ready"
    assert "Not what Textract says" in texts(cloud)
    assert f"Amazon Textract gave no result (400 {code}), so Tesseract recognised the pages" in why(cloud)


def test_a_job_that_fails_or_never_ends_falls_back_to_tesseract(
    cloud: Cloud, lane: Lane, textract: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploaded(cloud, lane, name="failed.pdf")
    textract.add_response(START, {"JobId": JOB})
    textract.add_response(GET, answer(status="FAILED", StatusMessage="DOCUMENT_DAMAGED"))
    lane.run()
    assert "gave no result (DOCUMENT_DAMAGED)" in why(cloud, "failed.pdf")
    monkeypatch.setattr(recognising, "LONGEST_SECONDS", 0.0)
    uploaded(cloud, lane, name="silent.pdf")
    textract.add_response(START, {"JobId": JOB})
    textract.add_response(GET, {"JobStatus": "IN_PROGRESS"})
    lane.run()
    assert "gave no result (no result after 0 hours)" in why(cloud, "silent.pdf")
    assert texts(cloud).count("Not what Textract says") == 2


def test_pages_that_textract_could_not_read_are_read_by_tesseract(cloud: Cloud, lane: Lane, textract: Stubber) -> None:
    uploaded(cloud, lane, pages=2)
    textract.add_response(START, {"JobId": JOB})
    warning = {"ErrorCode": "INTERNAL_SERVER_ERROR", "Pages": [2]}
    textract.add_response(GET, answer(*lines(1), status="PARTIAL_SUCCESS", pages=2, Warnings=[warning]))
    lane.run()
    assert SAID[1] in texts(cloud)
    assert "Not what Textract says" in texts(cloud)


def test_pages_below_the_floor_are_left_out(cloud: Cloud, lane: Lane, textract: Stubber) -> None:
    uploaded(cloud, lane, pages=2)
    textract.add_response(START, {"JobId": JOB})
    textract.add_response(GET, answer(*lines(1), *lines(2, confidence=60.0), pages=2))
    lane.run()
    assert "1 page is a picture whose writing was recognised only with a confidence of 60%, of at least 70% (page 2)" in why(cloud)


def test_an_event_told_twice_pays_once(cloud: Cloud, lane: Lane, textract: Stubber, caplog: pytest.LogCaptureFixture) -> None:
    """The second finds the job that the first has begun: a second start would be refused by the stub."""
    change = uploaded(cloud, lane)
    textract.add_response(START, {"JobId": JOB})
    lane.read()
    lane.hear(lane.said(change))
    textract.add_response(GET, answer(*lines()))
    lane.run()
    assert cloud.record("report.pdf").state == "ready"
    assert "dependency failed" not in caplog.text


def test_what_textract_does_not_read_is_not_given_to_it(cloud: Cloud, lane: Lane, textract: Stubber) -> None:
    for name, content in {"plain.md": b"# A page of text\n\nNothing to recognise.", "scan.webp": packed(paper(), "WEBP")}.items():
        lane.hear(lane.said(cloud.upload(name, content)))
        lane.run()
        assert cloud.record(name).state == "ready"


@pytest.mark.parametrize(("wanted", "pages", "given"), [(1, 1, True), (1, 2, True), (1, 3, False), (3000, 3000, True), (3001, 3001, False)])
def test_only_documents_that_are_mostly_pictures_are_paid_for(wanted: int, pages: int, given: bool) -> None:
    assert is_for_elsewhere(wanted, pages) is given


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_page_on_its_side_is_turned_upright(turns: int) -> None:
    """turns: quarters clockwise. An upright page of 1,000 by 1,400 has two lines, the second below the first."""
    upright = [((0.1, top), (0.5, top), (0.5, top + 0.02), (0.1, top + 0.02)) for top in (0.2, 0.4)]

    def turned(x: float, y: float) -> tuple[float, float]:
        return [(x, y), (1 - y, x), (1 - x, 1 - y), (y, 1 - x)][turns]

    said = [Line(page=1, text="words", confidence=90, corners=tuple(turned(*corner) for corner in corners)) for corners in upright]
    (page,) = recognised_pages(said, {1: (1000, 1400) if turns % 2 == 0 else (1400, 1000)}, [])
    assert (page.width, page.height) == (1000, 1400)
    places = [(run.x, run.y, run.length, run.size) for run in page.runs]
    assert [value for place in places for value in place] == pytest.approx([100, 302.4, 400, 28, 100, 582.4, 400, 28])
