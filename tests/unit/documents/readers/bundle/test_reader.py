"""Bundles: a document, its manifest and its pictures in one archive."""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest

from causeway.documents.bad import BadDocument
from causeway.documents.content import Content
from causeway.documents.readers.isolation import read_isolated
from tests.unit.documents import drawings

PUMP = {"file": "images/pump.png", "page": 4, "caption": "Figure 2: The pump"}


def bundle(text: str, manifest: Any = None, files: Mapping[str, bytes] | None = None, folder: str = "") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(f"{folder}document.md", text)
        if manifest is not None:
            archive.writestr(f"{folder}manifest.json", manifest if isinstance(manifest, str) else json.dumps(manifest))
        for name, content in (files or {"images/pump.png": drawings.diagram()}).items():
            archive.writestr(f"{folder}{name}", content)
    return target.getvalue()


def read(file: bytes) -> Content:
    return read_isolated(file, "pump.zip")


def shown(content: Content) -> list[tuple[str, int | None]]:
    page_of = {picture.id: picture.page for picture in content.pictures}
    return [(block.text, page_of[name]) for block in content.blocks for name in block.pictures]


@pytest.mark.parametrize("folder", ["", "pump manual/"])
def test_the_manifest_gives_title_pages_and_captions(folder: str) -> None:
    content = read(bundle("It lifts.\n\n![](images/pump.png)\n", {"title": "Pumps", "language": "en", "images": [PUMP]}, folder=folder))
    assert (content.title, content.language) == ("Pumps", "en")
    assert shown(content) == [("Figure 2: The pump", 4)]


def test_a_caption_that_the_document_gives_itself_is_not_said_twice() -> None:
    content = read(bundle("It lifts.\n\n![](images/pump.png)\n\nFigure 2: The pump\n", {"images": [PUMP]}))
    assert [block.text for block in content.blocks] == ["It lifts.", "Figure 2: The pump"]


def test_a_picture_that_the_document_does_not_show_is_found_by_its_caption() -> None:
    assert shown(read(bundle("It lifts.", {"images": [PUMP]}))) == [("Figure 2: The pump", 4)]


def test_marks_give_the_text_its_pages() -> None:
    content = read(bundle("# Pumps\n\n<!-- page 1 -->\nIt lifts.\n\n<!-- page: 7 -->\n![](images/pump.png)\n\nIt ends.\n"))
    assert [(block.text, block.page) for block in content.blocks] == [("Pumps", None), ("It lifts.", 1), ("It ends.", 7)]
    assert shown(content) == [("It ends.", 7)]


def test_a_bundle_without_a_manifest_is_read_too() -> None:
    assert shown(read(bundle("It lifts.\n\n![The pump](images/pump.png)\n"))) == [("The pump", None)]


@pytest.mark.parametrize("named", ["images/gone.png", "../pump.png", "images/../../etc/passwd", "/images/pump.png"])
def test_a_picture_that_is_not_in_the_bundle_is_counted_and_not_shown(named: str) -> None:
    content = read(bundle(f"It lifts.\n\n![]({named})\n", {"images": [{"file": "images/lost.png", "caption": "Lost"}]}))
    assert not content.pictures
    assert [tally.left_out for tally in content.report if "not in the file" in tally.why] == [2]


def test_svg_of_a_bundle_is_left_out_and_said() -> None:
    content = read(bundle("It lifts.\n\n![](a.svg)\n", files={"a.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>"}))
    assert not content.pictures
    assert any("SVG" in tally.why for tally in content.report)


@pytest.mark.parametrize(
    ("file", "code", "said"),
    [
        (bundle("It lifts.", {"images": [{"page": 1}]}), "bad_manifest", "images.0.file"),
        (bundle("It lifts.", {"images": [{"file": "a.png", "page": 0}]}), "bad_manifest", "images.0.page"),
        (bundle("It lifts.", "{broken"), "bad_manifest", "the file"),
        (bundle("   "), "no_text", "no text"),
        (bundle("x", folder="a/b/"), "archive", "document.md"),
        (bundle("It lifts.")[:-40], "truncated", "Pack it again"),
        (bundle("It lifts.", files={"big.bin": bytes(260 * 2**20)}), "zip_bomb", "MB"),
    ],
)
def test_a_bundle_that_cannot_be_read_is_refused_with_what_to_change(file: bytes, code: str, said: str) -> None:
    with pytest.raises(BadDocument) as caught:
        read(file)
    assert caught.value.code == code
    assert said in caught.value.message
