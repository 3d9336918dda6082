"""Every automatic number is the one that Word shows, or there is none."""

import pytest

from causeway.documents.content import Block
from tests.unit.documents.readers.word.parts import blocks_of, docx, num, p, tally_of, tbl, tc, texts_of, tr


def level(at: int, text: str, style: str = "decimal", start: int | None = 1, more: str = "") -> str:
    begun = "" if start is None else f'<w:start w:val="{start}"/>'
    return f'<w:lvl w:ilvl="{at}">{begun}<w:numFmt w:val="{style}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'


def abstract(number: int, *levels: str) -> str:
    return f'<w:abstractNum w:abstractNumId="{number}">{"".join(levels)}</w:abstractNum>'


def use(list_id: int, of: int, overrides: str = "") -> str:
    return f'<w:num w:numId="{list_id}"><w:abstractNumId w:val="{of}"/>{overrides}</w:num>'


def begin(at: int, start: int) -> str:
    return f'<w:lvlOverride w:ilvl="{at}"><w:startOverride w:val="{start}"/></w:lvlOverride>'


def numbered_style(style_id: str, name: str, list_id: int, level: str = "", kind: str = "paragraph", based_on: str = "") -> str:
    numbered = f'<w:pPr><w:numPr>{level}<w:numId w:val="{list_id}"/></w:numPr></w:pPr>'
    base = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    return f'<w:style w:type="{kind}" w:styleId="{style_id}"><w:name w:val="{name}"/>{base}{numbered}</w:style>'


LEGAL = abstract(1, level(0, "%1."), level(1, "%1.%2"), level(2, "%1.%2.%3")) + use(1, 1)


def lines(body: str, numbering: str = LEGAL, styles: str = "") -> list[str]:
    """The lines of all blocks, indentation kept."""
    return [line for text in texts_of(docx(body, numbering=numbering, styles=styles)) for line in text.split("\n")]


def listed(*items: tuple[int, int]) -> str:
    """Paragraphs "x" of a list and a level each."""
    return "".join(p("x", num(list_id, at)) for list_id, at in items)


def labels(numbering: str, *items: tuple[int, int]) -> list[str]:
    return [line.strip().removesuffix("x").rstrip() for line in lines(listed(*items), numbering)]


@pytest.mark.parametrize(
    ("style", "start", "shown"),
    [
        ("decimal", 9, ["9.", "10."]),
        ("decimalZero", 9, ["09.", "10."]),
        ("lowerLetter", 26, ["z.", "aa."]),
        ("upperLetter", 27, ["AA.", "BB."]),
        ("lowerRoman", 3, ["iii.", "iv."]),
        ("upperRoman", 49, ["XLIX.", "L."]),
        ("ordinal", 22, ["22nd.", "23rd."]),
        ("ordinal", 11, ["11th.", "12th."]),
        ("hex", 15, ["F.", "10."]),
        ("numberInDash", 1, ["- 1 -.", "- 2 -."]),
        ("russianLower", 3, ["в.", "г."]),
        ("decimalEnclosedCircle", 1, ["①.", "②."]),
        ("decimalFullWidth", 9, ["9.", "10."]),
        ("chineseCountingThousand", 10, ["十.", "十一."]),
        ("japaneseCounting", 20, ["二十.", "二十一."]),
        ("ideographTraditional", 1, ["甲.", "乙."]),
        ("ganada", 1, ["가.", "나."]),
        ("decimal", 0, ["0.", "1."]),
    ],
)
def test_a_number_has_the_format_of_its_level(style: str, start: int, shown: list[str]) -> None:
    assert labels(abstract(1, level(0, "%1.", style, start)) + use(1, 1), (1, 0), (1, 0)) == shown


def test_a_level_without_a_start_begins_at_nought_as_the_standard_says() -> None:
    assert labels(abstract(1, level(0, "%1.", start=None)) + use(1, 1), (1, 0)) == ["0."]


def test_a_number_in_a_format_that_is_not_known_is_left_out_and_counted() -> None:
    file = docx(listed((1, 0), (1, 0)), numbering=abstract(1, level(0, "%1.", "hebrew2")) + use(1, 1))
    assert texts_of(file) == ["x", "x"]
    assert [(tally.left_out, tally.lost) for tally in tally_of(file, "fields")] == [(2, 8)]


def test_a_number_of_a_pattern_is_padded() -> None:
    pattern = (
        '<mc:AlternateContent><mc:Choice Requires="w14"><w:numFmt w:val="custom" w:format="001, 002, 003, ..."/></mc:Choice>'
        '<mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent>'
    )
    made = f'<w:lvl w:ilvl="0"><w:start w:val="7"/>{pattern}<w:lvlText w:val="No. %1"/></w:lvl>'
    assert labels(abstract(1, made) + use(1, 1), (1, 0)) == ["No. 007"]


def test_deeper_levels_restart_below_each_higher_one() -> None:
    shown = labels(LEGAL, (1, 0), (1, 1), (1, 2), (1, 2), (1, 1), (1, 2), (1, 0), (1, 1), (1, 2))
    assert shown == ["1.", "1.1", "1.1.1", "1.1.2", "1.2", "1.2.1", "2.", "2.1", "2.1.1"]


def test_a_clause_is_a_block_of_its_own_with_its_number() -> None:
    assert blocks_of(docx(p("Rent is due.", num(1, 0)) + p("It is 640 crowns.", num(1, 1)), numbering=LEGAL)) == [
        Block("text", "1. Rent is due."),
        Block("text", "1.1 It is 640 crowns."),
    ]


def test_items_of_a_list_are_one_block_and_deeper_ones_are_indented() -> None:
    numbering = abstract(1, level(0, "%1."), level(1, "(%2)", "lowerLetter"), level(2, "•", "bullet")) + use(1, 1)
    body = "".join(p(text, num(1, at)) for text, at in (("Open", 0), ("doors", 1), ("windows", 1), ("roof", 2), ("Close", 0)))
    assert texts_of(docx(body, numbering=numbering)) == ["1. Open\n  (a) doors\n  (b) windows\n    - roof\n2. Close"]


def test_a_list_goes_on_after_paragraphs_bullets_and_tables_between_its_items() -> None:
    numbering = abstract(1, level(0, "%1.")) + abstract(2, level(0, "•", "bullet")) + use(1, 1) + use(2, 2)
    body = p("a", num(1)) + p("between") + p("dot", num(2)) + p("b", num(1)) + tbl(tr("h", "i"), tr("j", "k")) + p("c", num(1))
    assert [line for line in lines(body, numbering) if line[0] in "123"] == ["1. a", "2. b", "3. c"]


def test_lists_of_one_definition_count_together_until_one_begins_anew() -> None:
    numbering = abstract(1, level(0, "%1.")) + use(1, 1) + use(2, 1) + use(3, 1, begin(0, 1))
    assert labels(numbering, (1, 0), (1, 0), (2, 0), (3, 0), (3, 0), (1, 0)) == ["1.", "2.", "3.", "1.", "2.", "3."]


def test_lists_of_their_own_definitions_count_apart() -> None:
    numbering = abstract(1, level(0, "%1.")) + abstract(2, level(0, "%1.")) + use(1, 1) + use(2, 2)
    assert labels(numbering, (1, 0), (2, 0), (1, 0), (2, 0)) == ["1.", "1.", "2.", "2."]


def test_copies_of_one_definition_count_together() -> None:
    copies = [abstract(number, level(0, "%1.")).replace("<w:lvl ", '<w:nsid w:val="0B5C1F2E"/><w:lvl ', 1) for number in (1, 2)]
    assert labels("".join(copies) + use(1, 1) + use(2, 2), (1, 0), (2, 0), (1, 0)) == ["1.", "2.", "3."]


def test_a_list_that_begins_anew_does_so_at_its_start_wherever_it_restarts() -> None:
    numbering = abstract(1, level(0, "%1."), level(1, "%1.%2")) + use(1, 1, begin(0, 7) + begin(1, 4))
    assert labels(numbering, (1, 0), (1, 1), (1, 1), (1, 0), (1, 1)) == ["7.", "7.4", "7.5", "8.", "8.4"]


def test_a_level_given_anew_by_a_list_replaces_the_definitions() -> None:
    replaced = f'<w:lvlOverride w:ilvl="0">{level(0, "Article %1", "upperRoman", 5)}</w:lvlOverride>'
    assert labels(abstract(1, level(0, "%1.")) + use(1, 1, replaced), (1, 0), (1, 0)) == ["Article V", "Article VI"]


@pytest.mark.parametrize(
    ("restart", "shown"),
    [
        ("", ["1", "1.1", "(a)", "(b)", "1.2", "(a)", "2", "2.1", "(a)"]),
        ('<w:lvlRestart w:val="0"/>', ["1", "1.1", "(a)", "(b)", "1.2", "(c)", "2", "2.1", "(d)"]),
        ('<w:lvlRestart w:val="1"/>', ["1", "1.1", "(a)", "(b)", "1.2", "(c)", "2", "2.1", "(a)"]),
        ('<w:lvlRestart w:val="2"/>', ["1", "1.1", "(a)", "(b)", "1.2", "(a)", "2", "2.1", "(a)"]),
    ],
)
def test_a_level_restarts_after_the_levels_that_it_names(restart: str, shown: list[str]) -> None:
    numbering = abstract(1, level(0, "%1"), level(1, "%1.%2"), level(2, "(%3)", "lowerLetter", 1, restart)) + use(1, 1)
    assert labels(numbering, (1, 0), (1, 1), (1, 2), (1, 2), (1, 1), (1, 2), (1, 0), (1, 1), (1, 2)) == shown


def test_legal_numbers_are_arabic_but_keep_their_leading_nought() -> None:
    section = level(1, "Section %1.%2", "decimalZero", 1, "<w:isLgl/>")
    numbering = abstract(1, level(0, "Article %1.", "upperRoman"), section, level(2, "%1-%3", "lowerRoman", 1, "<w:isLgl/>")) + use(1, 1)
    assert labels(numbering, (1, 0), (1, 1), (1, 2), (1, 0), (1, 1)) == [
        "Article I.", "Section 1.01", "1-1", "Article II.", "Section 2.01",
    ]  # fmt: skip


def test_legal_numbering_that_is_switched_off_changes_nothing() -> None:
    numbering = abstract(1, level(0, "%1", "upperRoman"), level(1, "%1.%2", "decimal", 1, '<w:isLgl w:val="0"/>')) + use(1, 1)
    assert labels(numbering, (1, 0), (1, 1)) == ["I", "I.1"]


def test_a_level_that_was_passed_by_counts_as_begun() -> None:
    assert labels(LEGAL, (1, 1), (1, 1), (1, 0), (1, 2), (1, 1)) == ["1.1", "1.2", "2.", "2.1.1", "2.2"]


def test_a_bullet_between_the_levels_adds_nothing_to_a_number() -> None:
    numbering = abstract(1, level(0, "%1."), level(1, "—", "bullet"), level(2, "%1.%2%3.")) + use(1, 1)
    assert labels(numbering, (1, 0), (1, 2), (1, 2)) == ["1.", "1.1.", "1.2."]


def test_a_level_without_a_number_shows_only_its_words() -> None:
    numbering = abstract(1, level(0, "", "none"), level(1, "Note:", "none"), level(2, "%3)")) + use(1, 1)
    assert labels(numbering, (1, 0), (1, 1), (1, 2)) == ["", "Note:", "1)"]


def test_nothing_or_a_space_parts_number_and_text_as_the_level_says() -> None:
    numbering = abstract(1, level(0, "第%1条", "decimal", 1, '<w:suff w:val="nothing"/>'), level(1, "%2)", more='<w:suff w:val="space"/>'))
    assert lines(listed((1, 0), (1, 1)), numbering + use(1, 1)) == ["第1条x", "  1) x"]


def test_number_nought_switches_a_styles_number_off() -> None:
    styles = numbered_style("Clause", "Clause", 1)
    off = '<w:numPr><w:numId w:val="0"/></w:numPr>'
    body = p("a", style="Clause") + p("b", off, style="Clause") + p("c", style="Clause")
    assert lines(body, LEGAL, styles) == ["1. a", "b", "2. c"]


STYLES = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="N"><w:name w:val="Normal"/></w:style>'
    + numbered_style("H1", "heading 1", 1)
    + numbered_style("H2", "heading 2", 1, '<w:ilvl w:val="1"/>')
    + '<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Own"/><w:basedOn w:val="H2"/></w:style>'
    + numbered_style("Off", "Off", 0, based_on="H2")
)
LINKED = abstract(
    1, level(0, "%1", more='<w:pStyle w:val="H1"/>'), level(1, "%1.%2", more='<w:pStyle w:val="H2"/>'), level(2, "%1.%2.%3")
) + use(1, 1)


def test_headings_are_numbered_by_their_styles_and_the_styles_based_on_them() -> None:
    body = p("Scope", style="H1") + p("Parties", style="H2") + p("Terms", style="Own") + p("Aside", style="Off") + p("Fees", style="H1")
    assert blocks_of(docx(body, numbering=LINKED, styles=STYLES)) == [
        Block("heading", "1 Scope", 1),
        Block("heading", "1.1 Parties", 2),
        Block("heading", "1.2 Terms", 2),
        Block("heading", "Aside", 2),
        Block("heading", "2 Fees", 1),
    ]


def test_the_level_that_names_a_style_wins_over_the_level_in_the_style() -> None:
    styles = STYLES.replace('<w:ilvl w:val="1"/>', '<w:ilvl w:val="2"/>')
    assert lines(p("a", style="H1") + p("b", style="H2"), LINKED, styles) == ["1 a", "1.1 b"]


def test_a_paragraphs_own_level_is_of_its_styles_list() -> None:
    body = p("a", style="H1") + p("b", '<w:numPr><w:ilvl w:val="2"/></w:numPr>', style="H2")
    assert lines(body, LINKED, STYLES) == ["1 a", "1.1.1 b"]


def test_a_list_that_names_a_numbering_style_has_that_styles_levels() -> None:
    styles = numbered_style("Legal", "Legal", 5, kind="numbering")
    naming = '<w:abstractNum w:abstractNumId="2"><w:numStyleLink w:val="Legal"/></w:abstractNum>'
    owning = f'<w:abstractNum w:abstractNumId="3"><w:styleLink w:val="Legal"/>{level(0, "§ %1")}</w:abstractNum>'
    numbering = naming + owning + use(5, 3) + use(6, 2)
    assert lines(listed((6, 0), (5, 0)), numbering, styles) == ["§ 1 x", "§ 2 x"]
    assert lines(listed((6, 0)), numbering, "<w:style/>") == ["§ 1 x"]


def test_lists_that_name_each_other_end() -> None:
    loop = '<w:abstractNum w:abstractNumId="2"><w:numStyleLink w:val="L"/><w:styleLink w:val="L"/></w:abstractNum>'
    assert lines(listed((6, 0)), loop + use(6, 2)) == ["x"]


def test_a_list_that_does_not_exist_gives_no_number() -> None:
    assert lines(listed((9, 0), (1, 8))) == ["x", "x"]


def test_deleted_paragraphs_are_not_counted() -> None:
    deleted = f"{num(1)}<w:rPr><w:del w:id='1'/></w:rPr>"
    gone = f"<w:p><w:pPr>{deleted}</w:pPr><w:del w:id='2'><w:r><w:delText>old</w:delText></w:r></w:del></w:p>"
    assert lines(p("a", num(1)) + gone + p("b", num(1)) + gone) == ["1. a", "2. b"]


def test_hidden_paragraphs_are_not_counted() -> None:
    hidden = f"<w:p><w:pPr>{num(1)}<w:rPr><w:vanish/></w:rPr></w:pPr><w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r></w:p>"
    assert lines(p("a", num(1)) + hidden + p("b", num(1))) == ["1. a", "2. b"]


def test_empty_numbered_paragraphs_are_counted_as_word_does() -> None:
    assert lines(p("a", num(1)) + p("", num(1)) + p("b", num(1))) == ["1. a", "3. b"]


def test_a_hidden_number_is_counted_and_not_shown() -> None:
    numbering = abstract(1, level(0, "%1.", more="<w:rPr><w:vanish/></w:rPr>"), level(1, "%1.%2")) + use(1, 1)
    assert lines(listed((1, 0), (1, 1)), numbering) == ["x", "1.1 x"]


def test_numbers_in_a_table_are_counted_row_by_row_and_shown_in_empty_cells() -> None:
    rows = [tr(tc(p("", num(1))), f"part {letter}", tc(p("checked", num(1, 1)))) for letter in "ab"]
    assert lines(p("before", num(1)) + tbl(tr("No.", "Name", "State"), *rows)) == [
        "1. before",
        "No.: 2.; Name: part a; State: 2.1 checked",
        "No.: 3.; Name: part b; State: 3.1 checked",
    ]


def test_a_number_that_depends_on_another_lists_unfinished_restart_is_left_out() -> None:
    numbering = abstract(1, level(0, "%1."), level(1, "%1.%2")) + use(1, 1) + use(2, 1, begin(0, 1))
    assert labels(numbering, (1, 0), (1, 0), (2, 1), (2, 0), (2, 1)) == ["1.", "2.", "", "1.", "1.1"]


def test_text_boxes_count_apart_from_the_text_around_them() -> None:
    box = f"<w:r><w:pict><v:textbox><w:txbxContent>{p('boxed', num(1))}</w:txbxContent></v:textbox></w:pict></w:r>"
    assert lines(p("a", num(1)) + p(box) + p("b", num(1))) == ["1. a", "1. boxed", "2. b"]


def test_a_change_of_numbering_that_was_tracked_shows_the_new_number() -> None:
    old = f"<w:pPrChange w:id='1'><w:pPr>{num(1, 1)}</w:pPr></w:pPrChange>"
    assert lines(p("a", num(1) + old)) == ["1. a"]
