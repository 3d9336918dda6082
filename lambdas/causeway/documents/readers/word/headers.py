"""Page headers and footers: what they say, once each, without page numbers."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from causeway.documents.content import Block
from causeway.documents.readers.office.package import Package
from causeway.documents.readers.office.xml import R
from causeway.documents.readers.word.findings import Findings
from causeway.documents.readers.word.inline import PAGE_NUMBER
from causeway.documents.readers.word.xml import W, switched

_BETWEEN = re.compile(r"[\t\n]|\s+[-|/·•–—]\s+")
_WORD = re.compile(r"[^\W\d_]+|\d+")
_TOTAL = re.compile(rf"{PAGE_NUMBER}((?:\W*[^\W\d_]+){{0,2}}\W*)\d{{1,4}}[页頁]?(?=\s*(?:$|[-|/·•–—\t\n)]))")  # typed by hand
_HAN = frozenset("第页頁共中")
_PAGE_WORDS = frozenset((
    "page", "pages", "pg", "p", "of", "seite", "seiten", "s", "von", "sur", "página", "páginas", "pág", "de", "pagina", "pagine", "pag",
    "di", "van", "blz", "bladzijde", "side", "af", "sida", "av", "sivu", "strona", "str", "z", "strana", "oldal", "sayfa", "страница",
    "стр", "из", "сторінка", "trang", "halaman", "dari", "ページ", "쪽", "페이지", "หน้า", "صفحة", "الصفحة", "من", "עמוד", "מתוך",
))  # fmt: skip


class Headers:
    """texts_of: the lines of a container of the part with this name, page numbers marked by PAGE_NUMBER."""

    def __init__(self, package: Package, findings: Findings, texts_of: Callable[[str, Any], list[str]]) -> None:
        self._package, self._findings, self._texts_of = package, findings, texts_of

    def blocks(self, body: Any, title: str | None) -> list[Block]:
        """A text block for each header or footer that says something new, headers first. What only repeats the title is left out."""
        told = {_key(title or "")}
        parts = [*self._parts(body, "header"), *self._parts(body, "footer")]
        return [Block("text", text) for part in dict.fromkeys(parts) if (text := self._text(part, told))]

    def _parts(self, body: Any, kind: str) -> Iterator[str]:
        """The parts of the headers or footers that some page shows."""
        relations = self._package.relations(self._package.main)
        settings = self._package.related(self._package.main, "settings")
        even = settings is not None and bool(switched(settings, "evenAndOddHeaders"))
        for section in body.iter(f"{W}sectPr"):
            shown = {"default": True, "even": even, "first": bool(switched(section, "titlePg"))}
            for reference in section.iterchildren(f"{W}{kind}Reference"):
                relation = relations.get(reference.get(f"{R}id", ""))
                if relation is None or relation.external or not self._package.has(relation.target):
                    continue
                if shown.get(reference.get(f"{W}type", "default")):
                    yield relation.target
                else:
                    self._findings.add("headers not shown")

    def _text(self, part: str, told: set[str]) -> str:
        lines = [line for text in self._texts_of(part, self._package.xml(part)) if (line := _without_page_numbers(text))]
        fresh = [line for line in lines if _key(line) not in told]
        told.update(map(_key, lines))
        if lines:
            self._findings.add("headers")
        return "\n".join(fresh)


def _without_page_numbers(text: str) -> str:
    """A line without the pieces that are page numbers: "Page 2 of 9" is removed, the text beside it stays."""
    if PAGE_NUMBER not in text:
        return " ".join(text.split(" ")).strip()
    kept = (piece for piece in _BETWEEN.split(_TOTAL.sub(_without_total, text)) if PAGE_NUMBER not in piece or _says_more(piece))
    return "; ".join(filter(None, (" ".join(piece.replace(PAGE_NUMBER, "").split()) for piece in kept)))


def _says_more(piece: str) -> bool:
    """Whether a piece says more than that it is a page number; words that are not known to say only that are kept."""
    return not _are_page_words(piece)


def _without_total(found: re.Match[str]) -> str:
    """A page number without the number of pages behind it, as in "2 of 12" or "2/12"."""
    return PAGE_NUMBER if found[1].strip() and _are_page_words(found[1]) else found[0]


def _are_page_words(text: str) -> bool:
    return all(word.casefold() in _PAGE_WORDS or _HAN.issuperset(word) for word in _WORD.findall(text))


def _key(line: str) -> str:
    return " ".join(line.split()).casefold()
