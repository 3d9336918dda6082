"""CPU time of one answered question when embedding, search, registry and model answer at once: what is left is the function's own."""

import statistics

from benchmarks import handlers
from benchmarks.measure import Spread, in_turns, print_table

WARM_UP, ROUNDS, REQUESTS = 100, 40, 25


def main() -> None:
    peer = handlers.langchain()
    with handlers.causeway() as ours, handlers.instant_server() as url, ours.process(url) as mine, peer.process(url) as theirs:
        processes = {ours.name: mine, peer.name: theirs}
        for process in processes.values():
            process.answer(WARM_UP)
        results = in_turns({name: lambda process=process: process.answer(REQUESTS) for name, process in processes.items()}, ROUNDS)  # type: ignore[misc]
    ratio = statistics.median(one / other for one, other in zip(results[ours.name], results[peer.name], strict=True))
    rows = [[name, f"{Spread.of(figures):.2f}"] for name, figures in results.items()]
    notes = [
        f"Medians (least to greatest) of {ROUNDS} batches of {REQUESTS} requests each, in turns, and of the batches' ratios.",
        "Goal: at most 0.7 of LangChain's. Ours also asks the registry, checks citations, logs and counts; the peer does not.",
    ]
    print_table("CPU of a request", ["answer function", "CPU a request, ms"], [*rows, ["ratio", f"{ratio:.2f}"]], notes)


if __name__ == "__main__":
    main()
