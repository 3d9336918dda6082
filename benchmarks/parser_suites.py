"""Files of public parsers' test suites, ours beside MarkItDown: `python -m benchmarks.parser_suites FOLDER... [--list FILE]`.

A folder is a checkout of a parser's repository. Those of the printed table are mozilla/pdf.js, apache/tika, python-openxml/python-docx
and py-pdf/sample-files on GitHub; nothing of them is kept here. Only files of the formats that we read are taken. A file counts as read
when its text has a letter or a digit. --list writes a line of JSON for each file and reader.
"""

import argparse
import json
import select
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import peers
from benchmarks.measure import ROOT, Unavailable, print_table, version
from benchmarks.reading import files_of
from causeway.documents.readers.formats import EXTENSIONS, extension

LIMIT = 120.0  # seconds of wall clock for one file
NOTES = (
    f"CPU seconds, those of child processes with them; a file that takes over {LIMIT:.0f} s of wall clock counts as hung.",
    "Ours reads each file in a process of its own; the other reads all in one, which is started again when a file ends it.",
    "Words are the different ones of each file, added up; letters count what is repeated, such as our names of columns in every row.",
    "Files without any text are refused here and read as empty there: neither counts as read.",
)


@dataclass(frozen=True)
class Outcome:
    """of: read, empty, refused, failed, crashed or hung. why: the code or class of the error. seconds: of CPU, 0 where it is not known."""

    path: str
    format: str
    reader: str
    of: str
    why: str = ""
    letters: int = 0
    words: int = 0
    seconds: float = 0.0


class Reader:
    """A process that reads one file after another, started again when a file ends it."""

    def __init__(self, name: str, interpreter: Path | str, module: str, path: Sequence[Path]) -> None:
        self.name = name
        self._command = [str(interpreter), str(ROOT / "benchmarks" / "suite_process.py"), module]
        self._environment = {"PYTHONPATH": ":".join(map(str, path)), "PYTHONDONTWRITEBYTECODE": "1", "PATH": "/usr/bin:/bin"}
        self._process: subprocess.Popen[str] | None = None

    def outcome(self, file: Path) -> Outcome:
        process = self._running()
        assert process.stdin
        assert process.stdout
        print(file, file=process.stdin, flush=True)
        ready, _, _ = select.select([process.stdout], [], [], LIMIT)
        line = process.stdout.readline() if ready else ""
        kind = EXTENSIONS[extension(file.name)]
        if not line:
            self.stop()
            return Outcome(str(file), kind, self.name, "crashed" if ready else "hung")
        found = json.loads(line)
        if found["of"] == "read" and not found["letters"]:
            found["of"] = "empty"
        return Outcome(str(file), kind, self.name, **found)

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None:
            self._process = subprocess.Popen(
                self._command, env=self._environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
            )
        return self._process


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--list", type=Path, help="a file for one line of JSON for each file and reader")
    arguments = parser.parse_args()
    files = list(files_of(arguments.folders))
    if not files:
        sys.exit(f"No file of a format that is read: {', '.join(EXTENSIONS)}. The docstring says where suites come from.")
    try:
        outcomes = list(_outcomes(files))
    except Unavailable as lacking:
        sys.exit(f"Not measured: {lacking}")
    if arguments.list:
        arguments.list.write_text("".join(f"{json.dumps(asdict(outcome))}\n" for outcome in outcomes))
    headers = ["format", "reader", "files", "read", "refused, empty", "failed", "crashed, hung", "words", "letters", "CPU s", "read/s"]
    print_table("Public parsers' test files", headers, list(rows(outcomes)), NOTES)


def _outcomes(files: Sequence[Path]) -> Iterator[Outcome]:
    other = peers.interpreter("parsers")
    readers = (
        Reader("causeway", sys.executable, "suite_reader", (ROOT, ROOT / "lambdas", ROOT / "benchmarks")),
        Reader(version(other, "markitdown"), other, "markitdown_reader", (peers.REQUIREMENTS,)),
    )
    try:
        for file in files:
            yield from (reader.outcome(file) for reader in readers)
    finally:
        for reader in readers:
            reader.stop()


def rows(outcomes: Sequence[Outcome]) -> Iterator[list[str]]:
    """A row for each format and reader, in the order of EXTENSIONS, and one for all formats."""
    readers = list(dict.fromkeys(each.reader for each in outcomes))
    for kind in [*dict.fromkeys(EXTENSIONS.values()), "all"]:
        for reader in readers:
            found = [each for each in outcomes if each.reader == reader and kind in ("all", each.format)]
            if found:
                yield _row(kind, reader, found)


def _row(kind: str, reader: str, outcomes: Sequence[Outcome]) -> list[str]:
    counts = Counter(each.of for each in outcomes)
    seconds = sum(each.seconds for each in outcomes)
    words, letters = (sum(getattr(each, name) for each in outcomes) for name in ("words", "letters"))
    ended = counts["crashed"] + counts["hung"]
    speed = f"{counts['read'] / seconds:.1f}" if seconds else "-"
    numbers = (len(outcomes), counts["read"], counts["refused"] + counts["empty"], counts["failed"], ended, words, letters)
    return [kind, reader, *(f"{number:,}" for number in numbers), f"{seconds:.1f}", speed]


if __name__ == "__main__":
    main()
