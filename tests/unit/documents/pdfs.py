"""PDFs written object by object, for what reportlab does not make: annotations, fields, turned pages, broken words."""

from collections.abc import Mapping, Sequence
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from tests.unit.documents.making import drawn

HELVETICA = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"


def written(pages: Sequence[Mapping[str, Any]], catalog: str = "", objects: Sequence[str] = ()) -> bytes:
    """A PDF of pages {"content": drawing operators, "annotations": dictionaries, "fonts": more fonts, "page": more entries of the page}.

    catalog: more entries of the catalog. objects: further objects; the first of them is number 4, and font /F1 is number 3.
    """
    numbered: dict[int, str] = {3: HELVETICA, **dict(enumerate(objects, 4))}
    kids = []
    for page in pages:
        content = page.get("content", "")
        first = len(numbered) + 3
        numbered[first] = f"<< /Length {len(content.encode('latin-1'))} >>\nstream\n{content}\nendstream"
        own = [first + 2 + at for at in range(len(page.get("annotations", ())))]
        numbered[first + 1] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {first} 0 R "
            f"/Resources << /Font << /F1 3 0 R {page.get('fonts', '')} >> >> "
            f"/Annots [{' '.join(f'{number} 0 R' for number in own)}] {page.get('page', '')} >>"
        )
        numbered.update(zip(own, page.get("annotations", ()), strict=True))
        kids.append(first + 1)
    numbered[1] = f"<< /Type /Catalog /Pages 2 0 R {catalog} >>"
    numbered[2] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] >>"
    return _file(numbered)


def _file(objects: Mapping[int, str]) -> bytes:
    made = bytearray(b"%PDF-1.7\n")
    places = {}
    for number in sorted(objects):
        places[number] = len(made)
        made += f"{number} 0 obj\n{objects[number]}\nendobj\n".encode("latin-1")
    table = len(made)
    made += f"xref\n0 {max(objects) + 1}\n0000000000 65535 f \n".encode()
    for number in range(1, max(objects) + 1):
        made += (f"{places[number]:010d} 00000 n \n" if number in places else "0000000000 65535 f \n").encode()
    made += f"trailer\n<< /Size {max(objects) + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n".encode()
    return bytes(made)


def line(text: str, y: float, x: float = 72, size: float = 11, before: str = "") -> str:
    """Operators that draw one line of text. before: operators inside the text object, such as "3 Tr"."""
    return f"q BT {before} /F1 {size} Tf {x} {y} Td ({text}) Tj ET Q\n"


def lines(texts: Sequence[str], top: float = 760, x: float = 72) -> bytes:
    """A one-page PDF of lines of Helvetica set one below the other, 14 points apart."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        for number, text in enumerate(texts):
            canvas.drawString(x, top - 14 * number, text)

    return drawn(draw)


def appearance(content: str, box: str = "0 0 200 20") -> str:
    """A form that an annotation is drawn with."""
    return (
        f"<< /Type /XObject /Subtype /Form /BBox [{box}] /Resources << /Font << /F1 3 0 R >> >> /Length {len(content)} >>\n"
        f"stream\n{content}\nendstream"
    )


def annotation(kind: str, box: str, more: str = "") -> str:
    return f"<< /Type /Annot /Subtype /{kind} /Rect [{box}] /F 4 {more} >>"


def grid(canvas: Canvas, rows: Sequence[Sequence[str]], *, left: float = 0, top: float = 0, wide: float = 130, ruled: bool = True) -> None:
    """A table drawn from its top left corner, ruled or not."""
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            canvas.drawString(left + 5 + column * wide, top - 20 * number - 14, text)
    if ruled:
        for number in range(len(rows) + 1):
            canvas.line(left, top - 20 * number, left + wide * len(rows[0]), top - 20 * number)
        for column in range(len(rows[0]) + 1):
            canvas.line(left + wide * column, top, left + wide * column, top - 20 * len(rows))
