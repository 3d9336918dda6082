"""Writing in pictures, ours beside RapidOCR: how many characters of pages of known text are right, and how many pages a second are read."""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from benchmarks import peers
from benchmarks.corpus import contents
from benchmarks.measure import ROOT, print_table, version
from benchmarks.scans import CONDITIONS, Condition, scanned, set_page

PAGES = 3
_PLAIN = re.compile(r"[^|<>&*_`\[\]#]{120,}")  # a paragraph without marks that are set otherwise than they are written
NOTES = (
    f"{PAGES} A4 pages of the sample documents' paragraphs in 10.5-point Times, about 3,600 characters each, as pictures in grey.",
    "Photographed: at 220 dpi from an angle, turned by 1°, in uneven light, with noise, a little out of focus, as JPEG.",
    "Right: 1 less the edit distance to what was set, white space counted as one space, over the characters that were set.",
    "Pages a second of CPU time, all threads and child processes counted; each reader has read a page before.",
    "Goal: at least 98% on clean pages.",
)


@dataclass(frozen=True)
class Page:
    """set: the document as PDF. said: the words on it, a space between each two."""

    set: bytes
    said: str


@dataclass(frozen=True)
class Reader:
    name: str
    interpreter: Path | str
    module: str
    path: Sequence[Path]

    def read(self, files: Sequence[Path]) -> list[tuple[str, float]]:
        """The text of each picture, and the CPU seconds that it took."""
        command = [str(self.interpreter), str(ROOT / "benchmarks" / "recognition_process.py"), self.module, *map(str, files)]
        environment = {"PYTHONPATH": ":".join(map(str, self.path)), "PYTHONDONTWRITEBYTECODE": "1", "PATH": "/usr/bin:/bin"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return [(found["text"], found["seconds"]) for found in map(json.loads, done.stdout.splitlines())]


def main() -> None:
    peer = peers.interpreter("recognition")
    readers = [
        Reader("causeway", sys.executable, "benchmarks.picture_reader", (ROOT, ROOT / "lambdas")),
        Reader(version(peer, "rapidocr"), peer, "rapidocr_reader", (peers.REQUIREMENTS,)),
    ]
    pages = _pages()
    with tempfile.TemporaryDirectory() as folder:
        rows = [
            _row(name, reader, pages, _pictures(Path(folder), pages, condition))
            for name, condition in CONDITIONS.items()
            for reader in readers
        ]
    print_table("Writing in pictures", ["pages", "reader", "characters right", "worst page", "pages/s"], rows, NOTES)


def right(said: str, read: str) -> float:
    """The share of the characters that were read right, 0 to 1."""
    return max(0.0, 1 - Levenshtein.distance(said, " ".join(read.split())) / len(said))


def _pages() -> list[Page]:
    text = "\n\n".join(content.decode() for content in contents(".md"))
    paragraphs = [" ".join(piece.split()) for piece in text.split("\n\n") if _PLAIN.fullmatch(piece.strip())]
    made = []
    for _ in range(PAGES):
        data, held = set_page(paragraphs)
        made.append(Page(data, " ".join(held)))
        paragraphs = paragraphs[len(held) :]
    return made


def _pictures(folder: Path, pages: Sequence[Page], condition: Condition) -> list[Path]:
    files = [folder / f"{number}.png" for number in range(len(pages))]
    for number, (page, file) in enumerate(zip(pages, files, strict=True)):
        scanned(page.set, condition, seed=number).save(file)
    return files


def _row(name: str, reader: Reader, pages: Sequence[Page], files: Sequence[Path]) -> list[str]:
    found = reader.read(files)
    shares = [right(page.said, text) for page, (text, _) in zip(pages, found, strict=True)]
    speed = len(found) / sum(seconds for _, seconds in found)
    return [name, reader.name, f"{sum(shares) / len(shares):.2%}", f"{min(shares):.2%}", f"{speed:.2f}"]


if __name__ == "__main__":
    main()
