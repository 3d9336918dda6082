"""Plain text: paragraphs by blank lines, pages by form feeds, headings by underlines or capitals."""

import re

from causeway.documents.content import Block, Content

_UNDERLINE = re.compile(r"^(=|-|~|\*|#)\1{2,}$")
_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")


def read_text(text: str) -> Content:
    """Blocks of a text file; its title is its first heading."""
    paged = "\f" in text
    blocks = [
        block
        for number, page in enumerate(text.split("\f"), start=1)
        for paragraph in _PARAGRAPHS.split(page)
        for block in _paragraph(paragraph.strip("\n"), number if paged else None)
    ]
    return Content(next((block.text for block in blocks if block.kind == "heading"), None), blocks)


def _paragraph(paragraph: str, page: int | None) -> list[Block]:
    if not paragraph.strip():
        return []
    lines = paragraph.split("\n")
    if len(lines) > 1 and _UNDERLINE.match(lines[1].strip()) and len(lines[0]) <= 120:
        level = 1 if lines[1].strip()[0] in "=#" else 2
        return [Block("heading", lines[0].strip(), level, page), *_paragraph("\n".join(lines[2:]), page)]
    if len(lines) == 1 and _capitals(paragraph.strip()):
        return [Block("heading", paragraph.strip(), 2, page)]
    return [Block("text", paragraph.strip(), page=page)]


def _capitals(line: str) -> bool:
    letters = [character for character in line if character.isalpha()]
    return len(letters) >= 4 and len(line) <= 80 and not line.endswith((".", ",", ";")) and all(map(str.isupper, letters))
