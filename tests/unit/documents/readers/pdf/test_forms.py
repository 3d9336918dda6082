"""Values of form fields, beside their labels."""

import pytest
from reportlab.pdfgen.canvas import Canvas

from causeway.documents.bad import BadDocument
from causeway.documents.content import Content
from causeway.documents.readers.limits import DEFAULT
from causeway.documents.readers.pdf.reader import read_pdf
from tests.unit.documents.making import drawn
from tests.unit.documents.pdfs import annotation, grid, line, written


def told(content: Content) -> list[str]:
    """Lines of all blocks."""
    return [each for block in content.blocks for each in block.text.split("\n")]


def fields(content: Content) -> tuple[int, int]:
    return next((tally.read, tally.left_out) for tally in content.report if tally.part == "fields")


def filled(widget: str, *, label: str = "Keeper:", catalog: str = "") -> Content:
    """A page with a label and one field that has no appearance, as many programs write it."""
    form = f"/AcroForm << /Fields [6 0 R] /NeedAppearances true {catalog} >>"
    return read_pdf(written([{"content": line(label, 700), "annotations": [widget]}], catalog=form), DEFAULT)


def test_text_choice_and_list_fields_are_read_beside_their_labels() -> None:
    def draw(canvas: Canvas) -> None:
        form = canvas.acroForm
        canvas.drawString(72, 700, "Name:")
        form.textfield(name="n", x=150, y=695, width=200, height=18, value="Ida Storm")
        canvas.drawString(72, 670, "Colour:")
        form.choice(name="c", x=150, y=665, width=120, height=18, options=["Red", "Green"], value="Green")
        canvas.drawString(72, 640, "Boats:")
        form.listbox(name="l", x=150, y=600, width=120, height=50, options=["Ketch", "Sloop", "Yawl"], value="Yawl")

    content = read_pdf(drawn(draw), DEFAULT)
    assert told(content) == ["Name: Ida Storm", "Colour: Green", "Boats: Yawl"]
    assert fields(content) == (3, 0)


def test_several_choices_of_a_list_are_read() -> None:
    widget = annotation(
        "Widget", "150 660 350 713", "/FT /Ch /Ff 2097152 /T (b) /Opt [(Ketch) (Sloop) (Yawl)] /V [(Ketch) (Yawl)] /I [0 2]"
    )
    assert told(filled(widget, label="Boats:")) == ["Boats: Ketch, Yawl"]


def test_buttons_say_whether_they_are_ticked_and_which_label_is_theirs() -> None:
    def draw(canvas: Canvas) -> None:
        form = canvas.acroForm
        canvas.drawString(72, 570, "Pays by:")
        for x, name in ((150, "cash"), (250, "card")):
            form.radio(name="p", value=name, x=x, y=566, selected=name == "card", size=14)
            canvas.drawString(x + 20, 570, name)
        form.checkbox(name="a", x=72, y=536, size=14, checked=True)
        canvas.drawString(95, 540, "I accept the harbour rules")
        form.checkbox(name="b", x=72, y=516, size=14, checked=False)
        canvas.drawString(95, 520, "Send me the newsletter")
        canvas.drawString(72, 480, "Near a school (tick):")
        form.checkbox(name="c", x=220, y=476, size=14, checked=True)

    content = read_pdf(drawn(draw), DEFAULT)
    assert told(content) == [
        "Pays by: [ ] cash [x] card",
        "[x] I accept the harbour rules",
        "[ ] Send me the newsletter",
        "Near a school (tick): [x] Yes",
    ]


def test_a_field_without_an_appearance_is_read() -> None:
    assert told(filled(annotation("Widget", "150 695 350 713", "/FT /Tx /T (k) /V (Rosalind Ashby)"))) == ["Keeper: Rosalind Ashby"]


def test_a_choice_is_read_by_its_label_and_not_by_its_code() -> None:
    widget = annotation("Widget", "150 695 350 713", "/FT /Ch /Ff 131072 /T (s) /Opt [[(a) (Fennel Common)] [(b) (Long Acre)]] /V (b)")
    assert told(filled(widget, label="Site:")) == ["Site: Long Acre"]


def test_a_value_of_several_lines_below_its_label_is_one_text() -> None:
    widget = annotation("Widget", "72 600 400 690", r"/FT /Tx /Ff 4096 /T (r) /V (Keep berth nine free\runtil the end of June)")
    assert told(filled(widget, label="Remarks:")) == ["Remarks:", "Keep berth nine free until the end of June"]


def test_fields_in_a_ruled_table_keep_their_columns() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        grid(canvas, [["Berth", "Boat", "Owner"], ["North", "", ""], ["South", "", ""]], left=60, top=700)
        for row, values in enumerate([("Heron", "Ada"), ("Plover", "Bela")], 1):
            for column, value in enumerate(values, 1):
                canvas.acroForm.textfield(
                    name=f"f{row}{column}", x=62 + 130 * column, y=701 - 20 * (row + 1), width=120, height=17, value=value, borderWidth=0
                )

    assert told(read_pdf(drawn(draw), DEFAULT)) == ["Berth: North; Boat: Heron; Owner: Ada", "Berth: South; Boat: Plover; Owner: Bela"]


def test_an_empty_field_leaves_its_label_alone() -> None:
    assert told(filled(annotation("Widget", "150 695 350 713", "/FT /Tx /T (k)"))) == ["Keeper:"]


def test_a_password_field_is_not_read() -> None:
    assert told(filled(annotation("Widget", "150 695 350 713", "/FT /Tx /Ff 8192 /T (k) /V (hunter2)"))) == ["Keeper:"]


def test_a_hidden_field_is_not_read_and_is_counted() -> None:
    content = filled(annotation("Widget", "150 695 350 713", "/FT /Tx /T (k) /V (secret)").replace("/F 4", "/F 2"))
    assert told(content) == ["Keeper:"]
    assert fields(content) == (0, 1)


def test_the_caption_of_a_push_button_is_no_text() -> None:
    widget = annotation("Widget", "150 695 350 713", "/FT /Btn /Ff 65536 /T (k) /MK << /CA (Send) >>")
    assert told(filled(widget)) == ["Keeper:"]


def test_a_form_that_only_adobe_can_draw_is_refused() -> None:
    file = written(
        [{"content": line("Please wait...", 700)}],
        catalog="/NeedsRendering true /AcroForm << /Fields [] /XFA 4 0 R >>",
        objects=["<< /Length 7 >>\nstream\n<xdp/>\n\nendstream"],
    )
    with pytest.raises(BadDocument, match="xfa_form"):
        read_pdf(file, DEFAULT)


def test_a_form_with_xfa_beside_its_fields_is_read() -> None:
    content = filled(annotation("Widget", "150 695 350 713", "/FT /Tx /T (k) /V (Rosalind Ashby)"), catalog="/XFA (x)")
    assert told(content) == ["Keeper: Rosalind Ashby"]
