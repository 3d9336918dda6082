"""What a Word file draws so that nobody sees it is not read and is counted; what can be seen is read."""

import pytest

from tests.unit.documents.readers.word.parts import docx, p, r, tally_of, tc, texts_of, tr

WHITE = '<w:color w:val="FFFFFF"/>'
TABLE_STYLE = '<w:tblStyle w:val="Grid"/>'


def style(style_id: str, kind: str, runs: str = "", paragraphs: str = "", rest: str = "", based_on: str = "") -> str:
    base = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    inner = f'<w:name w:val="{style_id}"/>{base}<w:pPr>{paragraphs}</w:pPr><w:rPr>{runs}</w:rPr>{rest}'
    return f'<w:style w:type="{kind}" w:styleId="{style_id}">{inner}</w:style>'


def shading(fill: str, pattern: str = "clear") -> str:
    return f'<w:shd w:val="{pattern}" w:color="auto" w:fill="{fill}"/>'


def table(*rows: str, properties: str = "") -> str:
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr>{''.join(rows)}</w:tbl>"


def box(fill: str, inner: str) -> str:
    shape = f"<wps:wsp><wps:spPr>{fill}</wps:spPr><wps:txbx><w:txbxContent>{inner}</w:txbxContent></wps:txbx></wps:wsp>"
    graphic = f"<a:graphic><a:graphicData>{shape}</a:graphicData></a:graphic>"
    return f"<w:p><w:r><w:drawing><wp:inline>{graphic}</wp:inline></w:drawing></w:r></w:p>"


def filled(colour: str) -> str:
    return f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'


def text_fill(inner: str) -> str:
    return f"<w14:textFill>{inner}</w14:textFill>"


SECRET = p(r("SECRET", WHITE))
SEEN = p(r("SEEN", WHITE))
HEADER = (
    '<w:tblStylePr w:type="firstRow"><w:rPr><w:color w:val="FFFFFF" w:themeColor="background1"/></w:rPr>'
    f"<w:tcPr>{shading('4472C4')}</w:tcPr></w:tblStylePr>"
)
DEFAULTS = f"<w:docDefaults><w:rPrDefault><w:rPr>{WHITE}</w:rPr></w:rPrDefault></w:docDefaults>"
LINE = '<w:spacing w:line="10" w:lineRule="exact"/>'
ROW = '<w:trHeight w:val="10" w:hRule="exact"/>'
UNSEEN = {
    "white": (SECRET, ""),
    "almost white": (p(r("SECRET", '<w:color w:val="FEFEFE"/>')), ""),
    "white by the theme": (p(r("SECRET", '<w:color w:val="000000" w:themeColor="background1"/>')), ""),
    "one point": (p(r("SECRET", '<w:sz w:val="2"/>')), ""),
    "narrow": (p(r("SECRET", '<w:w w:val="1"/>')), ""),
    "a character style": (p(r("SECRET", '<w:rStyle w:val="c"/>')), style("c", "character", WHITE)),
    "a style based on one": (
        p(r("SECRET", '<w:rStyle w:val="d"/>')),
        style("c", "character", WHITE) + style("d", "character", "<w:b/>", based_on="c"),
    ),
    "a paragraph style": (p(r("SECRET"), style="q"), style("q", "paragraph", WHITE)),
    "a small paragraph style": (p(r("SECRET"), style="q"), style("q", "paragraph", '<w:sz w:val="2"/>')),
    "a table style": (table(tr(tc(p("SECRET"))), properties=TABLE_STYLE), style("Grid", "table", WHITE)),
    "black on a black run": (p(r("SECRET", '<w:color w:val="000000"/>' + shading("000000"))), ""),
    "red on a red paragraph": (p(r("SECRET", '<w:color w:val="FF0000"/>'), shading("FF0000")), ""),
    "yellow on a yellow highlight": (p(r("SECRET", '<w:color w:val="FFFF00"/><w:highlight w:val="yellow"/>')), ""),
    "blue on a blue cell": (table(tr(tc(p(r("SECRET", '<w:color w:val="112233"/>')), shading("112233")))), ""),
    "white on a white cell": (table(tr(tc(SECRET))), ""),
    "white below a header": (table(tr(tc(p(""))), tr(tc(SECRET)), properties=TABLE_STYLE), style("Grid", "table", rest=HEADER)),
    "no fill": (p(r("SECRET", text_fill("<w14:noFill/>"))), ""),
    "a white fill": (p(r("SECRET", text_fill('<w14:solidFill><w14:srgbClr w14:val="FFFFFF"/></w14:solidFill>'))), ""),
    "a transparent fill": (
        p(
            r(
                "SECRET",
                text_fill(
                    '<w14:solidFill><w14:srgbClr w14:val="000000"><w14:alpha w14:val="100000"/></w14:srgbClr></w14:solidFill>',
                ),
            )
        ),
        "",
    ),
    "a line without height": (p(r("SECRET"), LINE), ""),
    "a row without height": (table(tr(tc("SECRET"), properties=ROW)), ""),
    "a white text box": (box(filled("FFFFFF"), SECRET), ""),
    "a text box without a fill": (box("<a:noFill/>", SECRET), ""),
    "a link": (f"<w:p><w:hyperlink>{r('SECRET', WHITE)}</w:hyperlink></w:p>", ""),
    "a field": (f'<w:p><w:fldSimple w:instr="REF x">{r("SECRET", WHITE)}</w:fldSimple></w:p>', ""),
    "a heading": (p(r("SECRET", WHITE), style="h"), style("h", "paragraph", paragraphs='<w:outlineLvl w:val="0"/>')),
}
SEEN_ALL_THE_SAME = {
    "chosen by Word": (p(r("SEEN", '<w:color w:val="auto"/>' + shading("000000"))), ""),
    "white on a black run": (p(r("SEEN", WHITE + shading("000000"))), ""),
    "white on a dark paragraph": (p(r("SEEN", WHITE), shading("1F3864")), ""),
    "white on a dark cell": (table(tr(tc(SEEN, shading("4472C4")))), ""),
    "white on a dark table": (table(tr(tc(SEEN)), properties=shading("333333")), ""),
    "white in a header": (table(tr(tc(SEEN)), tr("a"), properties=TABLE_STYLE), style("Grid", "table", rest=HEADER)),
    "white in a header of a derived style": (
        table(tr(tc(SEEN)), tr("a"), properties='<w:tblStyle w:val="Mine"/>'),
        style("Grid", "table", rest=HEADER) + style("Mine", "table", based_on="Grid"),
    ),
    "white in a table within a dark cell": (table(tr(tc(table(tr(tc(SEEN))) + p("."), shading("000000")))), ""),
    "grey": (p(r("SEEN", '<w:color w:val="BFBFBF"/>')), ""),
    "a dark shade of white": (p(r("SEEN", '<w:color w:val="1A1A1A" w:themeColor="background1" w:themeShade="1A"/>')), ""),
    "white on a dark pattern": (p(r("SEEN", WHITE), shading("FFFFFF", "pct80")), ""),
    "white on the theme's black": (p(r("SEEN", WHITE), '<w:shd w:val="clear" w:fill="FFFFFF" w:themeFill="text1"/>'), ""),
    "white with an outline": (p(r("SEEN", WHITE + "<w:outline/>")), ""),
    "white on a highlight": (p(r("SEEN", WHITE + '<w:highlight w:val="darkBlue"/>')), ""),
    "four points": (p(r("SEEN", '<w:sz w:val="8"/>')), ""),
    "black in a white style": (p(r("SEEN", '<w:color w:val="000000"/>'), style="q"), style("q", "paragraph", WHITE)),
    "Word's colour in a white style": (p(r("SEEN", '<w:color w:val="auto"/>'), style="q"), style("q", "paragraph", WHITE)),
    "a dark paragraph style": (p(r("SEEN", WHITE), style="q"), style("q", "paragraph", paragraphs=shading("000000"))),
    "a dark text box": (box(filled("112233"), SEEN), ""),
    "a text box in the theme's colour": (box('<a:solidFill><a:schemeClr val="accent1"/></a:solidFill>', SEEN), ""),
    "a text box in the colour of its style": (box("", SEEN), ""),
    "a dark fill": (p(r("SEEN", WHITE + text_fill('<w14:solidFill><w14:srgbClr w14:val="000000"/></w14:solidFill>'))), ""),
}


@pytest.mark.parametrize("name", UNSEEN)
def test_what_nobody_sees_is_not_read_but_counted(name: str) -> None:
    body, styles = UNSEEN[name]
    file = docx(p("Everybody sees this.") + body, styles=styles)
    assert texts_of(file) == ["Everybody sees this."]
    assert [(tally.read, tally.left_out, tally.lost) for tally in tally_of(file, "hidden text")] == [(0, 1, 0)]
    assert "nobody sees" in tally_of(file, "hidden text")[0].why


@pytest.mark.parametrize("name", SEEN_ALL_THE_SAME)
def test_what_can_be_seen_is_read(name: str) -> None:
    body, styles = SEEN_ALL_THE_SAME[name]
    file = docx(p("Everybody sees this.") + body, styles=styles)
    assert "SEEN" in " ".join(texts_of(file))
    assert tally_of(file, "hidden text") == []


def test_the_documents_defaults_may_hide_what_does_not_show_itself() -> None:
    file = docx(p("SECRET") + p(r("Everybody sees this.", '<w:color w:val="000000"/>')), styles=DEFAULTS)
    assert texts_of(file) == ["Everybody sees this."]


def test_unseen_words_are_left_out_of_their_sentence_and_white_space_stays() -> None:
    body = p(r("The till ") + r("is never counted and ", WHITE) + r("closes") + r("  ", WHITE) + r("at six."))
    file = docx(body)
    assert texts_of(file) == ["The till closes  at six."]
    assert tally_of(file, "hidden text")[0].left_out == 1


def test_a_large_picture_behind_the_text_may_be_dark() -> None:
    anchor = '<wp:anchor behindDoc="1"><wp:extent cx="7560000" cy="10692000"/></wp:anchor>'
    assert "SEEN" in " ".join(texts_of(docx(p("Everybody.") + f"<w:p><w:r><w:drawing>{anchor}</w:drawing></w:r></w:p>" + SEEN)))


def test_a_text_box_without_a_fill_may_be_over_a_picture() -> None:
    picture = '<w:p><w:r><w:drawing><wp:inline><a:blip r:embed="rId9"/></wp:inline></w:drawing></w:r></w:p>'
    assert "SEEN" in " ".join(texts_of(docx(p("Everybody.") + picture + box("<a:noFill/>", SEEN))))


def test_the_theme_says_what_is_white() -> None:
    scheme = '<a:lt1><a:srgbClr val="000000"/></a:lt1><a:accent1><a:srgbClr val="FFFFFF"/></a:accent1>'
    theme = f'<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:clrScheme>{scheme}</a:clrScheme></a:theme>'
    body = p(r("SEEN", '<w:color w:val="FFFFFF" w:themeColor="background1"/>')) + p(r("SECRET", '<w:color w:themeColor="accent1"/>'))
    file = docx(body, parts={"theme/theme1.xml": theme}, links={"rId7 theme": "theme/theme1.xml"})
    assert texts_of(file) == ["SEEN"]
