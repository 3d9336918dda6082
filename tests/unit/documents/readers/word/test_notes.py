"""Footnotes and endnotes are read beside the sentence that refers to them; comments are counted."""

from tests.unit.documents.readers.word.parts import docx, p, r, root, tally_of, tbl, texts_of, tr

SEPARATOR = '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/><w:t>line</w:t></w:r></w:p></w:footnote>'


def note(number: int, inner: str, kind: str = "footnote") -> str:
    mark = f"<w:r><w:{kind}Ref/></w:r>"
    return f'<w:{kind} w:id="{number}">{inner if inner.startswith("<") else p(mark + r(f" {inner}"))}</w:{kind}>'


def at(number: int, kind: str = "footnote") -> str:
    return f'<w:r><w:{kind}Reference w:id="{number}"/></w:r>'


def noted(body: str, footnotes: str = "", endnotes: str = "", comments: str = "", styles: str = "") -> bytes:
    parts = {"footnotes.xml": footnotes and SEPARATOR + footnotes, "endnotes.xml": endnotes, "comments.xml": comments}
    held = {name: root(name.removesuffix(".xml"), inner) for name, inner in parts.items() if inner}
    return docx(body, styles=styles, parts=held, links={f"r{name} {name.removesuffix('.xml')}": name for name in held})


def test_a_note_follows_the_sentence_that_refers_to_it() -> None:
    body = p(r("The kiln is loaded from the left") + at(2) + r(" door. The operator wears a visor."))
    assert texts_of(noted(body, note(2, "In winter from the right."))) == [
        "The kiln is loaded from the left door. [In winter from the right.] The operator wears a visor."
    ]


def test_a_note_behind_the_full_stop_belongs_to_the_sentence_before_it() -> None:
    body = p(r("Close the door.") + at(2) + r(" Wear a visor."))
    assert texts_of(noted(body, endnotes=note(3, "x", "endnote"), footnotes=note(2, "Not in May."))) == [
        "Close the door. [Not in May.] Wear a visor."
    ]


def test_notes_of_one_sentence_keep_their_order() -> None:
    body = p(r("Tea") + at(2) + r(" and milk") + at(1, "endnote") + r(" at four. Then home."))
    file = noted(body, note(2, "Green."), note(1, "Oat.", "endnote"))
    assert texts_of(file) == ["Tea and milk at four. [Green.] [Oat.] Then home."]
    assert [tally.read for tally in tally_of(file, "notes")] == [2]


def test_a_number_with_a_point_does_not_end_a_sentence() -> None:
    body = p(r("It costs") + at(2) + r(" 3.75 crowns. Pay now."))
    assert texts_of(noted(body, note(2, "In 2026."))) == ["It costs 3.75 crowns. [In 2026.] Pay now."]


def test_a_note_in_a_sentence_of_han_follows_its_full_stop() -> None:
    body = p(r("窯は左から") + at(2) + r("入れる。次に閉める。"))
    assert texts_of(noted(body, note(2, "冬は右。"))) == ["窯は左から入れる。 [冬は右。] 次に閉める。"]


def test_a_note_of_several_paragraphs_and_a_table_is_read_whole() -> None:
    inner = p("First.") + tbl(tr("Day", "Fee"), tr("May", "3")) + p("Last.")
    assert texts_of(noted(p(r("Fees.") + at(2)), note(2, inner))) == ["Fees. [First. Day: May; Fee: 3 Last.]"]


def test_a_note_of_a_heading_is_a_block_below_it() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 1"/></w:style>'
    assert texts_of(noted(p(r("Fees") + at(2), style="H") + p("None."), note(2, "Since May."), styles=styles)) == [
        "Fees", "[Since May.]", "None.",
    ]  # fmt: skip


def test_a_note_in_a_cell_stays_in_its_row() -> None:
    cell = f"<w:tc>{p(r('35') + at(2))}</w:tc>"
    assert texts_of(noted(tbl(tr("Fee", "Size"), tr(cell, "S")), note(2, "Per day."))) == ["Fee: 35 [Per day.]; Size: S"]


def test_a_paragraph_that_is_only_a_reference_says_its_note() -> None:
    assert texts_of(noted(p(at(2)), note(2, "Alone."))) == ["[Alone.]"]


def test_a_note_of_deleted_or_hidden_text_is_left_out_and_counted() -> None:
    body = p(r("Shown.") + f"<w:del w:id='1'>{at(2)}</w:del>" + '<w:r><w:rPr><w:vanish/></w:rPr><w:footnoteReference w:id="3"/></w:r>')
    file = noted(body, note(2, "Deleted.") + note(3, "Hidden."))
    assert texts_of(file) == ["Shown."]
    assert [(tally.read, tally.left_out) for tally in tally_of(file, "notes")] == [(0, 2)]


def test_comments_are_counted_and_not_read() -> None:
    comments = f'<w:comment w:id="0">{p("Check this.")}</w:comment><w:comment w:id="1">{p("Why?")}</w:comment>'
    body = p(
        '<w:commentRangeStart w:id="0"/>' + r("Firing limit.") + '<w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>'
    )
    file = noted(body, comments=comments)
    assert texts_of(file) == ["Firing limit."]
    assert [(tally.read, tally.left_out, tally.lost) for tally in tally_of(file, "comments")] == [(0, 2, 0)]
