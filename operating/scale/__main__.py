"""What a number of passages takes: bytes, shards, nodes, hours, dollars. It computes from `basis.yaml` and measures nothing.

    python -m operating.scale [PASSAGES ...] [--text BYTES] [--dimensions N] [--replicas N]

PASSAGES: a million and a billion without any. --page: put the tables into docs/scale.md instead.
"""

import argparse
import re
from pathlib import Path

from local.console import Trouble, command
from operating.scale.basis import Basis, read
from operating.scale.sizing import Shape
from operating.scale.tables import tables

PAGE = Path(__file__).resolve().parents[2] / "docs" / "scale.md"
PASSAGES = (1_000_000, 1_000_000_000)
MARKED = re.compile(r"(?<=<!-- table: )(?P<name>[^>]+)( -->\n)(?P<text>.*?)(?=<!-- end -->)", re.S)


def main() -> None:
    basis = read()
    arguments = _arguments(basis)
    text, tokens = arguments.text, round(basis.measured.tokens * arguments.text / basis.measured.text_bytes)
    if min(text, arguments.dimensions, arguments.replicas + 1, *arguments.passages) < 1:
        raise Trouble("Passages, --text and --dimensions must be at least 1, --replicas at least 0.")
    shapes = [Shape(count, text, tokens, arguments.dimensions, arguments.replicas) for count in arguments.passages]
    if arguments.page:
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), basis), encoding="utf-8")
        return
    for table in tables(shapes, basis):
        print(f"\n## {table.name}\n\n{table.text}")


def filled(page: str, basis: Basis) -> str:
    """The page with its marked tables computed anew, for a million and a billion passages as measured."""
    measured = basis.measured
    shapes = [Shape(count, measured.text_bytes, measured.tokens) for count in PASSAGES]
    computed = {table.name: table.text for table in tables(shapes, basis)}
    return MARKED.sub(lambda found: f"{found['name']}{found[2]}{computed[found['name']]}\n", page)


def _arguments(basis: Basis) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("passages", type=lambda text: int(text.replace(",", "")), nargs="*", default=list(PASSAGES))
    parser.add_argument("--text", type=int, default=basis.measured.text_bytes)
    parser.add_argument("--dimensions", type=int, default=1024)
    parser.add_argument("--replicas", type=int, default=1)
    parser.add_argument("--page", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    command(main)
