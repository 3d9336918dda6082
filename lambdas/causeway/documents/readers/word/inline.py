"""The text of one paragraph: runs, fields, symbols, formulas, notes; what is not text is counted."""

import re
from collections.abc import Callable
from typing import Any

from causeway.documents.readers.office.xml import MC, chosen
from causeway.documents.readers.word.fields import CHECKED, COMPUTED, CONTENTS, PAGES, Field, balanced, form_value, name_of
from causeway.documents.readers.word.findings import Findings
from causeway.documents.readers.word.maths import linear
from causeway.documents.readers.word.paper import Paper
from causeway.documents.readers.word.pictures import Keep, Pictures
from causeway.documents.readers.word.said import Said
from causeway.documents.readers.word.sight import Sight
from causeway.documents.readers.word.styles import Style, Styles
from causeway.documents.readers.word.symbols import symbol
from causeway.documents.readers.word.xml import M, W, below, child, holds_contents, switched, value

PAGE_NUMBER = "\0"  # in place of a page number, until it is decided whether its line is kept
_PRIVATE = re.compile("[\uf020-\uf0ff]")
_RAISED = {"superscript": "^", "subscript": "_"}
_BOX = "{http://schemas.microsoft.com/office/word/2010/wordml}checkbox"


class Inline:
    """Reads the paragraphs of one part of the document (body, header, note), in their order: a field may span several.

    note: gives the text of the footnote or endnote with this kind and id, "" when there is none.
    part: gives the root of the part with this relationship id, or None.
    keep: keeps the picture with this relationship id.
    paper: the colours of the document. pages: whether page numbers are kept; in headers they are marked by PAGE_NUMBER.
    """

    def __init__(
        self,
        root: Any,
        styles: Styles,
        findings: Findings,
        note: Callable[[str, str], str],
        part: Callable[[str], Any],
        keep: Keep,
        paper: Paper,
        pages: bool = True,
    ) -> None:
        self._styles, self._findings, self._note, self._pages = styles, findings, note, pages
        self._sight = Sight(root, styles, paper)
        self._vanishing = {vanish.getparent().getparent() for vanish in root.iter(f"{W}vanish")}
        self._raised = {raised.getparent().getparent(): raised.get(f"{W}val") for raised in root.iter(f"{W}vertAlign")}
        self._fielded = balanced(root)
        self._pictures = Pictures(findings, part, keep)
        self._fields: list[Field] = []
        self._mute = 0
        self._pieces: list[str] = []
        self._said = Said("")
        self._reading = ""  # of ruby text whose base has been said
        self._style = Style()
        self._handlers = {tag: getattr(self, name) for tag, name in _HANDLERS.items()}

    def read(self, element: Any, style: Style) -> Said:
        said, self._pieces, self._style = Said(""), [], style
        self._said = said
        self._walk(element)
        if self._reading:
            self._flush()
        said.text = "".join(self._pieces)
        return said

    def contents(self) -> None:
        """Counts a table of contents, which is left out."""
        if not self._mute:
            self._findings.add("contents")

    def covered(self, count: int) -> None:
        """Counts cells with words that a merged cell covers."""
        self._findings.add("covered", count)

    def _hidden(self, run: Any) -> bool:
        """Whether a run is hidden: by itself, else by its styles, which switch each other."""
        if run in self._vanishing:
            return bool(switched(run, "rPr/vanish"))
        if not self._styles.hide:
            return False
        properties = child(run, _RPR)
        character = None if properties is None else self._styles.of(value(properties, "rStyle")).hidden
        return self._styles.hidden or bool(self._style.hidden) != bool(character)

    def _walk(self, parent: Any) -> None:
        handlers = self._handlers
        for node in parent:
            tag = node.tag
            if tag == _T:
                text = node.text
                self._say(text if text is None or text.isascii() else self._readable(node))
            elif tag in handlers:
                handlers[tag](node)
            elif tag not in _SKIPPED:
                self._walk(node)

    def _say(self, text: str | None) -> None:
        if text and not self._mute:
            if self._reading:
                self._flush()
            self._pieces.append(text)

    def _flush(self) -> None:
        if self._reading:
            self._pieces.append(f"({self._reading})")
            self._reading = ""

    def _run(self, run: Any) -> None:
        if self._hidden(run):
            self._findings.add("hidden", any(node.tag not in {_RPR, f"{W}fldChar"} for node in run))
            self._muted(run)
        elif self._sight.unseen(run, self._style) and any((text.text or "").strip() for text in run.iter(_T)):
            self._findings.add("faint", not self._mute)
            self._muted(run)
        elif run in self._raised:
            self._raise(run, _RAISED.get(self._raised[run], ""))
        else:
            self._walk(run)

    def _raise(self, run: Any, sign: str) -> None:
        """A raised number after a letter or digit: a power gets a sign, so that 10 with a raised 6 is not 106."""
        start = len(self._pieces)
        self._walk(run)
        text = "".join(self._pieces[start:]).strip()
        before = self._pieces[start - 1][-1:] if start else ""
        power = sign == "^" and before.isalnum()
        if (power or (sign and before.isdigit())) and (text.lstrip("+-−").isdigit() or text in {"-", "−"}):
            self._pieces[start:] = [f"{sign}{text}"]

    def _muted(self, node: Any) -> None:
        """Text that is not shown; fields that begin or end in it are still followed."""
        self._mute += 1
        self._walk(node)
        self._mute -= 1

    def _deleted(self, node: Any) -> None:
        self._findings.add("deletions")
        self._muted(node)

    def _alternatives(self, node: Any) -> None:
        self._walk(chosen(node))

    def _readable(self, node: Any) -> str:
        """The text of a w:t with the private characters of symbol fonts as what they show."""
        fonts = below(node.getparent(), "rPr/rFonts")
        font = "" if fonts is None else fonts.get(f"{W}ascii", fonts.get(f"{W}hAnsi", ""))
        return _PRIVATE.sub(lambda found: self._symbol_of(font, f"{ord(found[0]):X}"), node.text)

    def _symbol_of(self, font: str, code: str) -> str:
        found = symbol(font, code)
        if found is None and not self._mute:
            self._findings.add("symbols", lost=1)
        return found or ""

    def _tab(self, _: Any) -> None:
        self._say("\t")

    def _break(self, _: Any) -> None:
        self._say("\n")

    def _hyphen(self, _: Any) -> None:
        self._say("-")

    def _symbol(self, node: Any) -> None:
        self._say(self._symbol_of(node.get(f"{W}font", ""), node.get(f"{W}char", "")))

    def _formula(self, node: Any) -> None:
        text = linear(node)
        before = self._pieces[-1][-1:] if self._pieces else ""
        self._say(f" {text}" if before.isalnum() and text[:1].isalnum() else text)

    def _ruby(self, node: Any) -> None:
        """The base of neighbouring ruby texts stays one word; their readings follow it in brackets."""
        reading, self._reading = self._reading, ""
        for base in node.iterchildren(f"{W}rubyBase"):
            self._walk(base)
        if not self._mute:
            self._reading = reading + "".join(text.text or "" for part in node.iterchildren(f"{W}rt") for text in part.iter(_T))

    def _box(self, node: Any) -> None:
        if not self._mute:
            self._said.boxes.append(node)

    def _control(self, node: Any) -> None:
        """A content control; a check box with a sign of a symbol font is written by its state."""
        if holds_contents(node):
            self.contents()
            return
        said = len(self._pieces)
        for content in node.iterchildren(f"{W}sdtContent"):
            self._walk(content)
        state = node.find(f"{W}sdtPr/{_BOX}")
        if state is not None and not "".join(self._pieces[said:]).strip():
            checked = state.find(_BOX.replace("checkbox", "checked"))
            self._say(CHECKED[checked is not None and checked.get(_BOX.replace("checkbox", "val")) not in {"0", "false"}])

    def _reference(self, node: Any) -> None:
        if self._mute:
            return
        kind = "footnote" if node.tag == f"{W}footnoteReference" else "endnote"
        note = self._note(kind, node.get(f"{W}id", ""))
        if note:
            self._said.notes.append((sum(map(len, self._pieces)), note))

    def _picture(self, node: Any) -> None:
        if not self._mute:
            said = self._pictures.read(node)
            self._say(said)
            self._said.pictures += (kept := self._pictures.kept(node))
            self._said.described += said if kept else ""
            self._walk(node)

    def _simple_field(self, node: Any) -> None:
        name = name_of(node.get(f"{W}instr", ""))
        if self._left_out(name):
            self._muted(node)
        else:
            self._walk(node)

    def _left_out(self, name: str) -> bool:
        """Whether a field's result is left out; it is counted, and a page number of a header is marked."""
        if self._mute:
            return False
        if name in CONTENTS:
            self.contents()
        elif name in PAGES and not self._pages:
            self._say(PAGE_NUMBER)
        else:
            return False
        return True

    def _instruction(self, node: Any) -> None:
        if self._fields:
            self._fields[-1].instruction += node.text or ""

    def _field_mark(self, node: Any) -> None:
        kind = node.get(f"{W}fldCharType")
        if kind == "begin":
            self._begin(node)
        elif not self._fielded or not self._fields:
            return
        elif kind == "separate":
            self._separate(self._fields[-1])
        elif kind == "end":
            self._end(self._fields.pop())

    def _begin(self, node: Any) -> None:
        shown = form_value(node)
        if shown and not self._mute:
            self._say(shown)
            self._findings.add("fields")
        if self._fielded:
            self._fields.append(Field())
            self._mute += 1

    def _separate(self, opened: Field) -> None:
        if opened.muted:
            self._mute -= 1
            opened.muted = self._left_out(opened.name)
            self._mute += opened.muted

    def _end(self, ended: Field) -> None:
        if ended.muted:
            self._mute -= 1
        if ended.name in COMPUTED and not self._mute:
            self._findings.add("fields unread", lost=3)


_T, _RPR = f"{W}t", f"{W}rPr"
_HANDLERS = {
    f"{W}r": "_run",
    f"{W}tab": "_tab",
    f"{W}ptab": "_tab",
    f"{W}br": "_break",
    f"{W}cr": "_break",
    f"{W}noBreakHyphen": "_hyphen",
    f"{W}sym": "_symbol",
    f"{W}del": "_deleted",
    f"{W}moveFrom": "_muted",
    f"{W}ruby": "_ruby",
    f"{W}sdt": "_control",
    f"{W}txbxContent": "_box",
    f"{W}fldChar": "_field_mark",
    f"{W}fldSimple": "_simple_field",
    f"{W}instrText": "_instruction",
    f"{W}footnoteReference": "_reference",
    f"{W}endnoteReference": "_reference",
    f"{W}drawing": "_picture",
    f"{W}pict": "_picture",
    f"{W}object": "_picture",
    f"{M}oMath": "_formula",
    f"{M}oMathPara": "_formula",
    f"{MC}AlternateContent": "_alternatives",
}
_SKIPPED = frozenset(
    f"{W}{name}"
    for name in ("pPr", "rPr", "sdtPr", "smartTagPr", "customXmlPr", "delText", "delInstrText", "rt", "ffData", "fldData", "sectPr")
)
