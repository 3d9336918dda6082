"""Questions asked through the local API Gateway and the deployed function, one after another and 20 at once."""

import itertools
import time
from concurrent.futures import ThreadPoolExecutor

from benchmarks.deployed import running
from benchmarks.measure import percentile, print_table
from evaluation.golden import Question, questions
from local.ask import ask
from local.domain import FOLDER, Domain

WARM_UP, ONE_BY_ONE, AT_ONCE, WAVES = 80, 100, 20, 5


def main() -> None:
    running()
    users = {user.tenant: user.name for user in Domain.read().users}
    asked = itertools.cycle([(question, users[question.tenant]) for question in questions(FOLDER)])
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(_seconds, itertools.islice(asked, WARM_UP)))
        alone = [_seconds(next(asked)) for _ in range(ONE_BY_ONE)]
        together = [seconds for _ in range(WAVES) for seconds in pool.map(_seconds, itertools.islice(asked, AT_ONCE))]
    rows = [
        [f"{ONE_BY_ONE}, one after another", *_cells(alone), "p50 < 150 ms"],
        [f"{WAVES} times {AT_ONCE} at once", *_cells(together), "p95 < 1,000 ms"],
    ]
    notes = ["The golden questions in turn, warm; the client, a new connection for each, and every server share this machine."]
    print_table(
        "A question through API Gateway and function, local", ["questions", "p50, ms", "p95, ms", "greatest, ms", "goal"], rows, notes
    )


def _seconds(asked: tuple[Question, str]) -> float:
    question, user = asked
    began = time.perf_counter()
    ask(question.text, user).require(f"{question.id} was not answered")
    return time.perf_counter() - began


def _cells(seconds: list[float]) -> list[str]:
    return [f"{percentile(seconds, share) * 1000:.0f}" for share in (0.5, 0.95, 1.0)]


if __name__ == "__main__":
    main()
