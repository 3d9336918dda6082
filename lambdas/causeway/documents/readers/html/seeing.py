"""Follows a page's elements from outside in, and tells which of them, and which text in them, nobody sees."""

import re
from collections.abc import Mapping
from typing import Literal

from causeway.documents.readers.html.declared import Style, declared, is_away, shows_nothing
from causeway.documents.readers.html.looks import ATTRIBUTES, Look
from causeway.documents.readers.html.sheets import applied, is_linked

_DOCTYPE = re.compile(r"\ufeff?\s*(?:<!--.*?-->\s*){0,5}(?:<\?xml[^>]*>\s*)?<!doctype", re.IGNORECASE | re.DOTALL)
_PICTURES = re.compile(r"<(?:img|svg|video|canvas|iframe)\b", re.IGNORECASE)
_LOOKING = frozenset({"a", "button", "input", "select", "textarea", "mark", "table"})  # look by themselves unlike what is around them
_REPLACED = frozenset({"img", "svg", "image", "area", "input", "select", "textarea", "iframe", "video", "audio", "canvas", "object"})
_PLAIN: Style = {}
Fate = Literal["", "hidden", "away"]


class Seeing:
    """unseen: whether nobody sees the text that comes next. Every element of the page is to be counted, entered or not."""

    def __init__(self, text: str) -> None:
        self._styles = applied(text)
        self._old = not _DOCTYPE.match(text[:5_000])
        self._floats = bool(_PICTURES.search(text))
        self._looks = [(Look(None, None, link=None) if is_linked(text) else Look(), False)]
        self._known: dict[tuple[Look, str, bool], tuple[Look, bool]] = {}
        self._number = -1

    @property
    def unseen(self) -> bool:
        return self._looks[-1][1]

    @property
    def shown(self) -> bool:
        """False where only `visibility` hides that text, which a script may change."""
        return self._looks[-1][0].shown

    def count(self) -> None:
        """The next element of the page begins."""
        self._number += 1

    def enter(self, tag: str, attrs: Mapping[str, str]) -> Fate:
        """Enters the element that was counted last. "away": nothing of it is ever seen; "hidden": not until a script shows it."""
        look, unseen = self._looks[-1]
        if self._number not in self._styles and tag not in _LOOKING and ATTRIBUTES.isdisjoint(attrs):
            self._looks.append(self._looks[-1])
            return "hidden" if tag in _REPLACED and not look.shown else ""
        style = self._style(attrs)
        if not style and ATTRIBUTES.isdisjoint(attrs):
            self._looks.append(self._usual(look, tag, "href" in attrs))
            return "hidden" if tag in _REPLACED and not look.shown else ""
        look = look.on_a_new_table() if tag == "table" and self._old else look
        look = look.of(tag, attrs, style, self._floats)
        unseen = look.unseen
        self._looks.append((look, unseen))
        if is_away(style) or (tag == "input" and unseen):
            return "away"
        return "hidden" if shows_nothing(style) or (tag in _REPLACED and not look.shown) else ""

    def _usual(self, look: Look, tag: str, linked: bool) -> tuple[Look, bool]:
        """How a link, a table or a control without a style looks in an element that looks like this."""
        key = (look, tag, linked)
        if key not in self._known:
            inner = look.on_a_new_table() if tag == "table" and self._old else look
            inner = inner.of(tag, {"href": ""} if linked else {}, _PLAIN, self._floats)
            self._known[key] = inner, inner.unseen
        return self._known[key]

    def leave(self) -> None:
        """The element that was entered last ends."""
        self._looks.pop()

    def _style(self, attrs: Mapping[str, str]) -> Style:
        """What the sheets and the element's own style say together, in CSS's order."""
        own, important = declared(attrs["style"]) if attrs.get("style") else (_PLAIN, frozenset[str]())
        normal, urgent = self._styles.get(self._number, (_PLAIN, _PLAIN))
        if not normal and not urgent:
            return own
        return {**normal, **own, **urgent, **{name: own[name] for name in important}}
