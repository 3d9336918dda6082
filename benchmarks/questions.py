"""Questions asked through the local API Gateway and the deployed function, one after another and 20 at once."""

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

from benchmarks.deployed import running
from benchmarks.measure import percentile, print_table
from evaluation.golden import Question, questions
from local.app.domain import BOOKSHOP, Domain
from local.app.people import Person, sign_in
from local.commands.ask import ask

WARM_UP_WAVES, ONE_BY_ONE, AT_ONCE, WAVES = 4, 100, 20, 5


def main() -> None:
    running()
    people = {tenant: sign_in(user) for tenant, user in Domain.read(BOOKSHOP).owners.items()}
    asked = itertools.cycle([(question, people[question.tenant]) for question in questions(BOOKSHOP)])
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in range(WARM_UP_WAVES):
            list(pool.map(_asked, itertools.islice(asked, AT_ONCE)))
        alone = [_asked(next(asked)) for _ in range(ONE_BY_ONE)]
        together = [reply for _ in range(WAVES) for reply in pool.map(_asked, itertools.islice(asked, AT_ONCE))]
    rows = [
        [f"{ONE_BY_ONE}, one after another", *_cells(alone), "p50 < 150 ms"],
        [f"{WAVES} times {AT_ONCE} at once", *_cells(together), "p95 < 1,000 ms"],
    ]
    notes = ["The golden questions in turn, warm; the client, a new connection for each, and every server share this machine."]
    headers = ["questions", "p50, ms", "p95, ms", "greatest, ms", "not answered", "goal"]
    print_table("A question through API Gateway and function, local", headers, rows, notes)


def _asked(asked: tuple[Question, Person]) -> tuple[float, int]:
    """Milliseconds and HTTP status."""
    question, person = asked
    began = time.perf_counter()
    reply = ask(question.text, person)
    return (time.perf_counter() - began) * 1000, reply.status


def _cells(replies: list[tuple[float, int]]) -> list[str]:
    times = [f"{percentile([milliseconds for milliseconds, _ in replies], share):.0f}" for share in (0.5, 0.95, 1.0)]
    return [*times, str(sum(status != HTTPStatus.OK for _, status in replies))]


if __name__ == "__main__":
    main()
