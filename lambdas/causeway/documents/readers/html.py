"""HTML to blocks: the main text without navigation, scripts, banners and forms."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from causeway.documents.bad import BadDocument
from causeway.documents.content import Block, Content, table
from causeway.documents.readers.limits import DEFAULT, Limits

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_DROPPED = (
    "script, style, noscript, template, svg, math, canvas, iframe, object, embed, head, nav, aside, form, dialog, menu, footer, button, "
    "select, input, textarea, [hidden], [aria-hidden=true], [role=navigation], [role=banner], [role=contentinfo], [role=search], "
    "[role=complementary], [role=menu], [role=dialog], [role=alertdialog]"
)
_BANNERS = "body > header, body > div > header"
_MAIN = ("main", "[role=main]", "article")
_NAMED = (
    "nav", "navbar", "navigation", "menu", "breadcrumb", "breadcrumbs", "sidebar", "footer", "site-footer", "site-header", "cookie",
    "cookie-banner", "cookies", "skip-link", "toc", "pagination", "share", "social", "advert", "ads", "newsletter",
)  # fmt: skip
_NAMED_SELECTOR = ", ".join(f".{name}, #{name}" for name in _NAMED)
_BLOCKS = frozenset(
    (
        "address", "article", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption", "figure",
        "header", "hgroup", "hr", "html", "li", "main", "ol", "p", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead",
        "tr", "ul",
    )
)  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LINK_LIST = 0.7  # of a list's characters, when at least so many of its items are nothing but links
_LINKS = 4


def read_html(text: str, limits: Limits = DEFAULT) -> Content:
    """Blocks of a page. Its title is its only h1, else its <title>. Raises BadDocument one_long_line."""
    from selectolax.lexbor import LexborHTMLParser

    page = LexborHTMLParser(text.replace("\f", " "))
    title, language = _title(page), _language(page)
    _strip(page)
    blocks = next((found for root in _roots(page) if (found := list(_Walk(root)))), [])
    _check(blocks, limits.line)
    headings = [block.text for block in blocks if block.kind == "heading" and block.level == 1]
    return Content(headings[0] if len(headings) == 1 else title, blocks, language)


def _check(blocks: Sequence[Block], most: int) -> None:
    """Minified pages are well: their elements tell where a paragraph ends. Without such elements nothing does."""
    longest = max((len(line) for block in blocks if len(block.text) > most for line in block.text.split("\n")), default=0)
    if longest > most:
        raise BadDocument(
            "one_long_line",
            f"The page is one line of {longest:,} characters without paragraphs or headings. Save it with its paragraphs, each in a <p>.",
        )


def _title(page: "LexborHTMLParser") -> str | None:
    node = page.css_first("head > title") or page.css_first("title")
    return " ".join(node.text().split()) or None if node else None


def _language(page: "LexborHTMLParser") -> str | None:
    value = page.root.attributes.get("lang") if page.root else None
    return value[:2].lower() if value and value[:2].isalpha() else None


def _strip(page: "LexborHTMLParser") -> None:
    for selector in (_DROPPED, _BANNERS, _NAMED_SELECTOR):
        for node in page.css(selector):
            if node.tag not in {"body", "html", "main", "article"}:
                node.decompose()
    for node in page.css("ul, ol"):
        if _is_link_list(node):
            node.decompose()


def _is_link_list(node: "LexborNode") -> bool:
    links = node.css("a")
    if len(links) < _LINKS or any(len(link.text(strip=True)) > 60 for link in links):
        return False
    return sum(len(link.text(strip=True)) for link in links) > _LINK_LIST * len("".join(node.text().split()))


def _roots(page: "LexborHTMLParser") -> Iterator["LexborNode"]:
    """Where the text may be, most specific first; the body is last, for pages whose main element is empty."""
    for selector in _MAIN:
        found = page.css(selector)
        if len(found) == 1:
            yield found[0]
    if page.body is not None:
        yield page.body


class _Walk:
    """Blocks below a node. It keeps its own stack: a page may nest deeper than Python's calls."""

    def __init__(self, root: "LexborNode") -> None:
        self._root = root
        self._inline: list[str] = []
        self._lists: list[str | int] = []  # for each open list the number of its next item, or "-"
        self._mark = ""
        self._items: list[str] = []

    def __iter__(self) -> Iterator[Block]:
        stack: list[tuple[Any, bool]] = [(self._root, False)]
        while stack:
            node, leaving = stack.pop()
            if leaving:
                yield from self._leave(node.tag)
                continue
            whole = self._whole(node)
            if whole is not None:
                yield from self._flush()
                yield from self._list_items()
                yield from whole
                continue
            yield from self._enter(node)
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(list(node.iter(include_text=True))))
        yield from self._flush()
        yield from self._list_items()

    def _whole(self, node: Any) -> list[Block] | None:
        """Blocks of an element that is taken as one, or None when its children are visited."""
        tag = node.tag
        if tag == "pre":
            code = node.text().strip("\n")
            return [Block("code", code)] if code.strip() else []
        if tag == "table" and node.css_first("table table, h1, h2, h3, pre, ul, ol") is None:
            return _table(node)
        if tag in _HEADINGS:
            heading = " ".join(node.text().split()).rstrip("¶#").strip()
            return [Block("heading", heading, _HEADINGS[tag])] if heading else []
        return None

    def _enter(self, node: Any) -> Iterator[Block]:
        tag = node.tag
        if tag == "-text":
            self._inline.append((node.text_content or "").replace("\n", " "))
        elif tag == "br":
            self._inline.append("\n")
        elif tag == "img":
            self._inline.append(f" {node.attributes.get('alt') or ''} ")
        elif tag in _BLOCKS:
            yield from self._flush()
            self._open(tag)

    def _open(self, tag: str) -> None:
        if tag in {"ul", "ol"}:
            self._lists.append(1 if tag == "ol" else "-")
        elif tag == "li" and self._lists:
            number = self._lists[-1]
            self._mark = "- " if isinstance(number, str) else f"{number}. "
            self._lists[-1] = number if isinstance(number, str) else number + 1

    def _leave(self, tag: str) -> Iterator[Block]:
        if tag not in _BLOCKS:
            return
        yield from self._flush()
        if tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
            if not self._lists:
                yield from self._list_items()

    def _flush(self) -> Iterator[Block]:
        lines = (" ".join(line.split()) for line in "".join(self._inline).split("\n"))
        text = "\n".join(filter(None, lines))
        self._inline.clear()
        if not text:
            return
        if self._lists:
            self._items.append(f"{'  ' * (len(self._lists) - 1)}{self._mark or '  '}{text}")
            self._mark = ""
        else:
            yield Block("text", text)

    def _list_items(self) -> Iterator[Block]:
        if self._items:
            yield Block("text", "\n".join(self._items))
            self._items.clear()


def _table(node: Any) -> list[Block]:
    """Rows with their header; a table that holds no header cell and one column is layout, and gives paragraphs."""
    rows = [[" ".join(cell.text(separator=" ").split()) for cell in line.css("th, td")] for line in node.css("tr")]
    caption = node.css_first("caption")
    blocks = [Block("text", " ".join(caption.text().split()))] if caption else []
    if all(len(cells) <= 1 for cells in rows):
        return [*blocks, *(Block("text", cell) for cells in rows for cell in cells if cell)]
    return [*blocks, *table(rows)]
