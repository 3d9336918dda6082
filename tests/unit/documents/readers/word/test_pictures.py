"""Alternative text and the words of diagrams are read; pictures without text, charts and objects are counted."""

from causeway.documents.content import Tally
from tests.unit.documents.readers.word.parts import content_of, docx, p, r, root, tally_of, texts_of

BLIP = '<a:graphic><a:graphicData uri="p"><pic:pic><pic:blipFill><a:blip/></pic:blipFill></pic:pic></a:graphicData></a:graphic>'


def drawing(described: str = "", graphic: str = BLIP, width: int = 900_000, height: int = 900_000, more: str = "") -> str:
    extent = f'<wp:extent cx="{width}" cy="{height}"/>'
    named = f'<wp:docPr id="1" name="Picture 1" {described}>{more}</wp:docPr>'
    return f"<w:r><w:drawing><wp:inline>{extent}{named}{graphic}</wp:inline></w:drawing></w:r>"


def test_the_alternative_text_of_a_picture_is_read_in_its_place() -> None:
    file = docx(p(r("The valve:") + drawing('descr="a red  valve, closed"') + r("Turn it.")))
    assert texts_of(file) == ["The valve: a red valve, closed Turn it."]
    assert tally_of(file, "pictures") == [Tally("pictures", 1)]


def test_the_alternative_text_of_an_old_picture_is_read() -> None:
    old = '<w:r><w:pict><v:shape alt="a map of the berths"><v:imagedata/></v:shape></w:pict></w:r>'
    assert texts_of(docx(p(r("Where:") + old))) == ["Where: a map of the berths"]


def test_a_picture_that_only_names_its_file_is_counted_as_unread() -> None:
    file = docx(p(r("x") + drawing('descr="image003.png"') + drawing()))
    assert texts_of(file) == ["x"]
    assert tally_of(file, "pictures") == [Tally("pictures", 0, 2, "2 pictures have no alternative text; words in them were not read.")]


def test_a_decorative_picture_is_no_loss() -> None:
    mark = '<a:extLst><a:ext uri="d"><adec:decorative val="1"/></a:ext></a:extLst>'
    assert content_of(docx(p(r("x") + drawing(more=mark)))).report == []


def test_a_picture_as_large_as_a_page_counts_as_a_page_of_text_lost() -> None:
    file = docx(p(r("x") + drawing(width=7_000_000, height=9_900_000)))
    assert [(tally.left_out, tally.lost) for tally in tally_of(file, "pictures")] == [(1, 1_500)]


def test_a_picture_in_deleted_text_is_not_counted() -> None:
    assert tally_of(docx(p(r("x") + f"<w:del w:id='1'>{drawing()}</w:del>")), "pictures") == []


def test_the_words_of_a_diagram_are_read() -> None:
    def point(kind: str, text: str) -> str:
        return f"<dgm:pt {kind}><dgm:t><a:p><a:r><a:t>{text}</a:t></a:r></a:p></dgm:t></dgm:pt>"

    points = point('type="doc"', "no") + point("", "Plan") + point('type="pres"', "no") + point('type="node"', "Build")
    data = root("dataModel", f"<dgm:ptLst>{points}</dgm:ptLst>", "dgm")
    diagram = drawing(graphic='<a:graphic><a:graphicData uri="d"><dgm:relIds r:dm="rD"/></a:graphicData></a:graphic>')
    file = docx(p(r("Steps:") + diagram), parts={"data1.xml": data}, links={"rD diagramData": "data1.xml"})
    assert texts_of(file) == ["Steps: Plan; Build"]
    assert tally_of(file, "objects") == [Tally("objects", 1)]


def test_a_chart_is_counted_with_the_text_that_it_shows() -> None:
    chart = root("chartSpace", "<c:v>Spring</c:v><c:v>310</c:v>", "c")
    shown = drawing('descr="lamps by season"', '<a:graphic><a:graphicData uri="c"><c:chart r:id="rC"/></a:graphicData></a:graphic>')
    file = docx(p(r("Lamps:") + shown), parts={"chart1.xml": chart}, links={"rC chart": "chart1.xml"})
    assert texts_of(file) == ["Lamps: lamps by season"]
    assert tally_of(file, "objects") == [Tally("objects", 0, 1, "1 chart was not read. Give the figures in a table or in the text.", 9)]


def test_an_embedded_object_is_counted() -> None:
    held = '<w:r><w:object><v:shape><v:imagedata/></v:shape><o:OLEObject ProgID="Excel.Sheet.12"/></w:object></w:r>'
    file = docx(p(r("x") + held))
    assert [(tally.part, tally.left_out, tally.lost) for tally in content_of(file).report] == [("objects", 1, 100)]


def test_the_words_of_word_art_are_read() -> None:
    assert texts_of(docx(p(r("Sign:") + '<w:r><w:pict><v:shape><v:textpath string="NO ENTRY"/></v:shape></w:pict></w:r>'))) == [
        "Sign: NO ENTRY"
    ]
