"""Passages of 450 tokens from real Markdown, text and HTML: ours, which reads the structure too, beside splitters of text."""

import statistics
import sys
import tempfile
from functools import partial
from pathlib import Path

from benchmarks import peers
from benchmarks.corpus import FORMATS, documents
from benchmarks.measure import ROOT, Spread, in_turns, print_table, version
from benchmarks.work import Figures, Work

TOKENIZER = ROOT / "lambdas" / "causeway" / "documents" / "chunking" / "tokenizer.json"
SIZES = ("450", "64")
ROUNDS = 5
PEERS = {
    "langchain-text-splitters": "langchain_splitter",
    "semchunk": "semchunk_splitter",
    "llama-index-core": "llamaindex_splitter",
}


def main() -> None:
    works = {"causeway": Work(sys.executable, "benchmarks.causeway_reader", (), (ROOT,)), **_peers()}
    with tempfile.TemporaryDirectory() as folder:
        files = documents(Path(folder))
        sizes = {suffix: sum(path.stat().st_size for path in files if path.suffix == suffix) for suffix in FORMATS}
        results = in_turns({name: partial(work.over, files) for name, work in works.items()}, ROUNDS)
    speeds = {name: [_megabytes_a_second(run, sizes) for run in runs] for name, runs in results.items()}
    rows = [[name, *_cells(runs, speeds["causeway"]), _pieces(results[name][-1])] for name, runs in speeds.items()]
    headers = ["splitter", *(f"{name}, MB/s" for name in (*FORMATS.values(), "all")), "passages"]
    print_table("Chunking at 450 tokens", headers, rows, _notes(sizes))


def _peers() -> dict[str, Work]:
    python = peers.interpreter("splitters")
    arguments = (str(TOKENIZER), *SIZES)
    return {version(python, package): Work(python, module, arguments, (peers.REQUIREMENTS,)) for package, module in PEERS.items()}


def _megabytes_a_second(run: Figures, sizes: dict[str, int]) -> dict[str, float]:
    speeds = {suffix: size / 1e6 / run[suffix]["seconds"] for suffix, size in sizes.items()}
    return {**speeds, "all": sum(sizes.values()) / 1e6 / sum(figures["seconds"] for figures in run.values())}


def _cells(speeds: list[dict[str, float]], ours: list[dict[str, float]]) -> list[str]:
    """A format's speed and how many times faster ours is, by the median of the rounds."""
    cells = []
    for suffix in speeds[0]:
        times = statistics.median(mine[suffix] / theirs[suffix] for mine, theirs in zip(ours, speeds, strict=True))
        cells.append(f"{Spread.of([speed[suffix] for speed in speeds]):.2f}" + ("" if speeds is ours else f", ours {times:.1f}x"))
    return cells


def _pieces(run: Figures) -> str:
    return f"{sum(figures['pieces'] for figures in run.values()):.0f}"


def _notes(sizes: dict[str, int]) -> list[str]:
    amounts = ", ".join(f"{sizes[suffix] / 1e6:.1f} MB of {name}" for suffix, name in FORMATS.items())
    return [
        f"{amounts}: the sample documents and what the locked packages ship. MB/s of CPU time, all threads counted.",
        f"Medians (least to greatest) of {ROUNDS} processes each, in turns, with one tokenizer, the embedding model's.",
        "Ours counts each distinct word once in a process's life, as a warm function does; the peers encode every text they weigh.",
        "Ours reads headings, tables and code too; peers are given plain text, the markup of HTML already gone.",
        "Goal: at least 2x LangChain's.",
    ]


if __name__ == "__main__":
    main()
