"""Image files: what is printed in them is read, and what cannot be is told."""

import pytest
from PIL import Image

from benchmarks.scans import CONDITIONS, Condition
from causeway.documents.bad import BadDocument
from causeway.documents.content import Content, Tally
from causeway.documents.readers.isolation import read_isolated
from causeway.documents.readers.limits import DEFAULT, Limits
from causeway.documents.readers.pictures.recogniser import PAGE_SECONDS
from causeway.documents.readers.reading import read
from causeway.documents.recognition import RecognisedPage, Run
from tests.unit.documents.readers.pictures.papers import TEXT, packed, paper, words


def said(content: Content) -> list[str]:
    return " ".join(block.text for block in content.blocks).split()


def pages(content: Content) -> list[Tally]:
    return [tally for tally in content.report if tally.part == "pages" and (tally.read or tally.left_out)]


@pytest.mark.parametrize("name", CONDITIONS)
def test_what_is_printed_on_a_page_is_read(name: str) -> None:
    content = read(packed(paper(CONDITIONS[name])), "log.png")
    assert said(content) == words()
    assert {block.page for block in content.blocks} == {1}


@pytest.mark.parametrize("way", [90, 180, 270])
def test_a_page_that_lies_on_its_side_or_its_head_is_turned(way: int) -> None:
    assert said(read(packed(paper().rotate(way, expand=True)), "log.png")) == words()


def test_a_photo_is_turned_as_its_camera_says() -> None:
    lying = Image.Exif()
    lying[0x0112] = 6  # turn it by 90 degrees clockwise
    assert said(read(packed(paper().rotate(90, expand=True), "JPEG", exif=lying), "log.jpg")) == words()


@pytest.mark.parametrize(("kind", "ending"), [("JPEG", "jpeg"), ("TIFF", "tif"), ("WEBP", "webp")])
def test_every_kind_of_picture_is_read(kind: str, ending: str) -> None:
    assert said(read(packed(paper(), kind), f"log.{ending}")) == words()


def test_writing_on_a_transparent_ground_is_read_as_on_white() -> None:
    ink = Image.new("RGBA", paper().size, "black")
    ink.putalpha(paper().point(lambda value: 255 - value))
    assert said(read(packed(ink), "log.png")) == words()


def test_the_pages_of_a_tiff_are_read_in_order() -> None:
    last = paper(texts=TEXT[2:])
    content = read(packed(paper(texts=TEXT[:1]), "TIFF", save_all=True, append_images=[Image.new("L", last.size, 255), last]), "log.tiff")
    assert [(block.text, block.page) for block in content.blocks] == [(TEXT[0], 1), (TEXT[2], 3)]
    assert [(tally.read, tally.left_out) for tally in pages(content)] == [(2, 0), (0, 1)]


def test_the_report_tells_how_sure_the_recognition_is() -> None:
    content = read(packed(paper()), "log.png")
    (page,) = content.recognition.pages
    assert page.confidence is not None
    assert page.confidence > 90
    assert (
        pages(content)[0].why == f"1 page is a picture whose writing was recognised, with a confidence of {page.confidence:.0f}% (page 1)"
    )


def test_a_picture_whose_writing_is_hardly_recognised_is_refused_with_the_way_to_scan_it() -> None:
    with pytest.raises(BadDocument, match=r"unrecognised: .* with a confidence of \d+%, of at least 99%.* Scan it again .* at 300 dpi"):
        read(packed(paper()), "log.png", Limits(confidence=99))


def test_a_page_at_the_size_of_a_screen_is_read() -> None:
    assert said(read(packed(paper(Condition(dpi=75), TEXT[2:])), "log.png")) == words(TEXT[2:])


def test_a_page_below_the_floor_is_told_and_none_of_its_words_is_read() -> None:
    faint = paper(Condition(dpi=45), TEXT[2:])
    content = read(packed(paper(texts=TEXT[:1]), "TIFF", save_all=True, append_images=[faint]), "log.tiff")
    assert said(content) == words(TEXT[:1])
    told = pages(content)[1]
    assert told.left_out == 1
    assert "of at least 70% (page 2)" in told.why
    assert told.lost > 0


def test_writing_in_other_letters_is_refused_by_the_name_of_its_script() -> None:
    page = RecognisedPage(1, 100, 100, 40.0, [Run("Cmotputenb", 0, 0, 9, 9)], script="Cyrillic")
    with pytest.raises(BadDocument, match=r"unrecognised: .* writing that looks Cyrillic; only English and German are recognised"):
        read(packed(Image.new("L", (100, 100))), "log.png", known=[page])


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_a_picture_that_is_cut_off_is_refused(kind: str) -> None:
    whole = packed(paper(), kind)
    with pytest.raises(BadDocument, match="damaged: The picture is damaged or cut off"):
        read_isolated(whole[: len(whole) * 2 // 3], f"log.{kind.lower()}")


def test_a_picture_that_no_page_can_be_is_refused_at_once() -> None:
    with pytest.raises(BadDocument, match=r"unrecognised: .* too narrow for a page"):
        read(packed(Image.effect_noise((3, 30_000), 90)), "log.png")


def test_a_file_of_more_pages_than_are_read_is_refused() -> None:
    file = packed(Image.new("L", (9, 9)), "TIFF", save_all=True, append_images=[Image.new("L", (9, 9))])
    with pytest.raises(BadDocument, match=r"too_many_pages: The file has 2 pages; at most 1 are read\. Split it"):
        read(file, "log.tiff", Limits(pages=1))


def test_a_text_in_a_language_that_the_recogniser_does_not_know_is_told() -> None:
    french = (
        "Les sacs de farine partent chaque matin pour les boulangeries de la ville, et personne ne doit ouvrir la vanne pendant la nuit.",
        "Celui qui trouve la porte ouverte la ferme, sonne la cloche et prévient le gardien du moulin avant de rentrer chez lui.",
    )
    content = read(packed(paper(texts=french)), "log.png")
    assert [tally.why for tally in content.report if tally.part == "language"] == [
        "The recognised pages are in the language fr; the recogniser knows English and German, so letters with accents may be wrong"
    ]


def test_german_is_read_with_its_umlauts() -> None:
    german = ("Die Mühle gehört der Müllerin; das Öl für die Räder kommt aus Köln, und die Gäste schließen abends das große Tor.",)
    content = read(packed(paper(texts=german)), "log.png")
    assert said(content) == words(german)
    assert not [tally for tally in content.report if tally.part == "language"]


def test_defaults_leave_time_for_a_last_page() -> None:
    assert DEFAULT.recognition + PAGE_SECONDS < DEFAULT.seconds
