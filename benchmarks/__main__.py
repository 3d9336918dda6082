"""Every table that can be made now: `python -m benchmarks [NAME ...] [--fresh]`.

Names are those of the modules; without any, all run. A table that lacks something says what to start or install first.
"""

import importlib
import sys

from benchmarks.measure import Unavailable
from local.console import Trouble

TABLES = (
    *("cold_start", "request_cpu", "chunking", "pdf_text", "recognition", "commands", "questions", "recall"),
    *("answers", "faults", "memory", "agent_cpu", "agent_kills", "agent_replay", "mcp_imports", "team_overhead"),
)


def main() -> None:
    wanted = [name for name in sys.argv[1:] if not name.startswith("--")] or TABLES
    for name in wanted:
        try:
            importlib.import_module(f"benchmarks.{name}").main()
        except (Unavailable, Trouble) as lacking:
            print(f"\n## {name}\n\nnot measured: {lacking}", flush=True)


if __name__ == "__main__":
    main()
