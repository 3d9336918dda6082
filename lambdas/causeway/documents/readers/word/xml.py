"""Names and small look-ups of WordprocessingML."""

from functools import cache
from typing import Any

from causeway.documents.readers.office.xml import MC, chosen

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_SDT, _ALTERNATIVES = f"{W}sdt", f"{MC}AlternateContent"
_OPENED = frozenset({_SDT, _ALTERNATIVES, *(f"{W}{name}" for name in ("sdtContent", "customXml", "smartTag", "ins", "moveTo"))})
_OFF = frozenset({"0", "false", "off"})


def value(element: Any, path: str, default: str = "") -> str:
    """w:val of the element below `element` at `path` ("pPr/pStyle"), `default` when there is none."""
    found = below(element, path)
    return default if found is None else str(found.get(f"{W}val", default))


def below(element: Any, path: str) -> Any:
    """The first element at `path` below `element`, or None."""
    for tag in _tags(path):
        if element is None:
            return None
        element = child(element, tag)
    return element


def child(element: Any, tag: str) -> Any:
    """The first child with this full name, or None; faster than find."""
    return next(element.iterchildren(tag), None)


@cache
def _tags(path: str) -> tuple[str, ...]:
    return tuple(f"{W}{name}" for name in path.split("/"))


def switched(element: Any, path: str) -> bool | None:
    """Whether an on-off property is on; None when it is not given."""
    found = below(element, path)
    return None if found is None else found.get(f"{W}val", "1") not in _OFF


def flat(parent: Any) -> Any:
    """The children of `parent`, those inside content controls, custom XML and tracked insertions in their containers' place.

    A content control that is a table of contents stays itself.
    """
    for inner in parent:
        tag = inner.tag
        if tag not in _OPENED:
            yield inner
        elif tag == _ALTERNATIVES:
            yield from flat(chosen(inner))
        elif tag == _SDT and holds_contents(inner):
            yield inner
        else:
            yield from flat(inner)


def holds_contents(control: Any) -> bool:
    """Whether a content control is a table of contents."""
    return value(control, "sdtPr/docPartObj/docPartGallery") == "Table of Contents"
