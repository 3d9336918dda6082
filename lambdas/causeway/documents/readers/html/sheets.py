"""The style sheets that a page holds, as what they say of each element. turbohtml parses the rules and matches the selectors."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import turbohtml
from turbohtml.clean import minify_css
from turbohtml.convert import SelectorSyntaxError, css_specificity
from turbohtml.cssom import StyleSheet

from causeway.documents.readers.html.declared import HIDING, Style, declared

_MOST = 10_000  # selectors of a page that are applied
_NAMED = re.compile(r"<style", re.IGNORECASE)
_LINKED = re.compile(r"<link[^>]{0,500}stylesheet|@import", re.IGNORECASE)
_NAMES = re.compile(r"[.#]([\w-]+)")
_MARKED = re.compile(r"[(\\]")  # a selector that may name what an element does not have
_LATER = re.compile(r":(?:hover|focus(?:-within|-visible)?|active|checked|target(?:-within)?|open)\b")
_ACTING = "[onclick],[onload],[onmouseover],[onchange],[onfocus]"
_COMMA = re.compile(r",(?![^()\[\]]*[)\]])")
_AT = re.compile(r"@(media|supports|layer)([^{};]*)\{|[{}]")
_ELSEWHERE = re.compile(r"print|speech|max-|prefers|portrait|not\b|hover|resolution|<")  # conditions that a wide screen may not meet
_WIDER = re.compile(r"min-width:(\d+)(px|r?em)")
_SCREEN = 1280  # pixels


class _Rule(NamedTuple):
    """Declarations of one selector."""

    specificity: tuple[int, int, int]
    selector: str
    style: Style
    important: frozenset[str]


def is_linked(text: str) -> bool:
    """Whether a page has style sheets elsewhere, so that nobody knows from the page what is behind its text."""
    return bool(_LINKED.search(text))


def applied(text: str) -> Mapping[int, tuple[Style, Style]]:
    """By the number of an element in the page, counted from 0: the declarations for it, and those that are !important.

    Nothing for a page with scripts or with sheets elsewhere: these change what its own sheets say.
    """
    if not _NAMED.search(text) or is_linked(text):
        return {}
    page = turbohtml.parse(text, positions=False)
    if _is_scripted(page):
        return {}
    names = _names(page)
    rules = sorted((rule for sheet in page.select("style") for rule in _rules(sheet.text, names)), key=lambda rule: rule.specificity)
    if not rules:
        return {}
    numbers = {element: number for number, element in enumerate(page.select("*"))}
    styles: dict[int, tuple[dict[str, str], dict[str, str]]] = {}
    for rule in rules[:_MOST]:
        for element in page.select(rule.selector):
            _add(rule, styles.setdefault(numbers[element], ({}, {})))
    for number in _shown_later(page, rules, numbers):
        for declarations in styles.get(number, ()):
            for name in HIDING & declarations.keys():
                del declarations[name]
    return styles


def _add(rule: _Rule, declarations: tuple[dict[str, str], dict[str, str]]) -> None:
    for name, value in rule.style.items():
        held = declarations[name in rule.important]
        held.pop(name, None)
        held[name] = value


def _is_scripted(page: turbohtml.Document) -> bool:
    """Whether the page has scripts, which may change what its sheets say of an element."""
    kinds = (str(script.attrs.get("type") or "") for script in page.select("script"))
    return any(not kind or "script" in kind or kind == "module" for kind in kinds) or bool(page.select(_ACTING))


def _shown_later(page: turbohtml.Document, rules: Sequence[_Rule], numbers: Mapping[Any, int]) -> Iterator[int]:
    """Elements that the sheets show when somebody points at or chooses something."""
    for rule in rules:
        if _LATER.search(rule.selector) and HIDING & rule.style.keys():
            try:
                yield from (numbers[element] for element in page.select(_LATER.sub("", rule.selector) or "*"))
            except SelectorSyntaxError:
                continue


def _names(page: turbohtml.Document) -> frozenset[str]:
    """Ids and classes of the page, in small letters."""
    found: set[str] = set()
    for element in page.select("[id],[class]"):
        for value in (element.attrs.get("id"), element.attrs.get("class")):
            found.update((" ".join(value) if isinstance(value, list) else value or "").lower().split())
    return frozenset(found)


def _rules(css: str, names: frozenset[str]) -> Iterator[_Rule]:
    """The rules that say something of how an element is seen, but for those with an id or a class that the page does not have."""
    for rule in StyleSheet(_on_a_screen(minify_css(css))).rules:
        style, important = declared(rule.style.text)
        for selector in _COMMA.split(rule.selector_text) if style else ():
            if not _MARKED.search(selector) and not names.issuperset(_NAMES.findall(selector.lower())):
                continue
            try:
                yield _Rule(css_specificity(selector)[0], selector, style, important)
            except SelectorSyntaxError:
                continue


def _on_a_screen(css: str) -> str:
    """A minified sheet with the rules of those blocks that a wide screen shows in their blocks' place."""
    pieces: list[str] = []
    depth, opened, last = 0, [], 0
    for found in _AT.finditer(css):
        kept = found[0].startswith("@") and not _is_elsewhere(found[1], found[2])
        if found[0].endswith("{"):
            depth += 1
            if kept:
                opened.append(depth)
        elif opened and opened[-1] == depth:
            opened.pop()
            kept = True
        depth -= found[0] == "}"
        if kept:
            pieces.append(css[last : found.start()])
            last = found.end()
    return "".join((*pieces, css[last:]))


def _is_elsewhere(kind: str, condition: str) -> bool:
    if kind != "media":
        return False
    widths = [int(number) * (1 if unit == "px" else 16) for number, unit in _WIDER.findall(condition)]
    return bool(_ELSEWHERE.search(condition)) or any(width > _SCREEN for width in widths)
