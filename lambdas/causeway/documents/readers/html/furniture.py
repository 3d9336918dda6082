"""What of a page is not its text: what browsers hide, and menus, banners and footers around the text.

Told by structure and by shares of the text, never by a word in an id or a class: see docs/decisions/124-html.md.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from causeway.documents.content import Tally
from causeway.documents.readers.html.tables import is_data
from causeway.documents.readers.html.tree import ARTICLE, MAIN, Element, Page

_FURNITURE = frozenset({"nav", "menu", "search", "navigation", "menubar", "banner", "contentinfo", "dialog", "alertdialog"})
_LISTS = frozenset({"ul", "ol", "dl", "div", "p", "td", "section", "center"})
_CONTROLS = frozenset({"a", "button", "summary", "label"})
_NAMING = ("aria-controls", "data-target", "data-bs-target", "href", "for")
_LINKS = 4  # from so many links on, an element whose text is links for the most part is a menu
_LINKED = 0.7
_LINK_LENGTH = 60  # characters of a menu's links, on average
_HIDDEN = 2  # times the text that browsers show: so much hidden text is the page itself, which a script would show
_PROSE = 80  # characters of prose, from which a page's header says something of its own
_FORM = 200  # characters outside links, from which a form does


class _Found(NamedTuple):
    """An element that is left out, and the outermost kind of section it is in: 0, SECTION, ARTICLE or MAIN."""

    element: Element
    place: int


def text_of(page: Page) -> tuple[Sequence[Element], list[Tally]]:
    """The elements that hold a page's text, with `left_out` set on what is not read below them, and what that was."""
    body = page.first.get("body", page.root)
    hidden = _hide(body, page.scripted)
    found = list(_furniture(body, page.marks))
    roots = _roots(body, found) if page.marks else [body]
    return roots, [*_hidden_tally(hidden, page.templates), *_furniture_tally(body, roots, found)]


def whole_of(page: Page) -> tuple[Sequence[Element], list[Tally]]:
    """As `text_of` for a page that has no furniture, such as rendered Markdown."""
    body = page.first.get("body", page.root)
    return [body], _hidden_tally(_hide(body, page.scripted), page.templates)


def _hide(body: Element, scripted: bool) -> list[Element]:
    """Leaves out what browsers hide, unless a control of the page shows it, or it is most of the page with what is beside it.

    scripted: the page has scripts. Without any, nothing shows what is hidden of a page that has prose.
    """
    shown: frozenset[str] | None = None
    left_out = []
    waiting = [body] if body.hides else []
    for parent in waiting:
        children = [child for child in parent.children if not isinstance(child, str)]
        hidden = [child for child in children if child.hidden]
        for child in hidden:
            child.left_out = child.faint
        if hidden and ((body.prose and not scripted) or sum(child.plain for child in hidden if not child.faint) <= _HIDDEN * body.plain):
            shown = _named(body) if shown is None else shown
            for child in hidden:
                child.left_out = child.faint or (child.role != "tabpanel" and not child.opened and child.attrs.get("id") not in shown)
        left_out += [child for child in hidden if child.left_out]
        waiting += [child for child in children if child.hides and not child.left_out]
    return left_out


def _named(body: Element) -> frozenset[str]:
    """Ids of elements that links, buttons and labels show."""
    controls = (element for element in body.below() if element.tag in _CONTROLS or element.role in {"tab", "button"})
    names = (control.attrs[name] for control in controls for name in _NAMING if name in control.attrs)
    return frozenset(part.lstrip("#") for name in names for part in name.split())


def _furniture(body: Element, marked: bool) -> Iterator[_Found]:
    """Leaves out the furniture below `body`, from the outside in. Yields the outermost elements that are left out.

    marked: the page has a main element or an article.
    """
    waiting: list[tuple[Element, int]] = [(body, 0)]
    while waiting:
        parent, place = waiting.pop()
        if parent.tag == "table" and is_data(parent):
            continue
        before: Element | None = None
        for child in parent.children:
            if isinstance(child, str) or child.left_out:
                continue
            introduced, before = before is not None and before.tag == "p" and before.plain > 0, child
            listed = not introduced and place < ARTICLE and _is_link_list(child, body)
            if (listed or _is_furniture(child, place, body, marked)) and not _outweighs(child, body):
                child.left_out = True
                yield _Found(child, place)
            elif child.children:
                waiting.append((child, max(place, child.place)))


def _outweighs(element: Element, body: Element) -> bool:
    """Whether it holds most of the page's text outside links, or of its headings and paragraphs."""
    if 2 * element.plain > body.plain:
        return True
    return element.paragraphs > 1 and 2 * element.paragraphs > body.paragraphs and 2 * element.linked < element.chars


def _is_furniture(element: Element, place: int, body: Element, marked: bool) -> bool:
    if element.place >= ARTICLE:
        return False
    if element.tag in _FURNITURE or element.role in _FURNITURE:
        return place < ARTICLE or "search" in {element.tag, element.role} or (element.links > 0 and element.prose < _PROSE)
    if element.tag == "aside" or element.role == "complementary":
        return place < ARTICLE and (marked or _is_menu(element))
    if element.tag == "header":
        return place == 0 and element.prose < _PROSE and (element.titles == 0 or element.titles < body.titles)
    if element.tag == "form":
        return place < ARTICLE and element.plain < _FORM and not (element.paragraphs or element.tables or element.prose)
    return element.tag == "footer" and place == 0


def _is_link_list(element: Element, body: Element) -> bool:
    return (
        element.links >= _LINKS
        and element.place < ARTICLE
        and element.tag in _LISTS
        and _is_menu(element)
        and 2 * element.chars < body.chars
    )


def _is_menu(element: Element) -> bool:
    """Whether its text is links for the most part, as long as those of menus are."""
    return (
        element.links >= _LINKS
        and not element.paragraphs
        and element.linked > _LINKED * element.chars
        and element.linked <= _LINK_LENGTH * element.links
    )


def _roots(body: Element, found: Sequence[_Found]) -> Sequence[Element]:
    """The main elements, else the only article, if they hold most of what is left; the body otherwise."""
    left = body.chars - sum(one.element.chars for one in found)
    mains = _outermost(body, MAIN)
    for roots, place in ((mains, MAIN), ([] if mains else _outermost(body, ARTICLE), ARTICLE)):
        held = sum(root.chars for root in roots) - sum(one.element.chars for one in found if one.place >= place)
        if roots and held and 2 * held >= left and (place == MAIN or len(roots) == 1):
            return [*_title_above(body, roots), *roots]
    return [body]


def _outermost(body: Element, place: int) -> list[Element]:
    outermost = []
    waiting = [body]
    while waiting:
        element = waiting.pop()
        if element.place == place:
            outermost.append(element)
        else:
            waiting += [child for child in reversed(element.children) if not isinstance(child, str) and not child.left_out]
    return outermost


def _title_above(body: Element, roots: Sequence[Element]) -> Sequence[Element]:
    """The page's header or heading outside `roots`, where only that holds the page's h1."""
    if any(root.titles for root in roots):
        return []
    titles = {element.tag: element for element in body.below() if element.tag == "h1" or (element.tag == "header" and element.titles)}
    return [titles[tag] for tag in ("header", "h1") if tag in titles][:1]


def _hidden_tally(hidden: Sequence[Element], templates: Sequence[int]) -> list[Tally]:
    characters = [size for size in (*(element.chars for element in hidden), *templates) if size]
    why = f"Hidden parts of the page are left out ({sum(characters):,} characters). Show them before you save the page, if they matter."
    return [Tally("hidden text", 0, len(characters), why)] if characters else []


def _furniture_tally(body: Element, roots: Sequence[Element], found: Sequence[_Found]) -> list[Tally]:
    """lost: menus and footers are no loss; prose beside the main part is."""
    outside = [one.element for one in found if one.place < ARTICLE]
    rest = [] if body in roots else [*roots, *outside]
    beside = max(body.chars - sum(element.chars for element in rest), 0) if rest else 0
    lost = max(body.prose - sum(element.prose for element in rest), 0) if rest else 0
    lost += sum(element.prose for element in outside if element.tag in {"aside", "header"})
    sizes = [size for size in (*(one.element.chars for one in found), beside) if size]
    why = f"Menus, page headers and footers and other parts around the text are left out ({sum(sizes):,} characters)."
    return [Tally("furniture", 0, len(sizes), why, lost)] if sizes else []
