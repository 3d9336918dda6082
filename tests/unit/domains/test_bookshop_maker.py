"""The committed PDF and Word samples are what their sources make."""

from pathlib import Path
from zipfile import ZipFile

import pypdfium2
import pytest

from domains.bookshop.maker.__main__ import DOMAIN, make_all
from domains.bookshop.maker.blocks import read_source


def pages(path: Path) -> list[str]:
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(str(path))]


def parts(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def content(path: Path) -> list[str] | dict[str, bytes]:
    return pages(path) if path.suffix == ".pdf" else parts(path)


@pytest.fixture(scope="module")
def samples(tmp_path_factory) -> Path:
    """A folder with freshly made samples."""
    folder = tmp_path_factory.mktemp("samples")
    make_all(folder)
    return folder


def files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def test_committed_samples_say_what_their_sources_say(samples):
    for made in files(samples):
        assert content(made) == content(DOMAIN / "documents" / made.relative_to(samples)), f"run the maker again for {made.name}"


def test_making_twice_gives_the_same_bytes(samples, tmp_path):
    make_all(tmp_path)
    assert [path.read_bytes() for path in files(tmp_path)] == [path.read_bytes() for path in files(samples)]


def test_the_handbook_has_many_pages_with_the_same_furniture_on_each():
    handbook = pages(DOMAIN / "documents" / "harbour" / "staff" / "handbook.pdf")
    assert len(handbook) >= 8
    for number, text in enumerate(handbook, start=1):
        assert "Harbour Books | Staff Handbook 2026" in text
        assert f"Page {number}" in text


def test_a_source_without_settings_is_refused_by_name(tmp_path):
    path = tmp_path / "plain.md"
    path.write_text("# Only text\n")
    with pytest.raises(ValueError, match=r"plain\.md: must begin with settings"):
        read_source(path)
