import io
import os
import zipfile
from pathlib import Path

import pytest

from local.cloud.unpacked import prune, unpack


def archive(files: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as writer:
        for name, text in files.items():
            writer.writestr(name, text)
    return packed.getvalue()


def test_layers_lie_over_each_other_and_the_last_one_wins(tmp_path: Path) -> None:
    folder = unpack(tmp_path, [archive({"python/a.py": "1", "python/b.py": "1"}), archive({"python/b.py": "2"})])
    assert (folder / "python/a.py").read_text() == "1"
    assert (folder / "python/b.py").read_text() == "2"


def test_what_is_executable_in_an_archive_is_so_on_disk(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as writer:
        for name, mode in (("stream", 0o755), ("plain.py", 0o644)):
            member = zipfile.ZipInfo(name)
            member.external_attr = mode << 16
            writer.writestr(member, "#!/bin/sh\n")
    folder = unpack(tmp_path, [packed.getvalue()])
    assert os.access(folder / "stream", os.X_OK)
    assert not (folder / "plain.py").stat().st_mode & 0o111


def test_the_same_content_is_unpacked_once(tmp_path: Path) -> None:
    assert unpack(tmp_path, [archive({"a.py": "1"})]) == unpack(tmp_path, [archive({"a.py": "1"})])
    assert len(list(tmp_path.iterdir())) == 1


def test_an_archive_that_leaves_its_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.\./outside\.py, which leaves its folder"):
        unpack(tmp_path / "code", [archive({"../outside.py": "1"})])
    assert not (tmp_path / "outside.py").exists()


def test_pruning_keeps_the_newest_and_drops_what_was_cut_short(tmp_path: Path) -> None:
    for number in range(3):
        unpack(tmp_path, [archive({"a.py": str(number)})])
    (tmp_path / "unpacking-x").mkdir()
    prune(tmp_path, keep=2)
    assert len(list(tmp_path.iterdir())) == 2
