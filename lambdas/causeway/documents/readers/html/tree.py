"""A page as a light tree, with how much text, how many links and how many paragraphs each element holds.

turbohtml builds the tree as browsers do and reports it as events; no step here recurses, for pages that nest without end.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Union

from turbohtml.saxparse import SaxHandler, sax_parse

from causeway.documents.readers.html.seeing import Seeing

HEADINGS = {f"h{level}": level for level in range(1, 7)}
_UNSEEN = frozenset({"script", "style", "template"})
_REPEATED = re.compile(r"<(?:html|body)(?=[\s/>])", re.IGNORECASE)
_REPEATS = 50  # of <html> or <body>: the parser merges their attributes one by one, which a hostile page makes quadratic
_SHADOW = re.compile("shadowrootmode", re.IGNORECASE)  # the events omit what is below such a template, which readers see
_SHADOW_NAME = "data-shadow-root"
_PROSE = 30  # characters of one run of text outside links, from which it counts as prose
SECTION, ARTICLE, MAIN = 1, 2, 3
_PLACES = {
    "main": MAIN,
    "article": ARTICLE,
    **dict.fromkeys(("section", "aside", "blockquote", "details", "fieldset", "figure", "td"), SECTION),
}
_PARAGRAPHS = frozenset({"p", *HEADINGS})
_NO_ATTRIBUTES: Mapping[str, str] = {}
_HIDING = frozenset({"noscript", "dialog"})
_ROLES = {  # of tables and lists that are written without their tags
    "table": "table", "grid": "table", "treegrid": "table", "rowgroup": "tbody", "row": "tr", "cell": "td", "gridcell": "td",
    "columnheader": "th", "rowheader": "th", "list": "ul", "listitem": "li",
}  # fmt: skip
_PLAIN = frozenset({"div", "span"})
_BLOCK_STYLE = re.compile(r"(?:^|;)display:(?:block|flex|grid|list-item|table)")
_ADDRESSES = ("mailto:", "tel:")  # such links are text
DEEPEST = 512  # elements within each other; the parser gives what is deeper as empty elements one after the other
_OPENED = frozenset({"article", "dd", "div", "ol", "p", "section", "ul"})

Child = Union["Element", str]


class Element:
    """One element and what is below it, but for what is hidden.

    place: the kind of section it begins, see `_PLACES`. chars, linked, prose: characters, those within links, and those of
    prose. links, paragraphs, tables, titles (h1): elements.
    hidden: browsers do not show it. hides: something below it is hidden. left_out: it is not read (see furniture).
    faint: nobody ever sees it.
    opens: it is a button directly before a part with text. opened: it is that part.
    """

    # Most elements have none of these; what an element does not set itself is read here.
    role = ""
    hidden = hides = faint = left_out = opens = opened = False
    chars = linked = prose = links = paragraphs = tables = titles = 0

    def __init__(self, tag: str, attrs: Mapping[str, str] = _NO_ATTRIBUTES) -> None:
        self.tag = tag
        self.attrs = attrs
        self.children: list[Child] = []
        if attrs:
            self._interpret(attrs)
        self.place = MAIN if self.role == "main" else _PLACES.get(self.tag, 0)

    def _interpret(self, attrs: Mapping[str, str]) -> None:
        if "role" in attrs:
            self.role = attrs["role"].strip().lower()
        if self.tag in _PLAIN:
            self.tag = _meant(self.tag, self.role, attrs)

    @property
    def plain(self) -> int:
        """Characters outside links."""
        return self.chars - self.linked

    def below(self) -> list["Element"]:
        """Every element below this one that is not left out, parents before children."""
        found = [self]
        for element in found:
            found += [child for child in element.children if not isinstance(child, str) and not child.left_out]
        return found[1:]


class Page(SaxHandler):
    """A parsed page.

    first: the first element of each tag. marks: whether a main element or an article marks the text. scripts: characters of script.
    scripted: it has scripts, in the file or elsewhere.
    templates: characters of each run of text that only a script would show.
    """

    def __init__(self, text: str) -> None:
        self.root = Element("#document")
        self.first: dict[str, Element] = {}
        self.marks = False
        self.scripts = 0
        self.scripted = False
        self.templates: list[int] = []
        self._open = [self.root]
        self._skipped: list[str] = []  # tags that are open in an element that shows nothing
        text = _calmed(text)
        self._seeing = Seeing(text)
        self._unseen_text = False  # the next characters belong to an element that shows nothing, and is too deep to hold them
        sax_parse(text, self)

    def start_element(self, tag: str, attrs: tuple[tuple[str, str | None], ...]) -> None:
        """Adds an element; those below a script, style or template are skipped."""
        self._unseen_text = False
        self._seeing.count()
        parent = self._open[-1]
        if not attrs and len(self._open) > DEEPEST and _ends_empty(parent, tag):
            self._open.append(parent.children[-1])  # type: ignore[arg-type]
            self._seeing.enter(tag, _NO_ATTRIBUTES)
            return
        if self._skipped or (tag in _UNSEEN and all(name != _SHADOW_NAME for name, _ in attrs)):
            self._skipped.append(tag)
            self.scripted = self.scripted or tag == "script"
            return
        element = Element(tag, {name: value or "" for name, value in attrs}) if attrs else Element(tag)
        fate = self._seeing.enter(tag, element.attrs)
        if fate or ((attrs or tag in _HIDING) and _is_hidden(element)):
            element.hidden, element.faint = True, fate == "away"
            element.chars = len(element.attrs.get("value", "")) if tag == "input" and element.attrs.get("type", "text") == "text" else 0
        if element.place >= ARTICLE:
            self.marks = True
        self.first.setdefault(tag, element)
        parent.children.append(element)
        self._open.append(element)

    def end_element(self, tag: str) -> None:
        """Closes the element that was opened last, and adds what it holds to what its parent holds."""
        if self._skipped:
            self._skipped.pop()
            self._unseen_text = len(self._open) > DEEPEST
        elif len(self._open) > 1:
            element = self._open.pop()
            parent = self._open[-1]
            unseen = self._seeing.unseen or (element.hidden and not parent.hidden)
            self._unseen_text = unseen and len(self._open) > DEEPEST
            self._seeing.leave()
            if element.tag in _OPENED and element.chars:
                _open_by_button(element, parent.children)
            if element.hidden or element.hides:
                parent.hides = True
            if not element.hidden or parent.hidden:
                _add(element, parent)

    def characters(self, data: str) -> None:
        """Adds text, or counts that of scripts and templates."""
        if self._unseen_text:
            self._unseen_text = False
        elif not self._skipped:
            parent = self._open[-1]
            length = len(data.strip())
            if length and self._seeing.unseen:
                parent.children.append(_apart(data, length, faint=self._seeing.shown))
                parent.hides = True
                return
            parent.children.append(data)
            if length:
                parent.chars += length
                parent.prose += length if length >= _PROSE else 0
        elif self._skipped[0] == "template":
            self.templates.append(len(data.strip()))
        elif self._skipped[0] == "script":
            self.scripts += len(data)


def _ends_empty(parent: Element, tag: str) -> bool:
    """Whether the last thing in the parent is an empty element of this tag: another one would part nothing more."""
    last = parent.children[-1] if parent.children else ""
    return not isinstance(last, str) and last.tag == tag and not last.children


def _meant(tag: str, role: str, attrs: Mapping[str, str]) -> str:
    """The tag that a div or a span replaces, by its role or its style."""
    if tag == "span" and _BLOCK_STYLE.search("".join(attrs.get("style", "").lower().split())):
        tag = "div"
    return _ROLES.get(role, tag)


def _open_by_button(element: Element, siblings: Sequence[Child]) -> None:
    """Marks an element and the button before it, which may be wrapped. siblings: they end with the element."""
    if 2 * element.linked > element.chars:
        return
    before = next((child for child in siblings[-2:-4:-1] if not isinstance(child, str) or child.strip()), "")
    while not isinstance(before, str) and not _is_button(before):
        inner = [child for child in before.children if not isinstance(child, str) or child.strip()]
        before = inner[0] if len(inner) == 1 else ""
    if not isinstance(before, str):
        before.opens = element.opened = True


def _is_button(element: Element) -> bool:
    attrs = element.attrs
    return element.tag == "button" or element.role == "button" or "onclick" in attrs or attrs.get("href", "").startswith("javascript:")


def _is_hidden(element: Element) -> bool:
    attrs = element.attrs
    if "hidden" in attrs and attrs["hidden"].strip().lower() != "until-found":
        return True
    return element.tag in _HIDING and not (element.tag == "dialog" and "open" in attrs)


def _apart(data: str, length: int, *, faint: bool) -> Element:
    """Text that nobody sees, as an element of its own beside what is seen."""
    element = Element("span")
    element.children, element.chars = [data], length
    element.hidden, element.faint = True, faint
    return element


def _calmed(text: str) -> str:
    """`text` in which each <body> or <html> after the 50th is a <div>, and in which no template is a shadow root."""
    if any(name in text for name in ("rootmode", "rootMode", "ROOTMODE")):
        text = _SHADOW.sub(_SHADOW_NAME, text)
    if len(_REPEATED.findall(text)) <= _REPEATS:
        return text
    number = count(1)
    return _REPEATED.sub(lambda found: found.group() if next(number) <= _REPEATS else "<div", text)


def _add(element: Element, parent: Element) -> None:
    if element.tag == "a" and not element.attrs.get("href", "").startswith(_ADDRESSES):
        element.linked, element.prose, element.links = element.chars, 0, 1
    parent.chars += element.chars
    parent.prose += element.prose
    if element.links:
        parent.links += element.links
        parent.linked += element.linked
    if element.paragraphs or element.tag in _PARAGRAPHS:
        parent.paragraphs += element.paragraphs + (element.tag in _PARAGRAPHS)
        parent.titles += element.titles + (element.tag == "h1")
    if element.tables or element.tag == "table":
        parent.tables += element.tables + (element.tag == "table")
