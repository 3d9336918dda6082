"""What can go wrong before OpenSearch runs, each in a sentence of its own."""

import hashlib

import pytest

from local.console import Trouble
from local.search import engine, install


@pytest.fixture
def published(monkeypatch):
    """A coordinate whose published content is b"jar"."""
    coordinate = "org.example:thing:jar:1.0"
    monkeypatch.setitem(install.SHA256, coordinate, hashlib.sha256(b"jar").hexdigest())
    return coordinate


def test_a_download_that_fits_its_checksum_is_kept_and_not_fetched_again(tmp_path, published):
    fetched = []

    def download(coordinate, target):
        fetched.append(coordinate)
        target.write_bytes(b"jar")

    assert install.fetch(published, tmp_path, download).read_bytes() == b"jar"
    assert install.fetch(published, tmp_path, download).name == "thing-1.0.jar"
    assert fetched == [published]


def test_a_download_with_another_checksum_is_refused_and_removed(tmp_path, published):
    with pytest.raises(Trouble, match="not the file that was published"):
        install.fetch(published, tmp_path, lambda _, target: target.write_bytes(b"other") and None)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_was_damaged_on_disk_is_fetched_anew(tmp_path, published):
    (tmp_path / "thing-1.0.jar").write_bytes(b"damaged")
    assert install.fetch(published, tmp_path, lambda _, target: target.write_bytes(b"jar") and None).read_bytes() == b"jar"


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Trouble, match="cannot be written"):
        install.install(tmp_path / "file" / "below")


def test_too_little_memory_names_both_figures_and_the_way_out():
    with pytest.raises(Trouble, match=r"1200 MB.*300 MB.*CAUSEWAY_OPENSEARCH_URL"):
        engine.require_memory(1200, 300)


def test_a_system_that_does_not_tell_its_memory_is_trusted(tmp_path):
    engine.require_memory(1200, engine.available_mb(tmp_path / "meminfo"))


def test_available_memory_is_read_in_megabytes(tmp_path):
    (tmp_path / "meminfo").write_text("MemTotal:  4000000 kB\nMemAvailable:  2048000 kB\n")
    assert engine.available_mb(tmp_path / "meminfo") == 2000
