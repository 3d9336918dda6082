"""Pictures of documents in the bucket: there before the passages that show them, and gone with them."""

import io
from functools import cache
from typing import Any

import pytest
from PIL import Image

from causeway.documents.ingestion.handed import WasRead
from causeway.documents.ingestion.lines import passages_in
from causeway.documents.ingestion.store import STORAGE
from causeway.documents.intake import Intake
from causeway.runtime.clients import client
from tests.unit.documents import drawings
from tests.unit.documents.cloud import DOCUMENTS, FIRST, Cloud, Died, documents
from tests.unit.documents.making import word
from tests.unit.functions.test_documents import ask


@cache
def manual(colour: str = "navy") -> bytes:
    def build(document: Any) -> None:
        document.add_paragraph(f"The pump lifts water, and the {colour} valve closes the pipe.")
        document.add_picture(io.BytesIO(drawings.diagram(colour)))
        document.add_paragraph("Figure 2: The pump")

    return word(build)


def pictures(cloud: Cloud) -> list[str]:
    return cloud.stored("pictures/")


def shown(read: WasRead) -> list[str]:
    """Keys of the pictures that passages name."""
    return [picture.key for passage in passages_in(documents().read(read.passages_key)) for picture in passage.pictures]


def test_what_passages_show_is_there_and_is_a_picture(cloud: Cloud) -> None:
    read = cloud.read(manual(), "manual.docx")
    (key,) = shown(read)
    assert pictures(cloud) == [key]
    assert key.startswith(f"pictures/harbour/{read.document_id}/")
    stored = client("s3").get_object(Bucket=DOCUMENTS, Key=key)
    assert stored["ContentType"] == "image/png"
    assert Image.open(io.BytesIO(stored["Body"].read())).size == drawings.SIZE


def test_the_same_event_twice_leaves_one_picture(cloud: Cloud) -> None:
    change = cloud.upload("manual.docx", manual())
    cloud.take(change)
    cloud.take(change)
    assert len(pictures(cloud)) == 1


def test_the_pictures_of_a_replaced_version_go_and_those_of_the_same_file_again_stay(cloud: Cloud) -> None:
    cloud.run(cloud.upload("manual.docx", manual()))
    before = pictures(cloud)
    assert cloud.run(cloud.upload("manual.docx", manual())) == "unchanged"
    assert pictures(cloud) == before
    cloud.run(cloud.upload("manual.docx", manual("red")))
    assert len(pictures(cloud)) == 1
    assert not set(pictures(cloud)) & set(before)


def test_pictures_go_with_their_document(cloud: Cloud) -> None:
    cloud.run(cloud.upload("manual.docx", manual()))
    cloud.run(cloud.delete("manual.docx"))
    assert pictures(cloud) == []


def test_a_duplicate_keeps_none(cloud: Cloud) -> None:
    cloud.intake = Intake.model_validate({"duplicates": {"same_bytes": "skip", "same_text": "skip"}})
    cloud.run(cloud.upload("manual.docx", manual()))
    before = pictures(cloud)
    assert cloud.run(cloud.upload("copy.docx", manual())) == "duplicate"
    assert pictures(cloud) == before


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_worker_that_dies_between_pictures_and_passages_leaves_nothing_wrong(cloud: Cloud, at: int) -> None:
    change, puts = cloud.upload("manual.docx", manual()), []

    def die(**_: object) -> None:
        puts.append(1)
        if len(puts) == at:
            raise Died

    events = client("s3", **STORAGE.patience).meta.events
    events.register_first("before-send.s3.PutObject", die)
    with pytest.raises(Died):
        cloud.take(change)
    events.unregister("before-send.s3.PutObject", die)
    taken = cloud.take(change)
    assert isinstance(taken.handed, WasRead)
    assert shown(taken.handed) == pictures(cloud)
    cloud.index(taken.handed)
    before = pictures(cloud)
    cloud.run(cloud.upload("manual.docx", manual("red")))
    assert len(pictures(cloud)) == 1
    assert pictures(cloud) != before


def test_the_api_lists_them_for_whoever_may_read_the_document(cloud: Cloud) -> None:
    cloud.run(cloud.upload("manual.docx", manual()))
    record = cloud.record("manual.docx")
    status, listed = ask("GET", f"/v1/documents/{record.document_id}/pictures")
    (picture,) = listed["pictures"]
    assert (status, listed["version"]) == (200, record.current_version)
    assert (picture["caption"], picture["page"], picture["width"], picture["height"]) == ("Figure 2: The pump", None, *drawings.SIZE)
    assert f"/{pictures(cloud)[0]}?" in picture["url"]
    assert "X-Amz-Expires=300" in picture["url"]
    assert ask("GET", f"/v1/documents/{record.document_id}/pictures", tenant="lantern")[0] == 404


def test_a_document_without_pictures_has_an_empty_list(cloud: Cloud) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    assert ask("GET", f"/v1/documents/{cloud.record('returns.md').document_id}/pictures")[1]["pictures"] == []
