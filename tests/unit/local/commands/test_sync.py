from pathlib import Path

import pytest

from local.app.mirror import Plan
from local.app.people import Person
from local.app.uploads import Outcome, Upload
from local.commands.sync import changes, deletable, files_of, summary
from local.console import Trouble

ADA = Person("ada", "harbour", "token")


def upload(name):
    return Upload(Path(name), name, ADA)


def test_a_folder_that_is_missing_empty_or_has_no_file_that_is_read_is_refused_without_force(tmp_path):
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / ".a.md").write_text("a")
    (tmp_path / "empty" / "inside").mkdir(parents=True)
    for name in ("missing", "empty", "hidden"):
        with pytest.raises(Trouble, match="FORCE=1 deletes the 7 documents"):
            files_of(tmp_path / name, ADA, 7, force=False)
        with pytest.raises(Trouble, match=r"Nothing was changed\.$"):
            files_of(tmp_path / name, ADA, 0, force=False)
        assert files_of(tmp_path / name, ADA, 7, force=True).uploads == []


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "a.md").write_text("a")
    with pytest.raises(Trouble, match="make add a file"):
        files_of(tmp_path / "a.md", ADA, 0, force=True)
    assert [each.name for each in files_of(tmp_path, ADA, 0, force=False).uploads] == ["a.md"]


def test_a_renamed_document_goes_only_once_it_can_be_found_under_its_new_name_or_waits_as_its_duplicate():
    renamed = [("a.md", upload("b.md")), ("c.md", upload("d.md")), ("e.md", upload("f.md"))]
    outcomes = [Outcome(upload("b.md"), "ready"), Outcome(upload("d.md"), "failed"), Outcome(upload("f.md"), "duplicate")]
    assert deletable(Plan(gone=["x.md"], renamed=renamed), outcomes) == ["x.md", "a.md", "e.md"]


def test_every_change_is_one_line_and_the_counts_come_first():
    plan = Plan(
        new=[upload("new\n.md")],
        changed=[upload("b.md")],
        renamed=[("c.md", upload("d.md"))],
        gone=["e.md"],
        refused=[upload("f.md")],
        kept=[("g.md", "why")],
        strangers=1,
    )
    assert summary(plan) == (
        "1 new, 1 changed, 1 renamed, 1 deleted, 0 unchanged, 1 refused before as they are (AGAIN=1 adds them again), "
        "1 other document left alone"
    )
    assert list(changes(plan)) == ["+ new�.md", "~ b.md", "> c.md is now d.md", "- e.md", "! g.md stays: why"]
