"""CPU time of an agent's turn with five tool calls when model, tables and queue answer at once, and what importing the function costs.

The model asks for one order after another, so it is asked six times. Peers have the same six tools, the same model behind the same
guardrail, and tools that answer from memory. Peers keep nothing unless their name says so.
"""

import statistics
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial

from benchmarks import agent_handlers
from benchmarks.handlers import Handler, Process, instant_server
from benchmarks.measure import Spread, in_turns, print_table

WARM_UP, ROUNDS, REQUESTS = 10, 15, 6
IMPORTS = 7
FIGURES = ("import_ms", "import_cpu_ms", "first_cpu_ms", "both_cpu_ms", "memory_mb")
COMPARED = ("import_ms", "import_cpu_ms", "both_cpu_ms")


def main() -> None:
    ours = [agent_handlers.deployed(), agent_handlers.alone()]
    strands, langgraph = agent_handlers.strands(), agent_handlers.langgraph()
    _print_turns(ours, [strands, langgraph, agent_handlers.langgraph_with_checkpoints()], agent_handlers.converse_alone())
    _print_imports([ours[0], strands, agent_handlers.strands_with_services(), langgraph])


def _print_turns(ours: Sequence[Handler], peers: Sequence[Handler], bare: Handler) -> None:
    """bare: makes the requests that every agent makes, and nothing else."""
    with ExitStack() as opened:
        url = opened.enter_context(instant_server())
        processes = {handler.name: opened.enter_context(handler.process(url)) for handler in (*ours, *peers, bare)}
        for process in processes.values():
            process.answer(WARM_UP)
        results = in_turns({name: _turns_of(process) for name, process in processes.items()}, ROUNDS)
    rows = [
        [name, f"{Spread.of(took):.1f}", _beyond(took, results[bare.name]), *(_ratio(took, results[peer.name]) for peer in peers)]
        for name, took in results.items()
    ]
    notes = [
        f"Medians (least to greatest) of {ROUNDS} batches of {REQUESTS} turns each, in turns; ratios are medians of the batches' ratios.",
        "Goal, loop beside loop (ours with tables and queue in memory): at most 0.50 of Strands, 0.33 of LangGraph.",
        "The six requests alone: boto3's Converse calls of the turn, which every agent makes; beyond them is what a loop takes.",
        "Ours as deployed also reads the user's groups before each call, reads each order from its table twice (for the policies and",
        "for the tool), writes each step in a transaction before the next, sends a message to the queue, has the guardrail judge",
        "each result, keeps an audit record, logs and counts.",
    ]
    heads = ["agent function", "CPU a turn, ms", "beyond the requests", *(f"of {peer.name}" for peer in peers)]
    print_table("CPU of an agent's turn with five tool calls", heads, rows, notes)


def _turns_of(process: Process) -> Callable[[], float]:
    return lambda: process.answer(REQUESTS)


def _beyond(ones: Sequence[float], others: Sequence[float]) -> str:
    return f"{statistics.median(one - other for one, other in zip(ones, others, strict=True)):.1f}"


def _ratio(ones: Sequence[float], others: Sequence[float]) -> str:
    return f"{statistics.median(one / other for one, other in zip(ones, others, strict=True)):.2f}"


def _print_imports(handlers: Sequence[Handler]) -> None:
    with instant_server() as url:
        results = in_turns({handler.name: partial(handler.first_request, url) for handler in handlers}, IMPORTS)
    mine = results[handlers[0].name]
    rows = []
    for name, runs in results.items():
        ratios = [_ratio([run[key] for run in mine], [run[key] for run in runs]) for key in COMPARED]
        rows.append([name, *(f"{Spread.of([run[key] for run in runs]):.0f}" for key in FIGURES), *ratios])
    figures = ["cold import, ms", "CPU of it, ms", "CPU of the first turn, ms", "CPU of both, ms", "resident after import, MB"]
    heads = ["agent function", *figures, "ours of its import", "ours of its import's CPU", "ours of both"]
    notes = [
        f"Medians (least to greatest) of {IMPORTS} fresh processes each, in turns; clients made, packages with their byte code.",
        "Goal: at most 0.6 of Strands. Ours also reads the domain and checks its policies. Its search is made when a tool first searches;",
        "no turn here does. Its first turn also assumes the tenant's role, reads the switch, and compiles the rules of screening.",
    ]
    print_table("Cold start of an agent function", heads, rows, notes)


if __name__ == "__main__":
    main()
