"""Whether a turn of an agent survives being killed anywhere: no side effect twice, none lost, every turn ends.

    python -m benchmarks.agent_kills [KILLS] [TURNS]

Each turn is a script by its own seed: replies with calls of tools that look up, change something, or change something with consent. It is
played again and again, each time with up to five kills at moments by chance: before and after each request to DynamoDB, SQS and the model,
and before and after what a tool does. Clients and users that hear nothing repeat themselves, and messages come again. KILLS is 1,000 in
all, TURNS 50 by default. Tables and queue are in memory.
"""

import logging
import random
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import count

from benchmarks.measure import print_table
from benchmarks.scripted_agents import Outcome, Script, Turn, scripted

DEFAULTS = (1000, 50)
MOST_KILLS = 5  # of one play


def main() -> None:
    logging.disable(logging.CRITICAL)
    given = [int(each) for each in sys.argv[1:] if each.isdigit()]
    kills, turns = (*given, *DEFAULTS[len(given) :])
    heads = ["kills", "turns", "plays", "side effects", "twice", "lost", "never ended", "not kept once", "given up", "moments of a play"]
    print_table("Turns of an agent, killed at random moments", heads, [figures(kills, turns)])


def figures(kills: int, turns: int) -> list[str]:
    found: Counter[str] = Counter()
    for seed in count():
        script = scripted(seed % turns)
        chance = random.Random(seed)
        killed = Turn(script, moments(chance, _moments(seed % turns)), chance).played()
        found.update(judged(script, killed))
        if found["kills"] >= kills and seed + 1 >= turns:
            break
    names = ("plays", "effects", "twice", "lost", "endless", "not kept", "given up")
    return [f"{found['kills']:,}", str(turns), *(f"{found[name]:,}" for name in names), str(found["moments"] // found["plays"])]


@cache
def _moments(seed: int) -> int:
    """Of a turn that nothing happens to."""
    return Turn(scripted(seed), iter(()), random.Random(seed)).played().moments


def moments(chance: random.Random, whole: int) -> Iterator[int]:
    """After how many moments each process is killed. whole: moments of a turn that nothing happens to."""
    return (chance.randint(1, whole) for _ in range(chance.randint(1, MOST_KILLS)))


def judged(script: Script, outcome: Outcome) -> Counter[str]:
    wanted = script.effects
    given_up = outcome.run is not None and outcome.run.stopped == "interrupted"
    return Counter(
        {
            "plays": 1,
            "kills": outcome.kills,
            "moments": outcome.moments,
            "effects": outcome.done.total(),
            "twice": (outcome.done - wanted).total(),
            "lost": (wanted - outcome.done).total(),
            "endless": not outcome.ended,
            "not kept": outcome.kept != 1,
            "given up": given_up,
        }
    )


if __name__ == "__main__":
    main()
