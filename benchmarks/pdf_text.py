"""Reading PDF: pages of prose beside pypdf and bare PDFium, pages with a table beside pdfplumber."""

import statistics
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from benchmarks import peers
from benchmarks.corpus import documents
from benchmarks.measure import ROOT, Spread, in_turns, print_table, version
from benchmarks.work import Figures, Work

PAGES = {"text": 200, "tables": 20}
ROUNDS = 5
NOTES = (
    f"Medians (least to greatest) of {ROUNDS} processes each, in turns; CPU time, the second reading of the same file.",
    "Ours gives headings, paragraphs, pages and tables, and drops running headers; PDFium alone gives characters only.",
    "Goal: at least 200 pages/s of prose.",
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        words = "\n".join(path.read_text() for path in documents(Path(folder) / "words") if path.suffix == ".txt")
        rows = [row for kind in PAGES for row in _rows(kind, _made(Path(folder) / f"{kind}.pdf", kind, words))]
    print_table("PDF", ["document", "reader", "pages/s", "ours is"], rows, NOTES)


def _rows(kind: str, file: Path) -> list[list[str]]:
    results = in_turns({name: partial(work.over, [file]) for name, work in _works(kind).items()}, ROUNDS)
    speeds = {name: [_pages_a_second(run) for run in runs] for name, runs in results.items()}
    ours = speeds["causeway"]
    times = {name: statistics.median(mine / one for mine, one in zip(ours, runs, strict=True)) for name, runs in speeds.items()}
    return [[f"{PAGES[kind]} pages of {kind}", name, f"{Spread.of(runs):.0f}", f"{times[name]:.1f}x"] for name, runs in speeds.items()]


def _works(kind: str) -> dict[str, Work]:
    """Readers by name, ours first; of tables only those that find them."""
    pdf = peers.interpreter("pdf")
    ours = Work(sys.executable, "benchmarks.causeway_reader", ("pages",), (ROOT,))
    if kind == "tables":
        return {"causeway": ours, version(pdf, "pdfplumber"): Work(pdf, "pdfplumber_reader", (), (peers.REQUIREMENTS,))}
    return {
        "causeway": ours,
        version(pdf, "pypdf"): Work(pdf, "pypdf_reader", (), (peers.REQUIREMENTS,)),
        f"{version(pdf, 'pypdfium2')} alone": Work(pdf, "pdfium_reader", (), (peers.REQUIREMENTS,)),
    }


def _pages_a_second(run: Figures) -> float:
    return run[".pdf"]["pieces"] / run[".pdf"]["seconds"]


def _made(file: Path, kind: str, words: str) -> Path:
    command = [str(peers.interpreter("pdf")), str(peers.REQUIREMENTS / "make_pdf.py"), str(file), str(PAGES[kind]), kind]
    subprocess.run(command, input=words, text=True, check=True)
    return file


if __name__ == "__main__":
    main()
