"""Which pictures are kept, what is written of them, and that nothing which is left out is passed over in silence."""

import io

import pytest
from PIL import Image, PngImagePlugin

from causeway.documents.readers.album import LONGEST, Album
from causeway.documents.readers.limits import Limits
from tests.unit.documents import drawings


def kept(data: bytes, **how: object) -> Image.Image | None:
    album = Album(Limits())
    name = album.add(data, **how)  # type: ignore[arg-type]
    return Image.open(io.BytesIO(album.pictures()[0].data)) if name else None


def left_out(album: Album) -> list[tuple[str, int]]:
    return [(tally.why, tally.left_out) for tally in album.report() if tally.left_out]


def test_a_diagram_is_kept_without_loss_and_a_photograph_as_jpeg() -> None:
    album = Album(Limits())
    album.add(drawings.diagram())
    album.add(drawings.photograph())
    assert [(picture.kind, picture.width, picture.height) for picture in album.pictures()] == [("png", 400, 240), ("jpeg", 400, 240)]
    with Image.open(io.BytesIO(drawings.diagram())) as before, Image.open(io.BytesIO(album.pictures()[0].data)) as after:
        assert after.tobytes() == before.tobytes()


def test_the_same_picture_has_the_same_id_whatever_it_is_packed_in_and_is_kept_once() -> None:
    album = Album(Limits())
    assert album.add(drawings.diagram()) == album.add(drawings.diagram(kind="BMP"))
    assert len(album.pictures()) == 1


def test_nothing_that_a_file_says_beside_its_pixels_is_kept() -> None:
    said, file = PngImagePlugin.PngInfo(), io.BytesIO()
    said.add_text("Author", "Jane Doe, 12 Quay Street")
    Image.open(io.BytesIO(drawings.diagram())).save(file, "PNG", pnginfo=said)
    album = Album(Limits())
    album.add(file.getvalue() + b"<script>trailing</script>")
    assert b"Jane" not in album.pictures()[0].data
    assert b"script" not in album.pictures()[0].data


def test_what_is_cut_off_in_the_document_is_not_shown() -> None:
    shown = kept(drawings.diagram(), crop=(0.5, 0.25, 0.0, 0.25))
    assert shown is not None
    assert shown.size == (200, 120)


def test_a_large_picture_is_made_smaller_and_a_transparent_one_is_on_white() -> None:
    large = kept(drawings.diagram(size=(4000, 2000)))
    assert large is not None
    assert large.size == (LONGEST, LONGEST // 2)
    clear = Image.new("RGBA", (200, 100), (0, 0, 0, 0))
    clear.paste((200, 0, 0, 255), (50, 20, 150, 80))
    shown = kept(drawings.encoded(clear, "PNG"))
    assert shown is not None
    assert shown.convert("RGB").getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("data", "points", "why"),
    [
        (drawings.diagram(size=(24, 24)), None, "too small or too plain"),
        (drawings.diagram(size=(900, 20)), None, "too small or too plain"),
        (drawings.encoded(Image.new("RGB", (300, 300), "navy"), "PNG"), None, "too small or too plain"),
        (drawings.diagram(), (12.0, 8.0), "too small or too plain"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", None, "SVG, EMF, WMF"),
        (b"\x01\x00\x00\x00" + bytes(36) + b" EMF" + bytes(900), None, "SVG, EMF, WMF"),
        (b"\xd7\xcd\xc6\x9a" + bytes(900), None, "SVG, EMF, WMF"),
        (drawings.diagram()[:500], None, "could not be opened"),
        (b"%PDF-1.7 no picture", None, "could not be opened"),
    ],
)
def test_what_shows_nothing_or_cannot_be_shown_is_left_out_and_counted(data: bytes, points: tuple[float, float] | None, why: str) -> None:
    album = Album(Limits())
    assert album.add(data, points=points) is None
    assert not album.pictures()
    ((told, count),) = left_out(album)
    assert (why in told, count) == (True, 1)


def test_a_logo_that_is_repeated_is_left_out() -> None:
    album = Album(Limits())
    for page in (1, 2, 3):
        album.add(drawings.diagram("green"), page=page)
    album.add(drawings.diagram(), page=3)
    assert [picture.page for picture in album.pictures()] == [3]
    assert [count for _, count in left_out(album)] == [1]


def test_a_picture_that_would_unpack_to_too_many_pixels_is_not_unpacked() -> None:
    album = Album(Limits(picture_pixels=1_000_000))
    assert album.add(drawings.encoded(Image.new("1", (9_000, 9_000)), "PNG")) is None
    assert "too many pixels" in left_out(album)[0][0]


@pytest.mark.parametrize("limits", [Limits(pictures=1), Limits(picture_bytes=100), Limits(picture_seconds=0.0)])
def test_beyond_the_limits_pictures_are_counted_and_the_document_stays_readable(limits: Limits) -> None:
    album = Album(limits)
    for colour in ("navy", "red", "green"):
        album.add(drawings.diagram(colour))
    assert len(album.pictures()) == (0 if limits.picture_seconds == 0 else 1)
    assert "too many of them" in left_out(album)[0][0]
