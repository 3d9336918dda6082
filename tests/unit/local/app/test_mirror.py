"""What a sync of a folder would do, from the files, the documents that are there, and what earlier syncs have added."""

import json
import os
from hashlib import sha256

import pytest

from local import places
from local.app.mirror import ELSEWHERE, NOT_SEEN, NOT_TAKEN, UNKNOWN, planned, refuse_many_deletions
from local.app.people import Person
from local.app.synced import Synced
from local.app.uploads import Upload
from local.console import Trouble

ADA = Person("ada", "harbour", "token")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "ACCOUNT", tmp_path / "account")
    (tmp_path / "docs").mkdir()
    return tmp_path / "docs"


def digest(text):
    return sha256(text.encode()).hexdigest()


def write(folder, **texts):
    for name, text in texts.items():
        (folder / f"{name}.md").write_text(text)


def files(folder):
    return [Upload(folder / name, name, ADA) for name in sorted(os.listdir(folder))]


def document(name, text, state="ready"):
    return {"document_id": f"id-{name}", "name": name, "state": state, "content_hash": None if text is None else digest(text)}


def known(folder, **texts):
    """What earlier syncs have meant to add."""
    synced = Synced(ADA, folder)
    synced.intend({f"{name}.md": digest(text) for name, text in texts.items()})
    return synced


def names(uploads):
    return [upload.name for upload in uploads]


def test_files_are_new_changed_or_unchanged_by_their_bytes(folder):
    write(folder, new="1", changed="2", same="3")
    plan = planned(folder, files(folder), [document("changed.md", "old"), document("same.md", "3")], Synced(ADA, folder))
    assert (names(plan.new), names(plan.changed), names(plan.unchanged)) == (["new.md"], ["changed.md"], ["same.md"])
    assert plan.contents["new.md"] == digest("1")


@pytest.mark.parametrize(
    ("state", "place"),
    [
        ("ready", "unchanged"),
        ("partial", "unchanged"),
        ("processing", "unchanged"),
        ("read", "unchanged"),
        ("quarantined", "refused"),
        ("duplicate", "unchanged"),
        ("failed", "changed"),
        ("deleting", "new"),
    ],
)
def test_the_same_bytes_are_uploaded_again_only_where_that_may_help(folder, state, place):
    write(folder, a="1")
    there = [document("a.md", "1", state)]
    assert names(getattr(planned(folder, files(folder), there, Synced(ADA, folder)), place)) == ["a.md"]
    again = planned(folder, files(folder), there, Synced(ADA, folder), again=True)
    assert names(again.uploads) == ["a.md"]


def test_only_what_an_earlier_sync_has_added_is_deleted(folder):
    synced = known(folder, ours="1")
    plan = planned(folder, [], [document("ours.md", "1"), document("theirs.md", "1")], synced)
    assert (plan.gone, plan.strangers) == (["ours.md"], 1)


def test_a_file_that_the_folder_and_the_deployment_both_had_counts_as_added_by_it(folder):
    write(folder, a="1")
    there, synced = [document("a.md", "1")], Synced(ADA, folder)
    synced.intend(planned(folder, files(folder), there, synced).contents)
    (folder / "a.md").unlink()
    assert planned(folder, files(folder), there, Synced(ADA, folder)).gone == ["a.md"]


def test_a_sync_that_was_cut_off_after_its_upload_knows_what_it_has_added(folder):
    """The first content may have been uploaded, or the second."""
    synced = known(folder, a="1")
    synced.intend({"a.md": digest("2")})
    for text in ("1", "2"):
        assert planned(folder, [], [document("a.md", text)], Synced(ADA, folder)).gone == ["a.md"]
    synced.settle(["a.md"])
    assert planned(folder, [], [document("a.md", "1")], Synced(ADA, folder)).gone == []


def test_what_somebody_else_has_uploaded_under_the_name_since_stays(folder):
    plan = planned(folder, [], [document("a.md", "theirs"), document("b.md", None)], known(folder, a="1", b="1"))
    assert (plan.gone, plan.kept) == ([], [("a.md", ELSEWHERE), ("b.md", UNKNOWN)])


def test_another_tenant_or_folder_knows_nothing_of_it(folder, tmp_path):
    known(folder, a="1")
    (tmp_path / "other").mkdir()
    there = [document("a.md", "1")]
    assert planned(folder, [], there, Synced(Person("bela", "lantern", ""), folder)).gone == []
    assert planned(folder, [], there, Synced(ADA, tmp_path / "other")).gone == []
    assert planned(folder, [], there, Synced(Person("carl", "harbour", ""), folder)).gone == ["a.md"]


def test_a_renamed_file_is_told_as_renamed_once_for_each_name(folder):
    write(folder, b="1", c="1")
    plan = planned(folder, files(folder), [document("a.md", "1")], known(folder, a="1"))
    assert [(former, upload.name) for former, upload in plan.renamed] == [("a.md", "b.md")]
    assert (names(plan.new), plan.gone) == (["c.md"], [])
    assert names(plan.uploads) == ["c.md", "b.md"]


def test_a_file_that_is_skipped_or_cannot_be_looked_at_is_not_gone(folder):
    there = [document("a.md", "1"), document("closed/b.md", "1")]
    synced = known(folder, a="1")
    synced.intend({"closed/b.md": digest("1")})
    (folder / "a.md").mkdir()
    (folder / "closed").symlink_to("closed")  # a loop: nobody can look into it
    assert planned(folder, [], there, synced).kept == [("a.md", NOT_TAKEN), ("closed/b.md", NOT_SEEN)]


def test_a_name_that_neither_has_any_more_is_forgotten(folder):
    plan = planned(folder, [], [], known(folder, a="1"))
    assert (plan.gone, plan.over) == ([], ["a.md"])


def test_a_name_in_another_form_of_unicode_is_the_same_document(folder):
    (folder / "cafe\u0301.md").write_text("1")
    plan = planned(folder, files(folder), [document("caf\u00e9.md", "1")], Synced(ADA, folder))
    assert len(plan.unchanged) == 1
    assert list(plan.contents) == ["caf\u00e9.md"]


def test_a_file_that_cannot_be_read_is_uploaded_to_hear_why(folder):
    (folder / "a.md").symlink_to("nowhere")
    assert names(planned(folder, files(folder), [], Synced(ADA, folder)).uploads) == ["a.md"]


@pytest.mark.parametrize(("gone", "of", "refused"), [(10, 10, False), (11, 12, True), (11, 22, False), (12, 22, True)])
def test_most_of_a_folder_is_not_deleted_without_a_word(folder, gone, of, refused):
    texts = {str(n): "1" for n in range(of)}
    synced = known(folder, **texts)
    write(folder, **{str(n): "1" for n in range(gone, of)})
    plan = planned(folder, files(folder), [document(f"{n}.md", "1") for n in texts], synced)
    assert len(plan.gone) == gone
    if refused:
        with pytest.raises(Trouble, match=rf"{gone} of {of} documents .*FORCE=1"):
            refuse_many_deletions(plan, len(synced.known))
    else:
        refuse_many_deletions(plan, len(synced.known))


def test_a_second_sync_of_the_same_folder_waits_for_the_first(folder):
    with (
        Synced(ADA, folder).alone(),
        pytest.raises(Trouble, match="Another make sync of this folder is under way"),
        Synced(ADA, folder).alone(),
    ):
        pass
    with Synced(ADA, folder).alone():
        pass


def test_what_is_known_is_written_whole_or_not_at_all(folder):
    synced = known(folder, a="1")
    file = next((places.ACCOUNT / "syncing").glob("*.json"))
    assert json.loads(file.read_text()) == {"a.md": [digest("1")]}
    synced.forget(["a.md", "never.md"])
    assert json.loads(file.read_text()) == {}
    assert [each.suffix for each in file.parent.iterdir()] == [".json"]
