"""Runs inside the interpreter under measurement: `python work_process.py MODULE ARGUMENTS...`, with file paths on its input.

MODULE.prepare(ARGUMENTS...) makes ready what a long-lived process would have at hand and returns a function of a path
that does the work and says how many pieces it made. Prints {suffix: {"seconds": CPU seconds, "pieces": n}} as JSON.
"""

import importlib
import json
import sys
import time
from collections import defaultdict
from pathlib import Path


def main() -> None:
    paths = [Path(line) for line in sys.stdin.read().splitlines()]
    work = importlib.import_module(sys.argv[1]).prepare(*sys.argv[2:])
    for path in {path.suffix: path for path in paths}.values():
        work(path)
    figures: dict[str, dict[str, float]] = defaultdict(lambda: {"seconds": 0.0, "pieces": 0})
    for path in paths:
        before = time.process_time()
        pieces = work(path)
        figures[path.suffix]["seconds"] += time.process_time() - before
        figures[path.suffix]["pieces"] += pieces
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
