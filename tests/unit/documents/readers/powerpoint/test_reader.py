import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pptx
import pytest
from PIL import Image
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from causeway.documents.bad import BadDocument
from causeway.documents.content import Block, Content
from causeway.documents.readers.limits import Limits
from causeway.documents.readers.reading import read
from tests.unit.documents.readers.excel.making import changed

TITLE_ONLY, TITLE_AND_CONTENT, BLANK = 5, 1, 6
SLIDE = "ppt/slides/slide1.xml"


def deck(*slides: tuple[int, Callable[[Any], object]]) -> bytes:
    """A presentation of python-pptx: of each slide its layout and what is done to it."""
    made = pptx.Presentation()
    for layout, build in slides:
        build(made.slides.add_slide(made.slide_layouts[layout]))
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def content(file: bytes) -> Content:
    return read(file, "talk.pptx")


def blocks(file: bytes) -> list[Block]:
    return list(content(file).blocks)


def told(file: bytes) -> list[str]:
    return [tally.why for tally in content(file).report if tally.left_out]


def titled(text: str, *bullets: str) -> tuple[int, Callable[[Any], object]]:
    def build(slide: Any) -> None:
        slide.shapes.title.text = text
        if bullets:
            slide.placeholders[1].text_frame.text = "\n".join(bullets)

    return (TITLE_AND_CONTENT if bullets else TITLE_ONLY), build


def boxed(slide: Any, text: str, top: float = 1.0) -> Any:
    box = slide.shapes.add_textbox(Inches(1), Inches(top), Inches(4), Inches(1))
    box.text_frame.text = text
    return box


def test_a_slide_is_its_title_as_heading_its_points_and_its_number_as_page() -> None:
    assert blocks(deck(titled("Kilns", "Warm slowly", "Cool slowly"), titled("Looms", "One point"))) == [
        Block("heading", "Kilns", 1, 1),
        Block("text", "- Warm slowly\n- Cool slowly", page=1),
        Block("heading", "Looms", 1, 2),
        Block("text", "One point", page=2),
    ]


def test_points_keep_their_levels() -> None:
    def build(slide: Any) -> None:
        slide.shapes.title.text = "Kilns"
        frame = slide.placeholders[1].text_frame
        frame.text = "Warm"
        frame.add_paragraph().text = "Slowly"
        frame.paragraphs[1].level = 1

    assert blocks(deck((TITLE_AND_CONTENT, build)))[1].text == "- Warm\n  - Slowly"


def test_the_title_comes_first_wherever_the_file_has_it_and_the_rest_in_the_order_of_the_file() -> None:
    def build(slide: Any) -> None:
        slide.shapes.title.text = "Kilns"
        boxed(slide, "second", top=1)
        boxed(slide, "third", top=5)
        tree = slide.shapes._spTree
        tree.append(slide.shapes.title._element)

    assert [block.text for block in blocks(deck((TITLE_ONLY, build)))] == ["Kilns", "second", "third"]


def test_a_slide_without_a_title_is_not_read_under_the_title_of_the_one_before() -> None:
    made = blocks(
        deck(titled("Kilns", "Hot"), (BLANK, lambda slide: boxed(slide, "Ask Ada")), (BLANK, lambda slide: boxed(slide, "x" * 300)))
    )
    assert [block.text for block in made if block.kind == "heading"] == ["Kilns", "Ask Ada", "Slide 3"]


def test_tables_are_said_with_the_names_of_their_columns_and_merged_cells_over_all_they_cover() -> None:
    def build(slide: Any) -> None:
        table = slide.shapes.add_table(3, 3, Inches(1), Inches(1), Inches(6), Inches(2)).table
        for at, text in enumerate(["Room", "Mon", "Tue", "Kiln room", "9", "10", "", "12", "13"]):
            table.cell(at // 3, at % 3).text = text
        table.cell(1, 0).merge(table.cell(2, 0))

    assert [block.text for block in blocks(deck((BLANK, build)))[1:]] == [
        "Room: Kiln room; Mon: 9; Tue: 10",
        "Room: Kiln room; Mon: 12; Tue: 13",
    ]


def test_a_chart_is_said_as_the_table_of_its_figures() -> None:
    def build(slide: Any) -> None:
        data = CategoryChartData()
        data.categories = ["May", "June"]
        data.add_series("Kilns", (3, 4))
        data.add_series("Looms", (1.5, None))
        chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, Inches(5), Inches(3), data).chart
        chart.has_title = True
        chart.chart_title.text_frame.text = "Sold"

    assert [block.text for block in blocks(deck((BLANK, build)))[1:]] == ["Sold", "May; Kilns: 3; Looms: 1.5", "June; Kilns: 4"]


def test_notes_are_read_and_told_apart() -> None:
    def build(slide: Any) -> None:
        slide.shapes.title.text = "Kilns"
        slide.notes_slide.notes_text_frame.text = "Mention the fire door."

    assert blocks(deck((TITLE_ONLY, build)))[1:] == [Block("text", "Speaker notes: Mention the fire door.", page=1)]


def test_hidden_slides_and_shapes_are_left_out_and_told_and_pages_keep_their_numbers() -> None:
    def hidden(slide: Any) -> None:
        slide._element.set("show", "0")
        slide.shapes.title.text = "Plans"

    def half_hidden(slide: Any) -> None:
        slide.shapes.title.text = "Looms"
        boxed(slide, "secret")._element.nvSpPr.cNvPr.set("hidden", "1")

    file = deck(titled("Kilns"), (TITLE_ONLY, hidden), (TITLE_ONLY, half_hidden))
    assert blocks(file) == [Block("heading", "Kilns", 1, 1), Block("heading", "Looms", 1, 3)]
    assert told(file) == ["1 slide is hidden and was not read. Show what should be found.", "1 shape is hidden and was not read."]


def test_pictures_are_told_by_their_texts_and_one_over_most_of_a_slide_counts_as_lost_text() -> None:
    picture = io.BytesIO()
    Image.new("RGB", (9, 9), "red").save(picture, "PNG")

    def build(slide: Any) -> None:
        small = slide.shapes.add_picture(picture, 0, 0, Inches(1), Inches(1))
        small._element.nvPicPr.cNvPr.set("descr", "Plan of the shop")
        slide.shapes.add_picture(picture, 0, 0, Inches(9), Inches(7))._element.nvPicPr.cNvPr.set("descr", "scan.png")

    made = content(deck((BLANK, build)))
    assert [block.text for block in made.blocks] == ["Plan of the shop", "Plan of the shop"]
    assert [(tally.read, tally.left_out, tally.lost) for tally in made.report if tally.part == "pictures"] == [(1, 1, 1_500)]


def test_shapes_of_groups_are_read_in_their_place() -> None:
    def build(slide: Any) -> None:
        slide.shapes.title.text = "Kilns"
        group = slide.shapes.add_group_shape()
        inner = group.shapes.add_group_shape()
        inner.shapes.add_textbox(0, 0, 99, 99).text_frame.text = "inside"
        boxed(slide, "after")

    assert [block.text for block in blocks(deck((TITLE_ONLY, build)))] == ["Kilns", "inside", "after"]


def test_what_a_master_and_footers_put_on_every_slide_is_read_once() -> None:
    def confidential(text: str) -> str:
        shape = (
            '<p:sp><p:nvSpPr><p:cNvPr id="99" name="x"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr/>'
            "<p:txBody><a:bodyPr/><a:p><a:r><a:t>Confidential</a:t></a:r></a:p></p:txBody></p:sp>"
        )
        return text.replace("</p:spTree>", f"{shape}</p:spTree>")

    file = changed(deck(titled("Kilns"), titled("Looms")), {"ppt/slideMasters/slideMaster1.xml": confidential})
    assert [block.text for block in blocks(file)] == ["Kilns", "Confidential", "Looms"]


def test_a_slide_that_the_file_lacks_is_told() -> None:
    def without(archive: bytes) -> bytes:
        target = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(target, "w") as made:
            for entry in source.infolist():
                if entry.filename != SLIDE:
                    made.writestr(entry, source.read(entry))
        return target.getvalue()

    file = without(deck(titled("Kilns"), titled("Looms")))
    assert blocks(file) == [Block("heading", "Looms", 1, 2)]
    assert told(file) == ["1 slide is missing in the file and was not read."]


def test_strict_files_damaged_parts_and_too_many_slides() -> None:
    file = deck(titled("Kilns"))

    def strict(text: str) -> str:
        return re.sub(
            r"http://schemas\.openxmlformats\.org/(presentationml|drawingml|officeDocument)/2006/", r"http://purl.oclc.org/ooxml/\1/", text
        )

    parts = ["_rels/.rels", "ppt/presentation.xml", "ppt/_rels/presentation.xml.rels", SLIDE, "ppt/slides/_rels/slide1.xml.rels"]
    assert blocks(changed(file, dict.fromkeys(parts, strict)))[0] == Block("heading", "Kilns", 1, 1)
    with pytest.raises(BadDocument, match="truncated"):
        content(changed(file, {SLIDE: lambda text: text[:200]}))
    with pytest.raises(BadDocument, match="too_many_pages"):
        read(file, "talk.pptx", Limits(pages=0))


def test_groups_nested_without_end_end() -> None:
    group, end = "<p:grpSp><p:nvGrpSpPr><p:cNvPr id='5' name='g'/></p:nvGrpSpPr>", "</p:grpSp>"
    file = changed(deck(titled("Kilns")), {SLIDE: lambda text: text.replace("</p:spTree>", group * 100 + end * 100 + "</p:spTree>")})
    assert blocks(file)[0].text == "Kilns"
