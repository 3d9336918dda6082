"""Names and small look-ups of WordprocessingML."""

import re
from functools import cache
from typing import Any

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SDT, _ALTERNATIVES = f"{W}sdt", f"{MC}AlternateContent"
_OPENED = frozenset({_SDT, _ALTERNATIVES, *(f"{W}{name}" for name in ("sdtContent", "customXml", "smartTag", "ins", "moveTo"))})
_STRICT = "http://purl.oclc.org/ooxml/"
_STRICT_NAME = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_KNOWN = ("http://schemas.microsoft.com/office/", "http://schemas.openxmlformats.org/", "urn:schemas-microsoft-com:")
_OFF = frozenset({"0", "false", "off"})


def parsed(data: bytes) -> Any:
    """The root of an XML part: no entity is expanded, nothing is fetched, depth and text nodes are bounded by libxml2.

    The names of strict Open XML (ISO 29500) become the usual ones. Raises etree.XMLSyntaxError.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True)
    root = etree.fromstring(data, parser)
    if any(space.startswith(_STRICT) for space in root.nsmap.values()):
        root = etree.fromstring(_STRICT_NAME.sub(rb"http://schemas.openxmlformats.org/\1/2006/", etree.tostring(root)), parser)
    return root


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


def number(text: str | None) -> int | None:
    """An integer of at most nine digits, or None."""
    try:
        return int(text) if text and len(text) < 10 else None
    except ValueError:
        return None


def switched(element: Any, path: str) -> bool | None:
    """Whether an on-off property is on; None when it is not given."""
    found = below(element, path)
    return None if found is None else found.get(f"{W}val", "1") not in _OFF


def chosen(alternatives: Any) -> Any:
    """The branch of an mc:AlternateContent that is shown: the first whose namespaces are known, else the fallback; or ()."""
    for branch in alternatives:
        spaces = [branch.nsmap.get(prefix, "") for prefix in branch.get("Requires", "").split()]
        if branch.tag == f"{MC}Fallback" or (branch.tag == f"{MC}Choice" and all(space.startswith(_KNOWN) for space in spaces)):
            return branch
    return ()


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
