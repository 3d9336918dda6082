import os
import zipfile

import pytest

from local.app.people import Person
from local.app.results import skipped_line
from local.app.selection import read_endings, selected
from local.console import Trouble

ADA = Person("ada", "harbour", "token")


def written(folder, *names):
    """Files of one letter."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    return folder


def told(selection):
    return {skipped_line(each): each.names for each in selection.skipped}


def test_a_folder_is_uploaded_under_paths_in_the_order_of_names(tmp_path):
    written(tmp_path, "policies/returns.md", "a.TXT", "b.pdf")
    assert [upload.name for upload in selected(tmp_path, ADA).uploads] == ["a.TXT", "b.pdf", "policies/returns.md"]
    assert selected(tmp_path, ADA).skipped == []


def test_hidden_files_are_counted_in_one_line(tmp_path):
    written(tmp_path, "a.txt", ".DS_Store", ".git/config", ".git/refs/heads/main", "b/.hidden.md")
    selection = selected(tmp_path, ADA)
    assert [upload.name for upload in selection.uploads] == ["a.txt"]
    assert told(selection) == {"skipped 4 hidden files": (".DS_Store", ".git/config", ".git/refs/heads/main", "b/.hidden.md")}


def test_files_that_no_reader_knows_are_counted_by_their_ending(tmp_path):
    written(tmp_path, "a.mp4", "b/c.MP4", "d.zip", "README", "e.md")
    assert told(selected(tmp_path, ADA)) == {
        "skipped 2 .mp4: not read": ("a.mp4", "b/c.MP4"),
        "skipped 1 .zip: not read": ("d.zip",),
        "skipped 1 file without an ending: not read": ("README",),
    }


@pytest.mark.parametrize("ending", [".pdf", ".docx", ".html", ".md", ".txt"])
def test_what_the_readers_know_is_uploaded(tmp_path, ending):
    assert ending in read_endings()
    assert len(selected(written(tmp_path, f"a{ending}"), ADA).uploads) == 1


def test_a_single_file_is_uploaded_whatever_it_is(tmp_path):
    written(tmp_path, "a.mp4", ".hidden")
    assert [upload.name for upload in selected(tmp_path / "a.mp4", ADA).uploads] == ["a.mp4"]
    assert [upload.name for upload in selected(tmp_path / ".hidden", ADA).uploads] == [".hidden"]


def test_links_are_followed_inside_the_folder_only_and_the_others_are_told(tmp_path):
    folder = written(tmp_path / "folder", "a.txt", "sub/b.txt")
    written(tmp_path, "secret.txt", "elsewhere/c.txt")
    (folder / "again.txt").symlink_to(folder / "a.txt")
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "outer").symlink_to(tmp_path / "elsewhere")
    (folder / "inner").symlink_to(folder / "sub")
    (folder / "broken.txt").symlink_to(folder / "gone.txt")
    selection = selected(folder, ADA)
    assert [upload.name for upload in selection.uploads] == ["a.txt", "again.txt", "sub/b.txt"]
    assert told(selection) == {
        "skipped 2 links: the target is outside the folder": ("out.txt", "outer"),
        "skipped 1 link to folders: their files are added where they are stored": ("inner",),
        "skipped 1 link: the target does not exist": ("broken.txt",),
    }


def test_a_pipe_is_told_and_not_opened(tmp_path):
    os.mkfifo(written(tmp_path, "a.txt") / "pipe.txt")
    assert told(selected(tmp_path, ADA)) == {"skipped 1 special file: not a regular file": ("pipe.txt",)}


def test_a_name_that_is_not_unicode_is_told(tmp_path):
    written(tmp_path, "a.txt", os.fsdecode(b"caf\xe9.txt"))
    selection = selected(tmp_path, ADA)
    assert [upload.name for upload in selection.uploads] == ["a.txt"]
    assert list(told(selection)) == ["skipped 1 file: the name is not valid Unicode"]


def test_a_folder_of_files_that_are_not_read_uploads_nothing_and_says_why(tmp_path):
    selection = selected(written(tmp_path, "a.mp4"), ADA)
    assert selection.uploads == []
    assert list(told(selection)) == ["skipped 1 .mp4: not read"]


def test_an_empty_folder_and_a_missing_path_are_refused(tmp_path):
    with pytest.raises(Trouble, match="without files"):
        selected(tmp_path, ADA)
    with pytest.raises(Trouble, match="does not exist"):
        selected(tmp_path / "gone", ADA)


def test_a_folder_that_is_a_bundle_is_one_archive_with_the_same_bytes_each_time(tmp_path):
    folder = written(tmp_path, "manuals/pump/document.md", "manuals/pump/manifest.json", "manuals/pump/images/a.png", "manuals/b.md")
    selection = selected(folder, ADA)
    assert [upload.name for upload in selection.uploads] == ["manuals/b.md", "manuals/pump.zip"]
    archive = selection.uploads[1]
    with zipfile.ZipFile(archive.file) as packed:
        assert packed.namelist() == ["document.md", "images/a.png", "manifest.json"]
    before = archive.digest()
    assert selected(folder, ADA).uploads[1].digest() == before
    assert [upload.name for upload in selected(folder / "manuals/pump", ADA).uploads] == ["pump.zip"]
    assert told(selection) == {}


def test_an_archive_is_uploaded_if_it_is_a_bundle(tmp_path):
    with zipfile.ZipFile(tmp_path / "pump.zip", "w") as archive:
        archive.writestr("pump/document.md", "x")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("README.md", "x")
    selection = selected(tmp_path, ADA)
    assert [upload.name for upload in selection.uploads] == ["pump.zip"]
    assert told(selection) == {"skipped 1 .zip: not read": ("other.zip",)}
