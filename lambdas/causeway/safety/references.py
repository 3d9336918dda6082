"""References to pages, figures and pictures in a text: "page 12", "Figures 2 and 3", "Abb. 4a", "picture 0123456789abcdef"."""

import re
from collections.abc import Iterator, Sequence

_FIGURE_WORDS = (
    r"figure|fig\.?|illustration|diagram|plate|photo|image|picture|abbildung|abb\.?|bild|diagramm|figura|figure|ilustraci[oó]n|"
    "рис(?:унок|\\.)?|[図图圖]"
)
_FIGURES_WORDS = r"figures|figs\.?|illustrations|diagrams|plates|photos|images|pictures|abbildungen|abb\.?|bilder|diagramme|figuras"
_PAGE_WORDS = r"page|p\.|seite|s\.|página|pág\.|pagina|bladzijde|blz\.?|strona|str\.|страниц[аеуы]|стр\."
_PAGES_WORDS = r"pages|pp\.|seiten|páginas|págs\.|pagine|bladzijden|strony|страниц(?:ы|ах)?"
_LABEL = r"(?:[A-Z]-?)?\d{1,4}(?:[.-]\d{1,3}){0,3}"
_LABELS = rf"{_LABEL}[a-z]?(?:\s*(?:,|&|–|/|and|und|et|y|e|i|to|bis|or|oder)\s*{_LABEL}[a-z]?(?!\w)){{0,20}}"
_NUMBERS = r"\d{1,4}(?:\s*(?:,|&|–|-|/|and|und|et|y|e|i|to|bis|or|oder)\s*\d{1,4}(?!\w)){0,20}"
_RANGE = r"\d{1,4}(?:\s*[–-]\s*\d{1,4})?"
FIGURE = rf"(?i:{_FIGURE_WORDS})\s{{0,2}}(?P<label>{_LABEL})[a-z]?(?!\w)"
_LABELLED = re.compile(rf"\W{{0,3}}{FIGURE}")
_FIGURE = tuple(
    re.compile(rf"(?<!\w)(?i:{words})\s{{0,2}}({labels})(?![\w%])")
    for words, labels in ((_FIGURES_WORDS, _LABELS), (_FIGURE_WORDS, rf"{_LABEL}[a-z]?"))
)
_PAGE = tuple(
    re.compile(rf"(?<!\w)(?i:{words})\s{{0,2}}({numbers})(?![\w%])") for words, numbers in ((_PAGES_WORDS, _NUMBERS), (_PAGE_WORDS, _RANGE))
)
_COUNTED = re.compile(r"(\d{1,4})\s?(?:ページ|页|頁)")
_EACH_LABEL, _EACH_NUMBER = re.compile(_LABEL), re.compile(r"\d+")
_ID = re.compile(r"(?<!\w)(?=[0-9a-f]*[a-f])(?=[a-f]*\d)[0-9a-f]{16}(?!\w)")


def references(text: str) -> Sequence[str]:
    """Each reference once, in one form: "page 12", "figure 2.1", "picture 0123456789abcdef"; of a range its first and its last page."""
    return list(dict.fromkeys(_references(text)))


def _references(text: str) -> Iterator[str]:
    for labels in (found for pattern in _FIGURE for found in pattern.findall(text)):
        yield from (f"figure {label.upper()}" for label in _EACH_LABEL.findall(labels))
    for numbers in (found for pattern in (*_PAGE, _COUNTED) for found in pattern.findall(text)):
        yield from (f"page {int(number)}" for number in _EACH_NUMBER.findall(numbers))
    yield from (f"picture {name}" for name in _ID.findall(text))


def label_of(caption: str) -> str | None:
    """The number that a caption begins with, as `references` gives it."""
    found = _LABELLED.match(caption)
    return f"figure {found['label'].upper()}" if found else None
