"""Counts and page numbers as sentences of a report name them."""

from collections.abc import Sequence

_NAMED_PAGES = 5


def counted(count: int, one: str, more: str) -> str:
    return f"{count:,} {one if count == 1 else more}"


def numbers(pages: Sequence[int]) -> str:
    named = ", ".join(map(str, pages[:_NAMED_PAGES]))
    return f"{'page' if len(pages) == 1 else 'pages'} {named}{' …' if len(pages) > _NAMED_PAGES else ''}"
