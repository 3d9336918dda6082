"""What annotations and form fields show on a page, put into the page's own text.

The layout of a page is found from its text. A field's value or a text box is drawn on the page as one word, a token; when the
layout is known, `told` puts the value in the token's place. See docs/decisions/120-pdf-reading.md.
"""

import html
import re
from collections import Counter
from typing import Any, Literal

import pypdfium2.raw as pdfium

from causeway.documents.readers.pdf.file import utf16
from causeway.documents.readers.pdf.tokens import TOKEN, Box, Mark, draw, number_of, token

_HIDDEN = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW
_PASSWORD = 1 << 13  # of a text field's flags
_CHOICES = (pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX)
_BUTTONS = (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON)
_DRAWN = (pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_FORM)
_REMARKS = (
    pdfium.FPDF_ANNOT_TEXT,
    pdfium.FPDF_ANNOT_HIGHLIGHT,
    pdfium.FPDF_ANNOT_UNDERLINE,
    pdfium.FPDF_ANNOT_SQUIGGLY,
    pdfium.FPDF_ANNOT_STRIKEOUT,
    pdfium.FPDF_ANNOT_INK,
    pdfium.FPDF_ANNOT_CARET,
    pdfium.FPDF_ANNOT_SQUARE,
    pdfium.FPDF_ANNOT_CIRCLE,
    pdfium.FPDF_ANNOT_LINE,
    pdfium.FPDF_ANNOT_POLYGON,
    pdfium.FPDF_ANNOT_POLYLINE,
)
_OBJECTS = (
    pdfium.FPDF_ANNOT_FILEATTACHMENT,
    pdfium.FPDF_ANNOT_SOUND,
    pdfium.FPDF_ANNOT_MOVIE,
    pdfium.FPDF_ANNOT_THREED,
    pdfium.FPDF_ANNOT_RICHMEDIA,
)
_SILENT = (pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP)
_LINE_END = re.compile(r"</p>|<br\b", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_SWITCH = re.compile(r"(on|off|\W*|choice\d*)", re.IGNORECASE)  # names of a button's state that say nothing

Fate = Literal["left", "dropped", "drawn"]


class Annotations:
    """The values of a document's annotations, page by page, and how many there are of each kind."""

    def __init__(self) -> None:
        self._marks: list[Mark] = []
        self.counts: Counter[str] = Counter()

    def put(self, page: Any) -> bool:
        """Puts the values of an open page on it. Returns True when the page was changed; the page must then be opened again."""
        first = len(self._marks)
        fates = [self._fate(page, index) for index in range(pdfium.FPDFPage_GetAnnotCount(page))]
        for index in reversed([index for index, fate in enumerate(fates) if fate == "dropped"]):
            pdfium.FPDFPage_RemoveAnnot(page, index)
        draw(page, [(token(number), self._marks[number]) for number in range(first, len(self._marks))])
        if "drawn" in fates:
            pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)
        return len(self._marks) > first or "drawn" in fates

    def told(self, text: str) -> str:
        """`text` with the values in place of their tokens."""
        return TOKEN.sub(lambda found: self._said(number_of(found), text), text) if self._marks else text

    def _said(self, number: int, beside: str) -> str:
        if number >= len(self._marks):
            return ""
        mark = self._marks[number]
        if mark.button is None:
            return " ".join(mark.text.split())
        unnamed = _SWITCH.fullmatch(mark.text) or mark.named or not mark.button or mark.text.casefold() in beside.casefold()
        return ("[x]" if mark.button else "[ ]") + ("" if unnamed else f" {mark.text}")

    def _fate(self, page: Any, index: int) -> Fate:
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        try:
            return self._judged(page, annotation) if annotation else "left"
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)

    def _judged(self, page: Any, annotation: Any) -> Fate:
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        contents = _contents(annotation, kind)
        if kind in _SILENT:
            return "left"
        if kind == pdfium.FPDF_ANNOT_WIDGET:
            return self._field(page, annotation)
        if pdfium.FPDFAnnot_GetFlags(annotation) & _HIDDEN:
            self.counts["hidden"] += bool(contents)
            return "dropped"
        self.counts["comments"] += kind in _REMARKS and bool(contents)
        self.counts["objects"] += kind in _OBJECTS
        if kind == pdfium.FPDF_ANNOT_FREETEXT and contents:
            return self._mark(annotation, contents, field=False)
        return "drawn" if _has_text(annotation) else "left"

    def _field(self, page: Any, annotation: Any) -> Fate:
        kind = pdfium.FPDFAnnot_GetFormFieldType(page.formenv, annotation) if page.formenv else -1
        if pdfium.FPDFAnnot_GetFlags(annotation) & _HIDDEN:
            self.counts["hidden fields"] += kind > pdfium.FPDF_FORMFIELD_PUSHBUTTON
            return "dropped"
        if kind == pdfium.FPDF_FORMFIELD_PUSHBUTTON or _is_password(page.formenv, annotation, kind):
            return "dropped"
        if kind in _BUTTONS:
            named = utf16(pdfium.FPDFAnnot_GetFormFieldExportValue, page.formenv, annotation).strip()
            self.counts["fields"] += 1
            return self._mark(annotation, named, bool(pdfium.FPDFAnnot_IsChecked(page.formenv, annotation)))
        value = _value(page.formenv, annotation, kind)
        self.counts["fields"] += bool(value)
        return self._mark(annotation, value) if value else "drawn" if _has_text(annotation) else "left"

    def _mark(self, annotation: Any, text: str, button: bool | None = None, field: bool = True) -> Fate:
        box = pdfium.FS_RECTF()
        pdfium.FPDFAnnot_GetRect(annotation, box)
        (left, right), (bottom, top) = sorted((box.left, box.right)), sorted((box.bottom, box.top))
        self._marks.append(Mark(text, Box(left, bottom, right, top), button, field))
        return "dropped"


def _contents(annotation: Any, kind: int) -> str:
    """The text of an annotation; of a text box that has it only as XHTML, without the elements."""
    plain = utf16(pdfium.FPDFAnnot_GetStringValue, annotation, b"Contents").strip()
    if plain or kind != pdfium.FPDF_ANNOT_FREETEXT:
        return plain
    rich = utf16(pdfium.FPDFAnnot_GetStringValue, annotation, b"RC")
    return " ".join(html.unescape(_TAG.sub("", _LINE_END.sub(r" \g<0>", rich))).split())


def _is_password(form: Any, annotation: Any, kind: int) -> bool:
    return kind == pdfium.FPDF_FORMFIELD_TEXTFIELD and bool(pdfium.FPDFAnnot_GetFormFieldFlags(form, annotation) & _PASSWORD)


def _value(form: Any, annotation: Any, kind: int) -> str:
    """What a text or choice field shows."""
    if kind in _CHOICES:
        count = pdfium.FPDFAnnot_GetOptionCount(form, annotation)
        chosen = [index for index in range(count) if pdfium.FPDFAnnot_IsOptionSelected(form, annotation, index)]
        if chosen:
            return ", ".join(utf16(pdfium.FPDFAnnot_GetOptionLabel, form, annotation, index).strip() for index in chosen)
    elif kind != pdfium.FPDF_FORMFIELD_TEXTFIELD:
        return ""
    return utf16(pdfium.FPDFAnnot_GetFormFieldValue, form, annotation).strip()


def _has_text(annotation: Any) -> bool:
    """Whether the annotation's appearance may hold text."""
    count = pdfium.FPDFAnnot_GetObjectCount(annotation)
    return any(pdfium.FPDFPageObj_GetType(pdfium.FPDFAnnot_GetObject(annotation, index)) in _DRAWN for index in range(min(count, 1000)))
