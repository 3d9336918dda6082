"""What was not read of a document is kept with it, and told."""

import io
from collections.abc import Sequence
from typing import Any

import pytest
from docx.shared import Cm
from PIL import Image
from reportlab.platypus import Image as PageImage

from benchmarks.scans import Condition
from causeway.documents.content import Block, Content, Tally
from causeway.documents.ingestion.handed import WasRead
from causeway.documents.ingestion.report import Report
from tests.unit.documents.cloud import FIRST, SECOND, Cloud
from tests.unit.documents.making import pages, pdf, prose, word
from tests.unit.documents.readers.pictures.papers import packed, paper
from tests.unit.functions.test_documents import ask

SCANS = Tally("pages", 7, 3, "3 pages are pictures without text (2-4).", lost=600)
TOLD = {
    "characters": 1000,
    "tallies": [{"part": "pages", "read": 7, "left_out": 3, "why": "3 pages are pictures without text (2-4).", "lost": 600}],
}
SHORT = {"code": "read_in_part", "message": "About 38% of the visible text was not read: 3 pages are pictures."}


def content(characters: int, report: Sequence[Tally]) -> Content:
    return Content("Guide", [Block("text", "x" * characters)], report=report)


@pytest.mark.parametrize(
    ("characters", "lost", "share"), [(1000, 0, 0.0), (1000, 250, 0.2), (600, 400, 0.4), (0, 5, 1.0), (0, 0, 0.0), (300, 900, 0.75)]
)
def test_the_lost_share_is_of_what_a_reader_of_the_file_sees(characters: int, lost: int, share: float) -> None:
    report = Report.of(content(characters, [Tally("pages", 1, 1, "a", lost // 2), Tally("objects", 0, 1, "b", lost - lost // 2)]))
    assert report.lost_share == pytest.approx(share)


@pytest.mark.parametrize(("lost", "short"), [(0, False), (249, False), (250, False), (251, True), (5000, True)])
def test_a_document_falls_short_when_it_lost_more_than_the_share_that_is_allowed(lost: int, short: bool) -> None:
    report = Report.of(content(1000, [Tally("pages", 7, 3, "3 pages are pictures.", lost)]))
    assert (report.shortfall(0.2) is not None) is short


def test_what_no_reader_sees_does_not_make_a_document_fall_short() -> None:
    report = Report.of(content(10, [Tally("comments", 0, 50, "50 comments were not read."), Tally("furniture", 0, 9, "9 menus.")]))
    assert report.shortfall(0.0) is None


def test_a_shortfall_names_the_share_the_largest_losses_first_and_the_share_that_is_allowed() -> None:
    small = [Tally("pictures", 0, 2, "2 pictures are not read.", 5), Tally("comments", 0, 9, "9 comments were not read.")]
    reason = Report.of(content(1000, [*small, SCANS])).shortfall(0.2)
    assert reason is not None
    assert reason.code == "read_in_part"
    assert reason.message == (
        "About 38% of the visible text was not read: 3 pages are pictures without text (2-4); 2 pictures are not read. "
        "Answers use what was read. A document is ready if at most 20% is missing."
    )


def test_tallies_of_one_part_and_reason_are_added_up() -> None:
    report = Report.of(
        content(10, [Tally("pictures", 1, 2, "Not read.", 3), Tally("pages", 4), Tally("pictures", 10, 20, "Not read.", 30)])
    )
    assert list(report.tallies) == [Tally("pictures", 11, 22, "Not read.", 33), Tally("pages", 4)]


def test_a_report_of_any_length_stays_small_and_adds_up() -> None:
    tallies = [Tally("objects", 1, 2, f"Object {number} is of a kind that is not read. " * 40, number) for number in range(3000)]
    report = Report.of(content(10, tallies))
    assert len(report.model_dump_json()) < 10_000
    assert report.tallies[0].lost == 2999
    assert report.tallies[-1].why == "2980 further reasons."
    for name in ("read", "left_out", "lost"):
        assert sum(getattr(tally, name) for tally in report.tallies) == sum(getattr(tally, name) for tally in tallies)


def partly_read(cloud: Cloud, content: bytes = FIRST) -> WasRead:
    """A document that lost a third of its text, before it is indexed."""
    return WasRead.model_validate({**cloud.read(content).model_dump(), "report": TOLD, "shortfall": SHORT})


def shown(cloud: Cloud) -> dict[str, Any]:
    answer: dict[str, Any] = ask("GET", f"/v1/documents/{cloud.record('returns.md').document_id}")[1]
    return answer


def test_a_document_that_lost_too_much_is_partial_searchable_and_says_why(cloud: Cloud) -> None:
    cloud.index(partly_read(cloud))
    answer = shown(cloud)
    assert (answer["state"], answer["lost_share"], answer["reason"]) == ("partial", 0.375, SHORT)
    assert answer["report"] == TOLD["tallies"]
    assert cloud.indexed("returns.md") == {answer["version"]: 1}


def test_the_list_says_it_too(cloud: Cloud) -> None:
    cloud.index(partly_read(cloud))
    assert ask("GET", "/v1/documents")[1]["documents"] == [shown(cloud)]


def test_a_document_read_with_little_loss_is_ready_and_its_report_is_shown(cloud: Cloud) -> None:
    cloud.index(partly_read(cloud).model_copy(update={"shortfall": None}))
    answer = shown(cloud)
    assert (answer["state"], answer["reason"], answer["report"]) == ("ready", None, TOLD["tallies"])


def test_a_document_that_was_read_whole_has_an_empty_report(cloud: Cloud) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    answer = shown(cloud)
    assert (answer["state"], answer["report"], answer["lost_share"]) == ("ready", [], 0.0)


def test_a_document_that_no_run_has_read_yet_has_no_report(cloud: Cloud) -> None:
    cloud.read(FIRST)
    assert (shown(cloud)["report"], shown(cloud)["lost_share"]) == (None, None)


def test_the_same_file_again_stays_partial_with_its_report(cloud: Cloud) -> None:
    cloud.index(partly_read(cloud))
    before = shown(cloud)
    assert before["state"] == "partial"
    assert cloud.run(cloud.upload("returns.md", FIRST)) == "unchanged"
    after = shown(cloud)
    assert {name: after[name] for name in ("state", "reason", "report", "lost_share", "version")} == {
        name: before[name] for name in ("state", "reason", "report", "lost_share", "version")
    }


def test_a_version_that_is_read_whole_takes_the_place_of_the_partial_ones_report(cloud: Cloud) -> None:
    cloud.index(partly_read(cloud))
    cloud.run(cloud.upload("returns.md", SECOND))
    answer = shown(cloud)
    assert (answer["state"], answer["reason"], answer["report"], cloud.record("returns.md").shortfall) == ("ready", None, [], None)


def test_a_refused_new_version_says_why_beside_the_report_of_the_one_that_answers_use(cloud: Cloud) -> None:
    cloud.index(partly_read(cloud))
    cloud.run(cloud.upload("returns.md", b"caf\xe9"))
    answer = shown(cloud)
    assert (answer["state"], answer["reason"]["code"], answer["report"]) == ("quarantined", "not_utf8", TOLD["tallies"])
    cloud.run(cloud.upload("returns.md", FIRST))
    assert (shown(cloud)["state"], shown(cloud)["reason"]) == ("partial", SHORT)


def test_a_new_version_on_its_way_leaves_the_report_of_the_one_that_answers_use(cloud: Cloud) -> None:
    cloud.index(partly_read(cloud))
    cloud.read(SECOND)
    assert (shown(cloud)["state"], shown(cloud)["reason"], shown(cloud)["report"]) == ("read", None, TOLD["tallies"])


def test_a_run_that_was_overtaken_leaves_no_report(cloud: Cloud) -> None:
    overtaken = partly_read(cloud, SECOND)
    cloud.run(cloud.upload("returns.md", FIRST))
    assert cloud.index(overtaken) == ["superseded"]
    assert (shown(cloud)["state"], shown(cloud)["report"]) == ("ready", [])


def test_a_step_that_runs_twice_keeps_one_report(cloud: Cloud) -> None:
    execution = partly_read(cloud)
    cloud.index(execution)
    once = shown(cloud)
    cloud.index(execution)
    assert {**shown(cloud), "updated_at": None} == {**once, "updated_at": None}


def test_a_deleted_document_takes_its_report_along(cloud: Cloud) -> None:
    cloud.index(partly_read(cloud))
    cloud.run(cloud.delete("returns.md"))
    record = cloud.record("returns.md")
    assert (record.state, record.report, record.shortfall, record.why_not_ready) == ("deleted", None, None, None)


def with_scans(document: Any) -> None:
    """A page of words, and two pictures as large as a page."""
    document.add_paragraph("Words that can be read. " * 20)
    for number in range(2):
        document.add_picture(io.BytesIO(picture(number)), width=Cm(16), height=Cm(22))


def picture(shade: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (160, 220), (shade, 200, 200)).save(file, "PNG")
    return file.getvalue()


def faint() -> PageImage:
    """Writing that nobody can read for sure."""
    seen = paper(Condition(dpi=45))
    return PageImage(io.BytesIO(packed(seen)), 400, 400 * seen.height / seen.width)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("scan.docx", word(with_scans)),
        ("scan.pdf", pdf(pages([prose()], [faint()], [faint()]))),
    ],
)
def test_pages_that_are_pictures_make_a_document_partial_from_the_file_to_the_api(cloud: Cloud, name: str, content: bytes) -> None:
    assert cloud.run(cloud.upload(name, content)) == "indexed"
    answer = ask("GET", f"/v1/documents/{cloud.record(name).document_id}")[1]
    assert (answer["state"], answer["reason"]["code"]) == ("partial", "read_in_part")
    assert 0.2 < answer["lost_share"] < 1
    worst = answer["report"][0]
    assert (worst["left_out"], worst["why"].rstrip(".") in answer["reason"]["message"]) == (2, True)
    assert cloud.indexed(name) == {answer["version"]: answer["passages"]}
