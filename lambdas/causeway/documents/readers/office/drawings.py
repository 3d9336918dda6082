"""What authors say of their pictures and shapes."""

import re
from typing import Any

from causeway.documents.readers.album import WHOLE, Crop
from causeway.documents.readers.office.xml import A, number

EMU_A_POINT = 12_700
_FILE_NAME = re.compile(r"^\S+\.(png|jpe?g|gif|bmp|tiff?|wmf|emf|svg|webp)$", re.IGNORECASE)
DECORATIVE = "{http://schemas.microsoft.com/office/drawing/2017/decorative}decorative"


def described(shape: Any) -> str:
    """The alternative text of a shape, "" when it has none or only the name of a file."""
    return alternative(element.get("descr") or "" for element in shape.iter("{*}cNvPr", "{*}docPr"))


def alternative(texts: Any) -> str:
    """The first of texts that says something."""
    spaced = (" ".join(text.split()) for text in texts)
    return next((text for text in spaced if text and not _FILE_NAME.match(text)), "")


def words_of(paragraph: Any) -> str:
    """The text of a paragraph of a shape (a:p)."""
    return "".join("\n" if each.tag == f"{A}br" else each.text or "" for each in paragraph.iter(f"{A}t", f"{A}br"))


def crop_of(cut: Any) -> Crop:
    """The shares that are cut off a picture (a:srcRect, in thousandths of a percent); those that add an edge to it count nothing."""
    if cut is None:
        return WHOLE
    left, top, right, bottom = (max(0, number(cut.get(side)) or 0) / 100_000 for side in ("l", "t", "r", "b"))
    return left, top, right, bottom
