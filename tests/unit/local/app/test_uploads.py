import pytest

from local.app.people import Person
from local.app.uploads import uploads_of
from local.console import Trouble

ADA = Person("ada", "harbour", "token")


def test_a_folder_is_uploaded_under_paths_without_hidden_files(tmp_path):
    (tmp_path / "policies").mkdir()
    (tmp_path / ".git").mkdir()
    for name in ("policies/returns.md", "a.txt", ".DS_Store", ".git/config"):
        (tmp_path / name).write_text("x")
    assert [upload.name for upload in uploads_of(tmp_path, ADA)] == ["a.txt", "policies/returns.md"]
    assert [upload.name for upload in uploads_of(tmp_path / "policies" / "returns.md", ADA)] == ["returns.md"]


def test_a_link_that_leaves_the_folder_uploads_nothing(tmp_path):
    (tmp_path / "secret.txt").write_text("x")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.txt").write_text("x")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "again.txt").symlink_to(folder / "a.txt")
    assert [upload.name for upload in uploads_of(folder, ADA)] == ["a.txt", "again.txt"]


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(Trouble, match="no folder with files"):
        uploads_of(tmp_path, ADA)
