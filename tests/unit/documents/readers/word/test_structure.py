from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn

from causeway.documents.content import Block
from causeway.documents.readers.limits import DEFAULT
from causeway.documents.readers.word.reader import read_word
from tests.unit.documents.making import word


def blocks(build: Any) -> list[Block]:
    return list(read_word(word(build), DEFAULT).blocks)


def test_headings_lists_and_tables_keep_their_structure() -> None:
    def build(document: Any) -> None:
        document.add_heading("Staff handbook", 0)
        document.add_heading("Working time", 1)
        document.add_paragraph("A full week is 37.5 hours.")
        document.add_paragraph("Sign the rota", style="List Bullet")
        document.add_paragraph("Keep the key", style="List Number")
        table = document.add_table(2, 2)
        for cell, text in zip([*table.rows[0].cells, *table.rows[1].cells], ["Shift", "Break", "6 hours", "20 minutes"], strict=True):
            cell.text = text
        document.add_heading("Pay", 2)

    assert blocks(build) == [
        Block("heading", "Working time", 1),
        Block("text", "A full week is 37.5 hours."),
        Block("text", "- Sign the rota\n1. Keep the key"),
        Block("table", "Shift: 6 hours; Break: 20 minutes"),
        Block("heading", "Pay", 2),
    ]


TEXT_BOX = """
<w:p xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
  xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
  xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml"><w:r>
<mc:AlternateContent>
  <mc:Choice Requires="wps"><wps:txbx><w:txbxContent><w:p><w:r><w:t>Ring twice</w:t></w:r></w:p></w:txbxContent></wps:txbx></mc:Choice>
  <mc:Fallback><v:textbox><w:txbxContent><w:p><w:r><w:t>Ring twice</w:t></w:r></w:p></w:txbxContent></v:textbox></mc:Fallback>
</mc:AlternateContent></w:r></w:p>
"""


def test_a_text_box_is_read_once_though_word_writes_it_twice() -> None:
    assert blocks(lambda document: document.element.body.insert(0, parse_xml(TEXT_BOX))) == [Block("text", "Ring twice")]


def test_line_breaks_and_tabs_part_words() -> None:
    def build(document: Any) -> None:
        run = document.add_paragraph("Monday").add_run()
        run.add_break()
        run.add_text("closed")
        run.add_tab()
        run.add_text("all day")

    assert " ".join(blocks(build)[0].text.split()) == "Monday closed all day"


def test_the_title_style_gives_the_title() -> None:
    assert read_word(word(lambda document: document.add_heading("Cash handling", 0)), DEFAULT).title == "Cash handling"


def test_a_style_of_ones_own_based_on_a_heading_is_a_heading() -> None:
    def build(document: Any) -> None:
        style = document.styles.add_style("House Section", WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Heading 2"]
        document.add_paragraph("Floats", style=style)

    assert blocks(build) == [Block("heading", "Floats", 2)]


def test_tracked_insertions_count_and_deletions_do_not() -> None:
    def build(document: Any) -> None:
        paragraph = document.add_paragraph("The limit is ")
        for tag, inner, text in (("w:del", "w:delText", "£100"), ("w:ins", "w:t", "£200")):
            change, run, content = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(inner)
            content.text = text
            run.append(content)
            change.append(run)
            paragraph._p.append(change)

    assert blocks(build) == [Block("text", "The limit is £200")]


def test_text_in_a_content_control_is_read() -> None:
    def build(document: Any) -> None:
        paragraph = document.add_paragraph("Inside a control")
        control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
        paragraph._p.addprevious(control)
        control.append(content)
        content.append(paragraph._p)

    assert blocks(build) == [Block("text", "Inside a control")]


def test_paragraphs_of_a_code_style_are_one_code_block() -> None:
    def build(document: Any) -> None:
        style = document.styles.add_style("Source Code", WD_STYLE_TYPE.PARAGRAPH)
        document.add_paragraph("for till in shop:", style=style)
        document.add_paragraph("    till.close()", style=style)

    assert blocks(build) == [Block("code", "for till in shop:\n    till.close()")]


def test_an_outline_level_makes_a_heading() -> None:
    def build(document: Any) -> None:
        paragraph = document.add_paragraph("Banking")
        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), "2")
        paragraph._p.get_or_add_pPr().append(level)

    assert blocks(build) == [Block("heading", "Banking", 3)]
