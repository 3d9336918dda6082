"""Runs inside the interpreter under measurement: `python pairs_process.py MODULE FILE LEAST`.

FILE is a JSON list of texts. Prints {"seconds": wall, "cpu": CPU seconds, "pairs": what MODULE.found(texts, LEAST) returned} as JSON.
"""

import importlib
import json
import sys
import time
from pathlib import Path


def main() -> None:
    found = importlib.import_module(sys.argv[1]).found
    texts = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    found(texts[:50], float(sys.argv[3]))
    wall, cpu = time.perf_counter(), time.process_time()
    pairs = found(texts, float(sys.argv[3]))
    print(json.dumps({"seconds": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "pairs": pairs}))


if __name__ == "__main__":
    main()
