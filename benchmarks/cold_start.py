"""What a new execution environment costs: importing the answer function with its clients made, its memory, and its layer's size."""

import statistics
import sysconfig
from pathlib import Path

from benchmarks import handlers
from benchmarks.measure import Spread, in_turns, print_table

ROUNDS = 15
FIGURES = ("import_ms", "import_cpu_ms", "memory_mb")
AWS_SDK = ("boto3", "botocore", "s3transfer", "jmespath")
TOOLS = ("pip", "setuptools")


def main() -> None:
    peer = handlers.langchain()
    with handlers.causeway() as ours:
        results = in_turns({handler.name: handler.cold_start for handler in (ours, peer)}, ROUNDS)
    sizes = {ours.name: megabytes(handlers.layer()), peer.name: megabytes(packages(peer.interpreter))}
    rows = [
        [name, *(f"{Spread.of([run[key] for run in runs]):.0f}" for key in FIGURES), f"{sizes[name]:.1f}"] for name, runs in results.items()
    ]
    mine, theirs = results[ours.name], results[peer.name]
    ratios = [statistics.median(one[key] / other[key] for one, other in zip(mine, theirs, strict=True)) for key in FIGURES]
    rows.append(["ratio", *(f"{ratio:.2f}" for ratio in (*ratios, sizes[ours.name] / sizes[peer.name]))])
    headers = ["answer function", "cold import, ms", "CPU of it, ms", "resident, MB", "packages without the AWS SDK, MB"]
    notes = [
        f"Medians (least to greatest) of {ROUNDS} fresh processes each, in turns; clients made, packages with their byte code.",
        "Goal: cold import at most 0.4 of LangChain's; 70 MB; the layer at most 40 MB unzipped.",
    ]
    print_table("Cold start", headers, rows, notes)


def packages(interpreter: Path) -> Path:
    """The site-packages folder of a virtual environment made by this Python."""
    return interpreter.parents[1] / Path(sysconfig.get_path("purelib")).relative_to(sysconfig.get_path("data"))


def megabytes(folder: Path) -> float:
    """Size of all files, AWS's SDK and the installer's own tools apart."""
    apart = {*AWS_SDK, *TOOLS}
    files = (path for path in folder.rglob("*") if path.is_file() and path.relative_to(folder).parts[0].split("-")[0] not in apart)
    return sum(path.stat().st_size for path in files) / 1e6


if __name__ == "__main__":
    main()
