"""A document's passages, page by page, with what they were made from."""

import json
from typing import Any

import pytest

from causeway.documents.ingestion.identity import document_id
from causeway.retrieval.generations import Generation, Live
from causeway.runtime.clients import client
from tests.unit.documents import making
from tests.unit.documents.cloud import DOCUMENTS, FIRST, SECOND, TABLE, Cloud, module
from tests.unit.functions.test_documents import ask
from tests.unit.loopback import administration

LONG = b"".join(f"# Shelf {number}\n\nThe books of shelf {number} are about ships and harbours.\n\n".encode() for number in range(300))


def path(name: str = "returns.md") -> str:
    return f"/v1/documents/{document_id('harbour', name)}/passages"


def pages(name: str = "returns.md") -> list[Any]:
    found = [ask("GET", path(name))[1]]
    while found[-1]["next"]:
        status, page = ask("GET", path(name), query={"after": found[-1]["next"]})
        assert status == 200
        found.append(page)
    return found


def test_passages_name_their_version_the_file_they_were_read_from_and_their_entries_of_the_index(cloud: Cloud) -> None:
    uploaded = cloud.upload("returns.md", SECOND)
    cloud.run(uploaded)
    status, found = ask("GET", path())
    assert status == 200
    assert found["version"] == cloud.record("returns.md").current_version
    assert found["read_from"] == uploaded.object_version
    assert found["file"] in cloud.stored("processed/harbour/")
    assert found["total"] == len(found["passages"]) == sum(cloud.indexed("returns.md").values()) == 2
    assert [(each["position"], each["heading"]) for each in found["passages"]] == [(0, "Returns"), (1, "Gift cards")]
    assert {each["id"] for each in found["passages"]} == cloud.engine.passages.keys()
    assert "60 days" in found["passages"][0]["text"]


def test_a_passage_tells_its_pages(cloud: Cloud) -> None:
    prose = [making.prose(f"Page {number}. {making.PROSE * 3}") for number in (1, 2)]
    cloud.run(cloud.upload("guide.pdf", making.pdf(making.pages(*([each] for each in prose)))))
    found = pages("guide.pdf")[0]["passages"]
    assert sorted({page for each in found for page in each["pages"]}) == [1, 2]
    cloud.run(cloud.upload("returns.md", FIRST))
    assert ask("GET", path())[1]["passages"][0]["pages"] == []


def test_many_passages_come_in_pages_each_once_and_in_order(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module("documents"), "PASSAGE_BYTES", 5_000)
    cloud.run(cloud.upload("returns.md", LONG))
    found = pages()
    assert len(found) > 3
    passages = [passage for page in found for passage in page["passages"]]
    assert [each["position"] for each in passages] == list(range(found[0]["total"]))


def test_a_passage_longer_than_a_page_comes_whole(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module("documents"), "PASSAGE_BYTES", 10)
    cloud.run(cloud.upload("returns.md", SECOND))
    assert [each["position"] for page in pages() for each in page["passages"]] == [0, 1]


def test_a_list_of_a_version_that_was_replaced_meanwhile_ends_with_a_conflict(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module("documents"), "PASSAGE_BYTES", 5_000)
    cloud.run(cloud.upload("returns.md", LONG))
    first = ask("GET", path())[1]
    cloud.run(cloud.upload("returns.md", FIRST))
    status, problem = ask("GET", path(), query={"after": first["next"]})
    assert (status, problem["type"]) == (409, "urn:causeway:problem:replaced")


def test_passages_are_those_that_this_users_answers_are_from_and_a_list_is_never_of_two_chunkings(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module("documents"), "PASSAGE_BYTES", 2_000)
    long = b" ".join(b"Customer %d may return up to three books within thirty days." % n for n in range(100))
    first = Generation(number=1, provider="sagemaker", model="embedding")
    small = first.model_copy(update={"number": 2, "chunking": "small"})

    def roll(share: int) -> list[Any]:
        cloud.roll(Live(serving=first, beside=small, share=share))
        module("documents").generations.cache_clear()
        return pages()

    cloud.roll(Live(serving=first, beside=small))
    cloud.run(cloud.upload("returns.md", long))
    numbers = [sum(each.values()) for each in cloud.both("returns.md")]
    assert numbers[1] > numbers[0]
    for share, wanted in ((0, numbers[0]), (100, numbers[1])):
        found = roll(share)
        assert {each["total"] for each in found} == {wanted}
        assert [passage["position"] for each in found for passage in each["passages"]] == list(range(wanted))
        assert ask("GET", path().removesuffix("/passages"))[1]["passages"] == wanted
        assert ask("GET", "/v1/documents")[1]["documents"][0]["passages"] == wanted
    begun = found[0]["next"]
    roll(0)
    status, problem = ask("GET", path(), query={"after": begun})
    assert (status, problem["type"]) == (409, "urn:causeway:problem:replaced")


def test_a_file_that_goes_between_the_row_and_the_reading_is_a_conflict(cloud: Cloud) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    client("s3").delete_object(Bucket=DOCUMENTS, Key=ask("GET", path())[1]["file"])
    assert ask("GET", path())[0] == 409


@pytest.mark.parametrize("place", ["0.7", "zz", "{version}.999999", "{version}.7"])
def test_a_place_that_no_page_named_is_refused(cloud: Cloud, place: str) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    after = place.replace("{version}", str(cloud.record("returns.md").current_version))
    status, problem = ask("GET", path(), query={"after": after})
    assert (status, problem["errors"][0]["field"]) == (400, "after")


def test_a_document_that_no_answer_uses_has_no_passages(cloud: Cloud) -> None:
    cloud.run(cloud.upload("returns.md", b"caf\xe9"))
    status, found = ask("GET", path())
    assert status == 200
    assert found | {"document_id": ""} == {
        **{"document_id": "", "version": None, "read_from": None, "file": None},
        **{"total": 0, "passages": [], "next": None},
    }


def test_a_refused_upload_leaves_the_passages_of_the_version_before_and_where_they_are_from(cloud: Cloud) -> None:
    first = cloud.upload("returns.md", FIRST)
    cloud.run(first)
    cloud.run(cloud.upload("returns.md", b"caf\xe9"))
    found = ask("GET", path())[1]
    assert (found["read_from"], found["total"]) == (first.object_version, 1)


def test_the_same_bytes_again_are_read_from_the_later_upload(cloud: Cloud) -> None:
    """The former object version expires."""
    cloud.run(cloud.upload("returns.md", FIRST))
    file = ask("GET", path())[1]["file"]
    again = cloud.upload("returns.md", FIRST)
    assert cloud.run(again) == "unchanged"
    found = ask("GET", path())[1]
    assert (found["read_from"], found["file"]) == (again.object_version, file)


def test_what_was_indexed_before_passages_were_known_says_so_until_it_is_uploaded_again(cloud: Cloud) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    key = {"tenant": {"S": "harbour"}, "document_id": {"S": document_id("harbour", "returns.md")}}
    client("dynamodb").update_item(TableName=TABLE, Key=key, UpdateExpression="REMOVE passages_key, cuts")
    found = ask("GET", path())[1]
    assert (found["file"], found["total"], found["passages"]) == (None, 1, [])
    assert cloud.run(cloud.upload("returns.md", FIRST)) == "indexed"
    assert len(ask("GET", path())[1]["passages"]) == 1


def test_passages_of_a_closed_folder_cannot_be_told_from_those_of_no_document(cloud: Cloud) -> None:
    cloud.run(cloud.upload("staff/pay.md", FIRST))
    administration().restrict("harbour", "staff/", ["staff"])
    assert ask("GET", path("staff/pay.md")) == ask("GET", f"/v1/documents/{'0' * 32}/passages")
    assert ask("GET", path("staff/pay.md"))[0] == 404
    administration().enrol("harbour", "ada", ["staff"])
    assert ask("GET", path("staff/pay.md"))[0] == 200
    assert ask("GET", path("staff/pay.md"), tenant="lantern")[0] == 404


def test_documents_of_one_state_are_listed_alone(cloud: Cloud) -> None:
    for name, content in {"a.md": FIRST, "b.md": b"caf\xe9", "c.md": FIRST}.items():
        cloud.run(cloud.upload(name, content))
    listed = {state: ask("GET", "/v1/documents", query={"state": state})[1]["documents"] for state in ("ready", "quarantined", "failed")}
    assert {state: sorted(each["name"] for each in found) for state, found in listed.items()} == {
        "ready": ["a.md", "c.md"],
        "quarantined": ["b.md"],
        "failed": [],
    }


@pytest.mark.parametrize("state", ["deleted", "Ready", ""])
def test_a_state_that_no_listed_document_has_is_refused_with_those_there_are(cloud: Cloud, state: str) -> None:
    status, problem = ask("GET", "/v1/documents", query={"state": state})
    assert (status, problem["errors"][0]["field"]) == (400, "state")
    assert "quarantined" in json.dumps(problem)
