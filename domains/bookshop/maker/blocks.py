"""Reads a Markdown source into the few kinds of block that the PDF and Word makers can draw."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode


@dataclass(frozen=True)
class Span:
    """A stretch of text of one style."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass
class Block:
    """One heading, paragraph, list item or table.

    kind: "heading", "paragraph", "bullet", "number" or "table".
    level: of a heading, 1 to 3; 0 otherwise.
    number: of a numbered item, from 1; 0 otherwise.
    rows: of a table, the header row first; every cell is a list of spans.
    """

    kind: str
    spans: list[Span] = field(default_factory=list)
    level: int = 0
    number: int = 0
    rows: list[list[list[Span]]] = field(default_factory=list)


@dataclass(frozen=True)
class Source:
    """A document to be made: its settings (the YAML between the `---` lines) and its blocks, in reading order."""

    settings: dict[str, str]
    blocks: list[Block]

    @property
    def title(self) -> str:
        """The text of the first heading."""
        return next("".join(span.text for span in block.spans) for block in self.blocks if block.kind == "heading")


def read_source(path: Path) -> Source:
    """Parse one source file. Raises ValueError when it does not begin with settings between `---` lines."""
    before, _, rest = path.read_text(encoding="utf-8").partition("---\n")
    settings, closed, text = rest.partition("---\n")
    if before or not closed:
        raise ValueError(f"{path}: must begin with settings between two lines of ---")
    tree = SyntaxTreeNode(MarkdownIt().enable("table").parse(text))
    return Source(yaml.safe_load(settings), [block for node in tree.children for block in _blocks(node)])


def _blocks(node: SyntaxTreeNode) -> Iterator[Block]:
    if node.type == "table":
        yield Block("table", rows=[[_spans(cell) for cell in row.children] for part in node.children for row in part.children])
    elif node.type == "heading":
        yield Block("heading", _spans(node), level=int(node.tag[1]))
    elif node.type == "bullet_list":
        yield from (Block("bullet", _spans(item.children[0])) for item in node.children)
    elif node.type == "ordered_list":
        yield from (Block("number", _spans(item.children[0]), number=place) for place, item in enumerate(node.children, start=1))
    elif node.type == "paragraph":
        yield Block("paragraph", _spans(node))
    else:
        raise ValueError(f"a source cannot hold a {node.type}")


def _spans(node: SyntaxTreeNode) -> list[Span]:
    """The styled stretches of a node whose only child is its inline text; line ends within it become spaces."""
    return [span for inline in node.children for child in inline.children for span in _styled(child)]


def _styled(node: SyntaxTreeNode, bold: bool = False, italic: bool = False) -> Iterator[Span]:
    if node.type in ("strong", "em"):
        for child in node.children:
            yield from _styled(child, bold or node.type == "strong", italic or node.type == "em")
    else:
        yield Span(node.content or " ", bold, italic)
