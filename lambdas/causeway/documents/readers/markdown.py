"""Markdown (CommonMark with tables) to blocks. Only its block structure is parsed; inline marks are stripped by patterns."""

import html
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from causeway.documents.content import Block, Content, table

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TITLE = re.compile(r"""^title:[ \t]*["']?(.+?)["']?[ \t]*$""", re.MULTILINE)
_LANGUAGE = re.compile(r"""^lang(?:uage)?:[ \t]*["']?([A-Za-z]{2})""", re.MULTILINE)
_CODE_SPAN = re.compile(r"(`+)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_MARKED = re.compile(r"[*_\[`<\\&~]")
_IMAGE_OR_LINK = re.compile(r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\](?:\((?:[^()]|\([^()]*\))*\)|\[[^\[\]]*\])")
_AUTOLINK = re.compile(r"<((?:https?|mailto|ftp):[^ >]+)>")
_TAG = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1\s*>|</?[A-Za-z][^<>]*>", re.DOTALL | re.IGNORECASE)
_STRONG = re.compile(r"(\*\*|__|~~)(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
_EMPHASIS = re.compile(r"(?<![\w*])([*_])(?=\S)([^*_]+?)(?<=\S)\1(?![\w*])")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def read_markdown(text: str) -> Content:
    """Blocks of a Markdown file. Its title is the front matter's, else its first heading of level 1."""
    from markdown_it import MarkdownIt

    matter, body = _split(text.replace("\f", " "))
    parser = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table")
    parser.core.ruler.enableOnly(["normalize", "block"])
    blocks = list(_blocks(parser.parse(body)))
    title = _TITLE.search(matter)
    language = _LANGUAGE.search(matter)
    heading = next((block.text for block in blocks if block.kind == "heading" and block.level == 1), None)
    return Content(title.group(1) if title else heading, blocks, language.group(1).lower() if language else None)


def plain(text: str) -> str:
    """Inline Markdown without its marks: the text of links and code, the alternative text of images."""
    if not _MARKED.search(text):
        return text
    pieces = _CODE_SPAN.split(text)  # text, ticks, code, text, ticks, code, ..., text
    return "".join(_unmarked(piece) if number % 3 == 0 else piece for number, piece in enumerate(pieces) if number % 3 != 1)


def _split(text: str) -> tuple[str, str]:
    found = _FRONT_MATTER.match(text)
    return (found.group(1), text[found.end() :]) if found else ("", text)


def _unmarked(text: str) -> str:
    text = _IMAGE_OR_LINK.sub(r"\1", _IMAGE_OR_LINK.sub(r"\1", text))
    text = _TAG.sub("", _AUTOLINK.sub(r"\1", text))
    text = _EMPHASIS.sub(r"\2", _STRONG.sub(r"\2", text))
    return html.unescape(_ESCAPE.sub(r"\1", text))


def _blocks(tokens: Sequence["Token"]) -> Iterator[Block]:
    position = 0
    while position < len(tokens):
        kind = tokens[position].type
        if kind.endswith("_list_open"):
            end = _closing(tokens, position)
            yield from _list(tokens[position : end + 1])
            position = end
        elif kind == "table_open":
            end = _closing(tokens, position)
            yield from table(_rows(tokens[position:end]))
            position = end
        else:
            yield from _leaf(tokens, position)
        position += 1


def _leaf(tokens: Sequence["Token"], position: int) -> Iterator[Block]:
    token = tokens[position]
    if token.type == "inline":
        opening = tokens[position - 1]
        text = plain(token.content).strip()
        if text:
            level = int(opening.tag[1]) if opening.type == "heading_open" else 0
            yield Block("heading", " ".join(text.split()), level) if level else Block("text", text)
    elif token.type in {"fence", "code_block"} and token.content.strip():
        yield Block("code", token.content.rstrip("\n"))
    elif token.type == "html_block":
        text = html.unescape(_TAG.sub(" ", token.content)).strip()
        if text:
            yield Block("text", text)


def _closing(tokens: Sequence["Token"], position: int) -> int:
    closing = tokens[position].type.replace("_open", "_close")
    level = tokens[position].level
    return next(at for at in range(position + 1, len(tokens)) if tokens[at].type == closing and tokens[at].level == level)


def _list(tokens: Sequence["Token"]) -> Iterator[Block]:
    """A list as one block, an item to a line, nested ones indented; code and tables in it stand as their own blocks."""
    lines: list[str] = []
    depth, mark, position = -1, "", 0
    while position < len(tokens):
        token = tokens[position]
        depth += token.nesting if token.type.endswith(("_list_open", "_list_close")) else 0
        if token.type == "list_item_open":
            mark = f"{token.info}{token.markup} " if token.info else "- "
        elif token.type == "table_open":
            yield from _flushed(lines)
            end = _closing(tokens, position)
            yield from table(_rows(tokens[position:end]))
            position = end
        else:
            for block in _leaf(tokens, position):
                if block.kind == "code":
                    yield from _flushed(lines)
                    yield block
                else:
                    lines.append(f"{'  ' * max(depth, 0)}{mark}{block.text}")
                    mark = "  " if mark else ""
        position += 1
    yield from _flushed(lines)


def _flushed(lines: list[str]) -> Iterator[Block]:
    if lines:
        yield Block("text", "\n".join(lines))
        lines.clear()


def _rows(tokens: Sequence["Token"]) -> list[list[str]]:
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(" ".join(plain(token.content).split()))
    return rows
