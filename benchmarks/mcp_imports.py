"""What the server of `/v1/mcp` adds to the start of the function `agents`, beside the server of the official package, which does the same.

Each process first imports what the function needs without either.
"""

import json
import os
import subprocess
import sys

from benchmarks.measure import ROOT, Spread, in_turns, print_table, version

ROUNDS = 15
OURS, PEER = "causeway.mcp.server", "mcp.server.lowlevel"
PROGRAM = """
import json, resource, sys, time
import functions.agent_turns
used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
wall, cpu, modules = time.perf_counter(), time.process_time(), len(sys.modules)
__import__(sys.argv[1])
spent = [1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu)]
print(json.dumps([*spent, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - used) / 1024, len(sys.modules) - modules]))
"""
NEEDED = {"POWERTOOLS_SERVICE_NAME": "benchmarks", "POWERTOOLS_METRICS_NAMESPACE": "Causeway", "AWS_REGION": "us-east-1"}


def added(module: str) -> list[float]:
    """Milliseconds, milliseconds of CPU, megabytes and modules that one import adds in a fresh process."""
    variables = {**os.environ, **NEEDED, "PYTHONPATH": str(ROOT / "lambdas")}
    done = subprocess.run([sys.executable, "-c", PROGRAM, module], env=variables, cwd=ROOT, capture_output=True, text=True, check=True)
    found: list[float] = json.loads(done.stdout)
    return found


def main() -> None:
    results = in_turns({module: lambda module=module: added(module) for module in (OURS, PEER)}, ROUNDS)  # type: ignore[misc]
    rows = [[named(module), *(f"{Spread.of(values):.1f}" for values in zip(*runs, strict=True))] for module, runs in results.items()]
    note = f"Medians (least to greatest) of {ROUNDS} fresh processes each, in turns, with byte code."
    print_table("What an MCP server adds to a function's start", ["server", "ms", "CPU, ms", "MB", "modules"], rows, [note])


def named(module: str) -> str:
    return "ours" if module == OURS else version(sys.executable, "mcp")


if __name__ == "__main__":
    main()
