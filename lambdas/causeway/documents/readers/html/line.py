"""The words of inline elements: the text of one line, and where words are separate."""

import re
from collections import Counter
from collections.abc import Callable

from causeway.documents.readers.html.tree import HEADINGS, Child, Element

BLOCKS = frozenset(
    (
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir", "div", "dl", "dt",
        "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr",
        "html", "legend", "li", "listing", "main", "menu", "nav", "noscript", "ol", "p", "pre", "search", "section",
        "summary", "table", "tbody", "td", "template", "tfoot", "th", "thead", "tr", "ul", "xmp",
    )
)  # fmt: skip
_EMBEDDED = frozenset({"iframe", "frame", "object", "embed", "applet", "canvas", "video", "audio", "portal"})
_APART = frozenset({"button", "label", "optgroup", "option", "select", "textarea", "meter", "progress", "output"})
_WRITTEN = frozenset({"", "text", "email", "number", "date", "month", "week", "time", "datetime-local", "tel", "url"})
_BUTTONS = frozenset({"button", "submit", "reset"})
_UNREAD = frozenset({"annotation", "annotation-xml", "datalist", "head", "link", "meta", "noembed", "noframes", "rp", "title", "wbr"})
_QUOTES = {"q": '"'}
_SIGNS = {"msup": "^", "msub": "_", "mfrac": "/", "mroot": "√"}  # of formulas, between the parts of an element
_TEXTUAL = frozenset({"p", "li", "td", "th", "dd", "dt", "summary", "legend", "label", "caption", "figcaption", *HEADINGS})
_CONTROLS = frozenset({"input", "select", "button", "textarea"})
_PICTURES = frozenset({"img", "svg", "image", "area"})
_DECORATION = frozenset({"presentation", "none"})
_PERMALINKS = frozenset("#¶§🔗↩\ufe0e")
_GAP = "\1"  # a space, but before and after punctuation
_NO_GAP = re.compile("\1+(?=[\\s,.;:!?)\\]}»”’%…])|(?<=[(\\[{«“‘])\1+")
_ITEM = "\0"  # ends an item of a list, until the items are joined; no page has it
_MARK = 12  # characters that a raised or lowered sign has at most


Keep = Callable[[str], str | None]


class Seen(Counter[str]):
    """How many pictures were "told" by a text and "untold", "drawn" characters in pictures, "objects" and "controls" were met.

    keep: keeps the picture at an address of the page, and gives its id; None where pictures are only counted.
    waiting: ids of pictures that have no place among the blocks yet. described: what was said of them.
    """

    def __init__(self, keep: Keep | None = None) -> None:
        super().__init__()
        self._keep = keep
        self.waiting: list[str] = []
        self.described = ""

    def show(self, address: str, text: str) -> None:
        kept = self._keep(address) if self._keep and address else None
        if kept:
            self.waiting.append(kept)
            self.described += text

    def taken(self) -> tuple[tuple[str, ...], str]:
        """Those that wait, and what was said of them."""
        found = tuple(self.waiting), "".join(self.described.split())
        self.waiting, self.described = [], ""
        return found


class Line:
    """Collects the text of inline elements, in which a line break is a new line. seen: counts what is met on the way."""

    def __init__(self, seen: Seen, textual: int = 0) -> None:
        self._seen = seen
        self._textual = textual  # open elements whose controls are text, such as paragraphs, cells and headings
        self._pieces: list[str] = []
        self._marks: list[int] = []  # where each open raised or lowered text begins
        self._link_ended = self._formula_ended = False

    def add(self, text: str) -> None:
        """Text of the file, in which white space of any kind is a space."""
        self._pieces.append(text.replace("\n", " "))
        self._link_ended = False
        self._formula_ended = self._formula_ended and text.isspace()

    def apart(self, text: str = "") -> None:
        """Text that does not touch what is beside it."""
        self._pieces += (_GAP, text, _GAP)

    def end_line(self) -> None:
        """What follows is in a new line."""
        self._pieces.append("\n")

    def take(self) -> str:
        """The lines collected so far, which are forgotten."""
        if not self._pieces:
            return ""
        text = "".join(self._pieces) if len(self._pieces) > 1 else self._pieces[0]
        text = _NO_GAP.sub("", text).replace(_GAP, " ") if _GAP in text else text
        self._pieces.clear()
        self._marks.clear()
        if "\n" not in text:
            return " ".join(text.split())
        return "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))

    def enter(self, element: Element) -> bool:
        """Adds what an element shows by itself. False: what is below it is not text, and `leave` is not called."""
        tag = element.tag
        if tag in _EMBEDDED:
            self._seen["objects"] += 1
            return False
        if tag in _UNREAD or (tag == "a" and _is_permalink(element)):
            return False
        if element.attrs.get("aria-hidden") == "true" and self._is_ornament(element):
            return False
        if tag in _PICTURES or element.role == "img":
            if not self._picture(element):
                return False
        elif tag in _CONTROLS and not self._control(element):
            return False
        self._open(element)
        return True

    def leave(self, element: Element) -> None:
        """Ends what `enter` began."""
        tag = element.tag
        self._textual -= tag in _TEXTUAL
        if tag in {"sup", "sub"} and self._marks:
            self._raise(self._marks.pop(), "^" if tag == "sup" else "_", linked=bool(element.links))
        elif tag == "a":
            self._link_ended = True
        elif tag == "math":
            self._formula_ended = True
        elif tag == "rt":
            self._pieces.append(")")
        elif tag in _QUOTES:
            self._pieces.append(_QUOTES[tag])
        elif _is_apart(tag):
            self.apart()

    def _open(self, element: Element) -> None:
        tag = element.tag
        self._textual += tag in _TEXTUAL
        if tag == "br":
            self.end_line()
        elif tag in {"sup", "sub"}:
            self._marks.append(len(self._pieces))
        elif tag in _SIGNS:
            parts = [child for child in element.children if not isinstance(child, str) or child.strip()]
            element.children = [*parts[:1], _SIGNS[tag], *parts[1:]]
        elif _is_apart(tag) or (tag == "a" and self._link_ended):
            self.apart(_label(element))
        elif tag == "rt":
            self._pieces.append("(")
        elif tag in _QUOTES:
            self._pieces.append(_QUOTES[tag])

    def _is_ornament(self, element: Element) -> bool:
        """Whether it is the name of an icon ("arrow_back"), a sign, or a formula drawn a second time."""
        if self._formula_ended:
            return True
        word = element.children[0] if len(element.children) == 1 else ""
        if not isinstance(word, str) or len(word.split()) > 1:
            return False
        return not word.strip().isalnum() or (element.tag in {"i", "span"} and word.islower() and word.isascii())

    def _picture(self, element: Element) -> bool:
        """Its alternative text. A picture that is marked as decoration, or has no size, is none."""
        attrs = element.attrs
        text = next((attrs[name] for name in ("alt", "aria-label", "title") if attrs.get(name, "").strip()), "") or _svg_title(element)
        if text:
            self._seen["told"] += 1
            self.apart(text.replace("\n", " "))
        else:
            self.apart()
            self._untold(element)
        if element.tag in ("img", "image") and attrs.get("alt") != "" and element.role not in _DECORATION:
            self._seen.show(attrs.get("src") or attrs.get("xlink:href") or attrs.get("href") or "", text)
        return element.tag not in _PICTURES and not text

    def _untold(self, element: Element) -> None:
        attrs = element.attrs
        tiny = attrs.get("width", "").strip() in {"0", "1"} or attrs.get("height", "").strip() in {"0", "1"}
        decoration = attrs.get("alt") == "" or element.role in _DECORATION or attrs.get("aria-hidden") == "true" or tiny
        if not decoration and (element.tag == "img" or (element.tag == "svg" and element.chars)):
            self._seen["untold"] += 1
            self._seen["drawn"] += element.chars

    def _control(self, element: Element) -> bool:
        """The text of a control within text, or of a button that opens a part of the page; others are counted."""
        kind, value = element.attrs.get("type", "").lower(), element.attrs.get("value", "")
        if element.tag == "input" and kind in {"checkbox", "radio"}:
            self.apart("[x]" if "checked" in element.attrs else "[ ]")
        elif element.tag == "input" and kind in _WRITTEN:
            self.apart(value)
        elif element.tag == "textarea" or self._textual or element.opens or element.attrs.keys() & {"aria-expanded", "aria-controls"}:
            self.apart(value if kind in _BUTTONS and element.tag == "input" else "")
            return True
        else:
            self._seen["controls"] += kind != "hidden"
        return False

    def _raise(self, start: int, sign: str, linked: bool) -> None:
        """A raised number after a letter or digit: a power gets a sign, so that 10 with a raised 3 is not 103; a link is a note."""
        text = "".join(self._pieces[start:]).strip()
        before = self._pieces[start - 1][-1:] if start else ""
        if not text or len(text) > _MARK or not before.isalnum():
            return
        if linked:
            self._pieces[start:] = [text if text.startswith("[") else f" [{text}]"]
        elif text.lstrip("+-−").isdigit() and (sign == "^" or before.isdigit()):
            self._pieces[start:] = [f"{sign}{text}"]


def _is_apart(tag: str) -> bool:
    """Controls, and elements that a page defines itself, such as <my-tab>."""
    return tag in _APART or "-" in tag


def _label(element: Element) -> str:
    """What such an element shows before its text."""
    if element.tag == "option":
        return "[x]" if "selected" in element.attrs else ""
    named = element.tag == "optgroup" or "-" in element.tag
    return next((element.attrs[name] for name in ("label", "title") if named and element.attrs.get(name)), "")


def _is_permalink(element: Element) -> bool:
    """Whether a link is the sign beside a heading that links to the heading itself."""
    sign = "".join(child for child in element.children if isinstance(child, str)).strip() if element.chars in {1, 2} else ""
    return sign != "" and _PERMALINKS.issuperset(sign) and element.attrs.get("href", "#").startswith("#")


def _svg_title(element: Element) -> str:
    titles = (child.children for child in element.children if not isinstance(child, str) and child.tag == "title")
    return "".join(text for children in titles for text in children if isinstance(text, str)).strip()


def flat(element: Element, seen: Seen) -> str:
    """All text below an element in one line: blocks and lines are words apart, items of a list have commas between them."""
    texts = [child for child in element.children if isinstance(child, str)]
    if len(texts) == len(element.children):
        return " ".join("".join(texts).split())
    line = Line(seen, textual=1)
    waiting: list[Child | None] = list(reversed(element.children))  # None: the element that was entered last ends
    entered: list[Element] = []
    while waiting:
        child = waiting.pop()
        if isinstance(child, str):
            line.add(child)
        elif child is None:
            ended = entered.pop()
            if ended.tag in BLOCKS:
                line.apart(_ITEM if ended.tag == "li" else "")
            line.leave(ended)
        else:
            if child.tag in BLOCKS:
                line.apart()
            if not child.left_out and line.enter(child):
                entered.append(child)
                waiting.append(None)
                waiting += reversed(child.children)
    items = (" ".join(part.split()) for part in line.take().split(_ITEM))
    return ", ".join(filter(None, items))


def code(element: Element) -> str:
    """The text of preformatted lines, with their white space."""
    pieces: list[str] = [""]
    waiting: list[Child | None] = list(reversed(element.children))  # None: what follows is in a new line
    while waiting:
        child = waiting.pop()
        if isinstance(child, str):
            pieces.append(child)
        elif child is None or child.tag == "br":
            pieces.append("\n" if child is not None or not pieces[-1].endswith("\n") else "")
        elif not child.left_out and child.tag not in _CONTROLS and child.tag not in _UNREAD:
            edge = [None] if child.tag in BLOCKS else []
            waiting += [*edge, *reversed(child.children), *edge]
    return "".join(pieces).strip("\n")
