"""Reading folders of real files: `python -m benchmarks.reading FOLDER... [--list FILE]`.

For each format: files, read whole, read in part, refused by reason, seconds of wall clock. Every file is read in a child process, as
ingestion does. --list writes a line of JSON for each file: its outcome, words and seconds, to compare two versions of the readers by. A
file that ended the child or raised an error that no reader foresaw counts as "unreadable".
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.measure import print_table
from causeway.documents.bad import BadDocument
from causeway.documents.content import Content
from causeway.documents.readers.formats import EXTENSIONS, extension
from causeway.documents.readers.isolation import read_isolated

READ, PART = "read", "read in part"


@dataclass(frozen=True)
class Outcome:
    """of: "read", "read in part" or the code of the refusal. seconds: wall clock. lost: characters, as the report estimates them."""

    path: str
    format: str
    of: str
    seconds: float
    words: int = 0
    lost: int = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--list", type=Path, help="a file for one line of JSON for each document")
    arguments = parser.parse_args()
    outcomes = [outcome_of(path) for path in files_of(arguments.folders)]
    if arguments.list:
        arguments.list.write_text("".join(f"{json.dumps(asdict(outcome))}\n" for outcome in outcomes))
    print_table("Reading", ["format", "files", READ, PART, "refused", "seconds"], rows(outcomes))


def files_of(folders: Iterable[Path]) -> Iterator[Path]:
    """Files of the formats that are read, in a fixed order."""
    for folder in folders:
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file() and extension(path.name) in EXTENSIONS)


def outcome_of(path: Path) -> Outcome:
    before = time.perf_counter()
    try:
        content = read_isolated(path.read_bytes(), path.name)
    except BadDocument as bad:
        return Outcome(str(path), EXTENSIONS[extension(path.name)], bad.code, time.perf_counter() - before)
    seconds = time.perf_counter() - before
    words = sum(len(block.text.split()) for block in content.blocks)
    lost = sum(tally.lost for tally in content.report)
    return Outcome(str(path), EXTENSIONS[extension(path.name)], PART if _is_part(content) else READ, seconds, words, lost)


def rows(outcomes: Sequence[Outcome]) -> list[list[str]]:
    """Of each format in the order of EXTENSIONS; refusals as "code count", the commonest first."""
    return [
        _row(kind, found) for kind in dict.fromkeys(EXTENSIONS.values()) if (found := [each for each in outcomes if each.format == kind])
    ]


def _row(kind: str, outcomes: Sequence[Outcome]) -> list[str]:
    counts = Counter(each.of for each in outcomes)
    refused = ", ".join(f"{code} {count}" for code, count in counts.most_common() if code not in (READ, PART))
    seconds = sum(each.seconds for each in outcomes)
    return [kind, str(len(outcomes)), str(counts[READ]), str(counts[PART]), refused or "-", f"{seconds:.1f}"]


def _is_part(content: Content) -> bool:
    return any(tally.lost for tally in content.report)


if __name__ == "__main__":
    main()
