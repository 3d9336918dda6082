"""Markdown to blocks: markdown-it makes HTML of it, which the HTML reader reads. See docs/decisions/125-markdown.md.

Read are CommonMark and GitHub's tables, footnotes, task lists and alerts, and what handbooks add: definition lists and
admonitions ("!!! note", ":::note").
"""

import re
from collections.abc import Callable, Sequence
from functools import cache, partial
from html import escape
from typing import TYPE_CHECKING, Any

from causeway.documents.content import Block, Content
from causeway.documents.readers.album import Album
from causeway.documents.readers.html.line import BLOCKS, Keep
from causeway.documents.readers.html.reader import read_fragment
from causeway.documents.readers.limits import DEFAULT, Limits
from causeway.documents.readers.markdown.front_matter import split
from causeway.documents.readers.plain import read_text

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

_DEEPEST = 1_000  # markdown-it drops what is nested deeper; Python's own limit comes first, and it raises
_ANCHOR = re.compile(r"(?<=\S)\s*\{:?\s*[#.][^{}]*\}$")  # the name that an author gives to a heading: "{#kiln .wide}"
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)([^<>]*)>")
_ENDED = re.compile(r"</([A-Za-z][A-Za-z0-9-]*)")
_UNENDED = frozenset(
    (
        "area", "base", "br", "center", "col", "dd", "div", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "ol", "option", "p",
        "source", "span", "table", "tbody",
        "td", "tfoot", "th", "thead", "tr", "track", "wbr",
    )
)  # fmt: skip
# What follows such a tag is not read as text up to its end tag; GitHub shows such tags as text.
_SWALLOWING = frozenset(
    ("iframe", "noembed", "noframes", "noscript", "plaintext", "script", "select", "style", "template", "textarea", "title", "xmp")
)
_INLINE = (
    "a abbr acronym b bdi bdo big button cite code data del dfn em font i ins kbd label mark math nobr picture q rp rt ruby s samp small "
    "strike strong sub sup svg time tt u var"
)
_HTML = BLOCKS | _UNENDED | _SWALLOWING | frozenset(_INLINE.split())


def read_markdown(text: str, limits: Limits = DEFAULT) -> Content:
    """Blocks of a Markdown file, with the pictures that it holds itself."""
    album = Album(limits)
    return album.put_into(read_text_of(text, album.of_address))


def read_text_of(text: str, keep: Keep) -> Content:
    """Blocks of a Markdown text. Its title is the front matter's, else its first heading of level 1.

    keep: keeps the picture at an address; its album is the caller's.
    """
    matter, body = split(text.replace("\f", " "))
    content = _read(body, keep)
    blocks = [Block("heading", _ANCHOR.sub("", block.text), block.level) if block.kind == "heading" else block for block in content.blocks]
    heading = next((block.text for block in blocks if block.kind == "heading" and block.level == 1), None)
    described = [Block("text", matter.text)] if matter.text else []
    return Content(matter.title or heading, [*described, *blocks], matter.language, content.report)


def _read(body: str, keep: Keep) -> Content:
    """The text is read as plain text where its marks nest deeper than Python's calls."""
    try:
        rendered = _parser().render(body, {"ended": {name.lower() for name in _ENDED.findall(body)}})
    except RecursionError:
        return read_text(body)
    return read_fragment(rendered, keep)


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt
    from mdit_py_plugins.admon import admon_plugin
    from mdit_py_plugins.container import container_plugin
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.footnote import footnote_plugin

    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": _DEEPEST, "tasklists": True, "alerts": True})
    parser.enable(["table", "strikethrough"])
    parser.use(footnote_plugin, inline=False, move_to_end=False).use(deflist_plugin).use(admon_plugin)
    parser.use(container_plugin, "admonition", validate=lambda *_: True, render=_container)
    parser.core.ruler.before("inline", "whole_rows", _whole_rows)
    for name, render in _RENDERED.items():
        parser.add_render_rule(name, render)
    return parser


def _whole_rows(state: "StateCore") -> None:
    """Gives table cells back what the parser cuts off or apart: a pipe within code, and cells beyond the header's."""
    lines = state.src.split("\n")
    for at, token in enumerate(state.tokens):
        if token.type == "tr_open" and token.map:
            cells = [cell for cell in state.tokens[at : _row_end(state.tokens, at)] if cell.type == "inline"]
            for cell, content in zip(cells, _cells(lines[token.map[0]], len(cells)), strict=False):
                cell.content = content


def _row_end(tokens: Sequence["Token"], at: int) -> int:
    return next(end for end in range(at, len(tokens)) if tokens[end].type == "tr_close")


def _cells(line: str, most: int) -> list[str]:
    """The cells of a row, at most as many as the header has: those that cut a piece of code are joined first."""
    from markdown_it.rules_block.table import escapedSplit

    line = line.strip(" \t>")
    if line.removeprefix("|").removesuffix("|").count("|") < most:
        return []
    pieces = escapedSplit(line)
    pieces = pieces[not pieces[0].strip() : len(pieces) - (not pieces[-1].strip())]
    spare = len(pieces) - most
    cells: list[str] = []
    for piece in pieces if spare > 0 else []:
        if len(cells) == most or (cells and spare > 0 and cells[-1].count("`") % 2):
            cells[-1], spare = f"{cells[-1]}|{piece}", spare - 1
        else:
            cells.append(piece)
    return [cell.strip() for cell in cells]


def _container(_: object, tokens: Sequence["Token"], at: int, *__: object) -> str:
    """A fenced container with the words behind its colons as its first paragraph: "warning Hot surface"."""
    if tokens[at].nesting < 0:
        return "</div>\n"
    words = "" if "{" in tokens[at].info else tokens[at].info
    return f"<div><p>{escape(words.replace('[', ' ').replace(']', ' '))}</p>\n"


def _note_mark(_: object, tokens: Sequence["Token"], at: int, *__: object) -> str:
    return f"[{escape(tokens[at].meta['label'])}]"


def _note(_: object, tokens: Sequence["Token"], at: int, *__: object) -> str:
    """A footnote is read where the file has it, even if nothing refers to it."""
    return f"<dl><dt>[{escape(tokens[at].meta['label'])}]</dt><dd>"


def _html(_: object, tokens: Sequence["Token"], at: int, __: object, env: dict[str, set[str]]) -> str:
    """HTML as it is, but for tags that hide text when they are words of a sentence, such as <title> or <your-name>."""
    source = tokens[at].content
    if source.startswith("<!") or source.startswith("<?"):
        return source if source.rstrip().endswith(">") else escape(source)
    return _TAG.sub(partial(_tag, source=source.lower(), ended=env["ended"]), source)


def _tag(found: re.Match[str], source: str, ended: set[str]) -> str:
    end, name, rest = found.group(1), found.group(2).lower(), found.group(3).strip()
    if name in _SWALLOWING:
        is_text = f"</{name}" not in source or f"<{name}" not in source
    else:
        is_text = not end and not rest and name not in ended and name not in _UNENDED
    if is_text:
        return escape(found.group())
    return f"<{found.group(1)}x-{name}{found.group(3)}>" if _is_component(found.group(2)) else found.group()


def _is_component(name: str) -> bool:
    """Whether a tag is one of a site generator's, such as <TabItem>: what is in it is a block of its own."""
    return name[0].isupper() and not name.isupper() and name.lower() not in _HTML


def _image(renderer: Any, tokens: Sequence["Token"], at: int, options: object, env: object) -> str:
    """A picture, with no alternative text at all where the author gives none: that is no mark of decoration here."""
    text = renderer.renderInlineAsText(tokens[at].children or [], options, env)
    address = escape(str(tokens[at].attrGet("src") or ""))
    return f'<img src="{address}" alt="{escape(text)}">' if text.strip() else f'<img src="{address}">'


_RENDERED: dict[str, Callable[..., str]] = {
    "footnote_ref": _note_mark,
    "footnote_reference_open": _note,
    "footnote_reference_close": lambda *_: "</dd></dl>\n",
    "image": _image,
    "html_inline": _html,
    "html_block": _html,
}
