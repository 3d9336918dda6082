"""Syncs of a bucket, step by step as the state machine asks for them, over buckets in process."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.stub import ANY, Stubber
from pydantic import ValidationError

from causeway.documents.sources.copying import Copying, Listed
from causeway.documents.sources.notes import Notes
from causeway.documents.sources.objects import STORAGE, Objects
from causeway.documents.sources.origin import Origin
from causeway.documents.sources.sync import Found, Sync
from causeway.runtime.clients import client
from tests.unit.documents.cloud import DOCUMENTS, INCOMING, Cloud, Context, documents, module

SOURCE = "source-bucket"


@dataclass
class Mirror:
    """A source and what syncs make of it."""

    asked: dict[str, Any] = field(default_factory=lambda: {"bucket": SOURCE, "prefix": "docs/", "tenant": "harbour"})
    runs: int = 0
    calls: int = 0

    def put(self, key: str, content: str = "words", **more: Any) -> None:
        client("s3").put_object(Bucket=SOURCE, Key=key, Body=content.encode(), **more)

    def drop(self, key: str) -> None:
        client("s3").delete_object(Bucket=SOURCE, Key=key)

    def upload(self, name: str, content: str = "by hand") -> None:
        client("s3").put_object(Bucket=INCOMING, Key=f"harbour/{name}", Body=content.encode())

    def step(self, step: str, **given: Any) -> Any:
        self.calls += 1
        sync = {**self.asked, "run": f"run-{self.runs}"}
        return json.loads(json.dumps(module("sync_bucket").handler({"step": step, "sync": sync, **given}, Context())))

    def run(self, batch: int = 2, **asked: Any) -> Any:
        """All steps in the machine's order; the counts, or the refusal."""
        self.runs += 1
        before, self.asked = self.asked, {**self.asked, **asked}
        try:
            return self._steps(batch)
        finally:
            self.asked = before

    def _steps(self, batch: int) -> Any:
        begun = self.step("begin")
        sync = begun["sync"]
        listed = client("s3").list_objects_v2(Bucket=SOURCE, Prefix=sync["prefix"]).get("Contents", [])
        items = [{"Key": each["Key"], "Etag": each["ETag"], "Size": each["Size"], "StorageClass": each["StorageClass"]} for each in listed]
        assert begun["empty"] is not bool(items)
        for start in range(0, len(items), batch):
            self.step("copy", items=items[start : start + batch])
        found = self.step("find", found={})
        while found["after"] is not None:
            found = self.step("find", found=found)
        while not (sync["dry"] or found["refused"] or self.step("delete")["done"]):
            pass
        return self.step("finish", refused=found["refused"])

    def result(self) -> Any:
        key = f"syncs/harbour/run-{self.runs}/result.json"
        return json.loads(client("s3").get_object(Bucket=DOCUMENTS, Key=key)["Body"].read())

    def names(self) -> dict[str, str]:
        """Names of the tenant's files with their contents."""
        s3 = client("s3")
        found = s3.list_objects_v2(Bucket=INCOMING, Prefix="harbour/").get("Contents", [])
        return {each["Key"][8:]: s3.get_object(Bucket=INCOMING, Key=each["Key"])["Body"].read().decode() for each in found}


@pytest.fixture
def mirror(cloud: Cloud) -> Iterator[Mirror]:
    module("sync_bucket").settings.cache_clear()
    client("s3").create_bucket(Bucket=SOURCE)
    yield Mirror()
    module("sync_bucket").settings.cache_clear()


def told(counts: Any) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count and name not in ("key", "looked")}


def test_a_prefix_becomes_documents_and_a_second_sync_changes_nothing(mirror: Mirror) -> None:
    for key in ("docs/a.md", "docs/b/c.md", "docs/d.md", "docs-old/e.md", "docs/"):
        mirror.put(key, key)
    assert told(mirror.run()) == {"new": 3}
    assert mirror.names() == {"a.md": "docs/a.md", "b/c.md": "docs/b/c.md", "d.md": "docs/d.md"}
    versions = client("s3").list_object_versions(Bucket=INCOMING)["Versions"]
    assert told(mirror.run()) == {"unchanged": 3}
    assert client("s3").list_object_versions(Bucket=INCOMING)["Versions"] == versions


def test_changed_renamed_and_deleted_objects_are_followed(mirror: Mirror) -> None:
    for name in "abcd":
        mirror.put(f"docs/{name}.md", name)
    mirror.run()
    mirror.put("docs/a.md", "A")
    mirror.drop("docs/b.md")
    mirror.put("docs/moved/b.md", "b")
    mirror.drop("docs/c.md")
    assert told(mirror.run()) == {"changed": 1, "renamed": 1, "deleted": 1, "unchanged": 1}
    assert mirror.names() == {"a.md": "A", "d.md": "d", "moved/b.md": "b"}
    assert mirror.result()["renamed"][0] | {"etag": ""} == {"name": "moved/b.md", "etag": "", "why": "b.md"}


def test_a_dry_run_lists_and_changes_nothing(mirror: Mirror) -> None:
    mirror.put("docs/a.md", "a")
    mirror.put("docs/b.md", "b")
    mirror.run()
    mirror.put("docs/a.md", "A")
    mirror.drop("docs/b.md")
    mirror.put("docs/c.md", "c")
    assert told(mirror.run(dry=True)) == {"new": 1, "changed": 1, "deleted": 1}
    assert [each["name"] for each in mirror.result()["deleted"]] == ["b.md"]
    assert mirror.names() == {"a.md": "a", "b.md": "b"}


def test_only_what_a_sync_of_this_prefix_has_brought_is_deleted(mirror: Mirror) -> None:
    mirror.put("docs/a.md", "a")
    mirror.put("docs/z.md", "z")
    mirror.put("other/b.md", "b")
    mirror.upload("by-hand.md")
    mirror.run()
    mirror.run(prefix="other/")
    mirror.drop("docs/a.md")
    mirror.drop("other/b.md")
    assert told(mirror.run()) == {"deleted": 1, "unchanged": 1}
    assert mirror.names().keys() == {"b.md", "by-hand.md", "z.md"}


def test_what_somebody_has_uploaded_in_its_place_since_is_not_deleted(mirror: Mirror) -> None:
    mirror.put("docs/a.md", "a")
    mirror.put("docs/z.md", "z")
    mirror.run()
    mirror.drop("docs/a.md")
    mirror.upload("a.md")
    assert told(mirror.run()) == {"unchanged": 1}
    assert mirror.names()["a.md"] == "by hand"


def test_what_comes_back_between_the_look_and_the_deletion_stays(mirror: Mirror) -> None:
    mirror.put("docs/a.md", "a")
    mirror.put("docs/z.md", "z")
    mirror.run()
    mirror.drop("docs/a.md")
    mirror.runs += 1
    assert mirror.step("find", found={})["gone"] == 1
    mirror.put("docs/a.md", "a")
    assert mirror.step("delete") == {"done": True}
    assert told(mirror.step("finish", refused=False)) == {"kept": 1}
    assert "a.md" in mirror.names()


def test_a_source_without_objects_deletes_nothing_unless_forced(mirror: Mirror) -> None:
    for name in "abc":
        mirror.put(f"docs/{name}.md", name)
    mirror.run()
    for name in "abc":
        mirror.drop(f"docs/{name}.md")
    assert told(mirror.run()) == {"deleted": 3}
    assert mirror.result()["refused"]
    assert len(mirror.names()) == 3
    assert told(mirror.run(force=True)) == {"deleted": 3}
    assert mirror.names() == {}


@pytest.mark.parametrize(("known", "gone", "refused"), [(0, 0, False), (0, 1, True), (5, 10, False), (10, 11, True), (11, 11, False)])
def test_most_of_a_source_is_not_deleted_unless_forced(known: int, gone: int, refused: bool) -> None:
    sync = Sync(run="r", bucket=SOURCE, tenant="harbour")
    assert Found(known=known, gone=gone).is_too_much(sync) is refused
    assert not Found(known=known, gone=gone).is_too_much(sync.model_copy(update={"force": True}))


def test_what_is_not_copied_is_told_with_its_reason(mirror: Mirror) -> None:
    mirror.put("docs/film.mp4")
    mirror.put("docs/LICENSE")
    mirror.put("docs/large.md", "x" * 2_000_001)
    mirror.put("docs/archived.md", StorageClass="DEEP_ARCHIVE")
    mirror.put("docs/a/../b.md")
    assert told(mirror.run()) == {"skipped": 5}
    why = {each["name"]: each["why"] for each in mirror.result()["skipped"]}
    assert why["film.mp4"].startswith(".mp4 is not read; .pdf, ")
    assert why["LICENSE"].startswith("a name without an ending is not read")
    assert why["large.md"] == "it has 2.0 MB; at most 2.0 MB are read"
    assert "archived (DEEP_ARCHIVE)" in why["archived.md"]
    assert why["docs/a/../b.md"] == "its name must not contain '.' or '..' as a part"
    assert mirror.names() == {}


def test_two_objects_that_would_have_one_name_do_not_replace_each_other(mirror: Mirror) -> None:
    mirror.put("docs/a/b.md", "first")
    mirror.put("docs/a//b.md", "second")
    mirror.run()
    before = mirror.names()
    assert told(mirror.run()) == {"skipped": 1, "unchanged": 1}
    assert mirror.names() == before


def test_a_key_in_another_form_of_unicode_is_found_again(mirror: Mirror) -> None:
    mirror.put("docs/cafe\u0301.md")
    mirror.put("docs/z.md")
    mirror.run()
    assert mirror.names().keys() == {"caf\u00e9.md", "z.md"}
    assert told(mirror.run()) == {"unchanged": 2}


def test_a_step_that_is_repeated_tells_what_the_run_has_done(mirror: Mirror) -> None:
    mirror.put("docs/a.md", "a")
    mirror.run()
    mirror.put("docs/a.md", "A")
    mirror.put("docs/b.md", "b")
    mirror.runs += 1
    listed = client("s3").list_objects_v2(Bucket=SOURCE)["Contents"]
    items = [{"Key": each["Key"], "Etag": each["ETag"], "Size": each["Size"]} for each in listed]
    for _ in range(2):
        mirror.step("copy", items=items)
    assert told(mirror.step("finish", refused=False)) == {"changed": 1, "new": 1}


@pytest.mark.parametrize(
    ("code", "status", "why"),
    [
        ("PreconditionFailed", 412, "it was changed when it was to be copied"),
        ("NoSuchKey", 404, "it was missing when it was to be copied"),
    ],
)
def test_an_object_that_changes_while_it_is_copied_is_left_to_the_next_sync(mirror: Mirror, code: str, status: int, why: str) -> None:
    with Stubber(client("s3", **STORAGE.patience)) as storage:
        storage.add_client_error("head_object", "404", http_status_code=404)
        storage.add_client_error("copy_object", code, http_status_code=status)
        objects = Objects(client("s3", **STORAGE.patience))
        sync = Sync(run="r", bucket=SOURCE, prefix="docs/", tenant="harbour")
        notes = Notes(documents(), sync)
        storage.add_response("put_object", {}, {"Bucket": DOCUMENTS, "Key": ANY, "Body": ANY, "ContentType": "application/json"})
        note = Copying(objects, INCOMING, notes, sync, 1000).copy([Listed(Key="docs/a.md", Etag='"0"', Size=1)])
    assert [(each.name, each.why) for each in note.later] == [("a.md", why)]


def test_a_long_search_for_what_is_gone_goes_on_where_it_stood(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(7):
        mirror.put(f"docs/{number}.md", str(number))
    mirror.run()
    for number in (1, 3, 5):
        mirror.drop(f"docs/{number}.md")
    monkeypatch.setattr(Context, "seconds", 10.0)
    mirror.calls = 0
    mirror.runs += 1
    found = mirror.step("find", found={})
    assert found["after"] is not None
    while found["after"] is not None:
        found = mirror.step("find", found=found)
    assert (found["known"], found["gone"], mirror.calls > 3) == (4, 3, True)
    assert mirror.step("delete") == {"done": False}
    monkeypatch.setattr(Context, "seconds", 300.0)
    assert mirror.step("delete") == {"done": True}
    assert mirror.names().keys() == {f"{number}.md" for number in (0, 2, 4, 6)}


@pytest.mark.parametrize("wrong", [{"prefix": "docs"}, {"prefix": "docs//"}, {"tenant": "a/b"}, {"bucket": "B"}, {"dryrun": True}])
def test_a_sync_that_cannot_be_is_refused_before_anything_is_listed(mirror: Mirror, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        mirror.run(**wrong)


def test_a_storage_that_is_busy_is_told_by_the_name_that_the_machine_waits_for(mirror: Mirror) -> None:
    from causeway.runtime.errors import Throttled
    from tests.unit.functions.test_ingestion_functions import Busy

    mirror.put("docs/a.md")
    assert STORAGE.name == "storage"
    with Busy("storage"), pytest.raises(Throttled):
        mirror.step("copy", items=[{"Key": "docs/a.md", "Etag": '"0"', "Size": 1}])


def test_an_origin_is_the_same_after_it_was_kept_with_an_object() -> None:
    origin = Origin("b", "docs/\u00e9/" + "x" * 1000, "e" * 40, "run", "changed")
    assert Origin.of(origin.metadata) == origin
    assert sum(len(name) + len(value) for name, value in origin.metadata.items()) < 2048
    assert all(value.isascii() for value in origin.metadata.values())
    assert Origin.of({}) is None
