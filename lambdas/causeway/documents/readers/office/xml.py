"""XML of Office files, and the names that all programs share."""

import re
from typing import Any

from lxml import etree

from causeway.documents.readers.xml import tree

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_STRICT = "http://purl.oclc.org/ooxml/"
_STRICT_NAME = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_KNOWN = ("http://schemas.microsoft.com/office/", "http://schemas.openxmlformats.org/", "urn:schemas-microsoft-com:")


def parsed(data: bytes) -> Any:
    """The root of an XML part; the names of strict Open XML (ISO 29500) become the usual ones. Raises etree.XMLSyntaxError."""
    root = tree(data)
    if any(space.startswith(_STRICT) for space in root.nsmap.values()):
        root = tree(_STRICT_NAME.sub(rb"http://schemas.openxmlformats.org/\1/2006/", etree.tostring(root)))
    return root


def chosen(alternatives: Any) -> Any:
    """The branch of an mc:AlternateContent that is shown: the first whose namespaces are known, else the fallback; or ()."""
    for branch in alternatives:
        spaces = [branch.nsmap.get(prefix, "") for prefix in branch.get("Requires", "").split()]
        if branch.tag == f"{MC}Fallback" or (branch.tag == f"{MC}Choice" and all(space.startswith(_KNOWN) for space in spaces)):
            return branch
    return ()


def number(text: str | None) -> int | None:
    """An integer of at most nine digits, or None."""
    try:
        return int(text) if text and len(text) < 10 else None
    except ValueError:
        return None
