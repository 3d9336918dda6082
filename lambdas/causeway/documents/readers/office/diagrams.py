"""Charts and SmartArt: the figures and the words that the file keeps of them."""

from collections.abc import Iterator
from typing import Any

from causeway.documents.content import Block
from causeway.documents.readers.grid import Cell, blocks_of
from causeway.documents.readers.office.drawings import words_of
from causeway.documents.readers.office.xml import A, number

_POINTS = 2_000  # of a series, at most


def words_of_diagram(data: Any) -> list[str]:
    """The words in the shapes of a SmartArt diagram, in their order. data: its part, None where the file lacks it."""
    points = [] if data is None else [point for point in data.iter("{*}pt") if point.get("type", "node") in {"node", "asst"}]
    texts = (" ".join("".join(text.text or "" for text in point.iter(f"{A}t")).split()) for point in points)
    return list(filter(None, texts))


def blocks_of_chart(chart: Any, page: int | None = None) -> list[Block]:
    """The title of a chart, and a row for each of its categories with the value of each series."""
    title = " ".join(" ".join(words_of(paragraph) for paragraph in chart.iterfind("{*}chart/{*}title//{*}p")).split())
    series = list(chart.iter("{*}ser"))
    categories: dict[int, str] = {}
    for each in series:
        categories = {**_points(each, "cat", "xVal"), **categories}
    values = [_points(each, "val", "yVal") for each in series]
    rows = [["", *(_name(each, at) for at, each in enumerate(series, 1))]]
    rows += [[categories.get(at, ""), *(column.get(at, "") for column in values)] for at in sorted(set().union(categories, *values))]
    cells = [[Cell(text, header=at == 0) for text in row] for at, row in enumerate(rows)]
    return [*([Block("text", title, page=page)] if title else []), *(blocks_of(cells, page) if len(cells) > 1 else [])]


def _name(series: Any, at: int) -> str:
    return " ".join(text.text or "" for text in series.iterfind("{*}tx//{*}v")) or f"Series {at}"


def _points(series: Any, *kinds: str) -> dict[int, str]:
    """Texts or figures of a series by their place."""
    return dict(_numbered(series, kinds))


def _numbered(series: Any, kinds: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    for kind in kinds:
        for point in series.iterfind(f"{{*}}{kind}//{{*}}pt"):
            at = number(point.get("idx"))
            if at is not None and at < _POINTS:
                yield at, point.findtext("{*}v") or ""
