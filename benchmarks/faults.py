"""Users who ask at the same time while each service behind the answers fails in turn: errors, marked answers, wrong answers.

    python -m benchmarks.faults [USERS] [SECONDS] [WORDS]   10 users, 30 seconds for each fault, and all faults when left out

WORDS: only faults whose name has them. What a wrong answer said is printed above the table.

The deployed function `answers` is released once more with the addresses of two proxies (microburst), which inject the faults in AWS's wire
format between the function's clients and the local AWS, and between its search client and the search. Its alias leads back at the end.
An answer is wrong when it is not marked as degraded and differs from the one given without faults, or when it cites a document that the
asking tenant does not have. The budget is the share of errors that a fault may cause; each error must be a problem with Retry-After.
More users than the function has places are turned away (429, 503 `service-busy`). They come again after Retry-After and some jitter, longer
each time, as AWS's clients do. `turned away` counts these replies, `waiting` the users who still wait at the end of a fault's time.
"""

import itertools
import json
import random
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from benchmarks import peers
from benchmarks.deployed import running
from benchmarks.measure import Share, Unavailable, percentile, print_table, version
from benchmarks.verdicts import Asked, Judge
from evaluation.golden import Question, questions
from local import places
from local.app.api import Reply
from local.app.aws import client
from local.app.domain import BOOKSHOP, Domain
from local.app.people import Person, sign_in
from local.commands.ask import ask
from local.console import Trouble
from local.servers import processes
from local.settings import PREFIX

USERS, SECONDS = 10, 30.0
RECOVERY_SECONDS = 12.0  # a breaker lets a probe through after ten
TRIES, LONGEST_START = 5, 60.0
LONGEST_DOUBLING = 3
FUNCTION, ALIAS = f"{PREFIX}answers", "live"
Rule = dict[str, Any]
TOO_FAST, DOWN = {"code": "ThrottlingException", "status": 429}, {"code": "InternalServerError", "status": 500}
MODEL, EMBEDDING, TABLES, SEARCH = {"service": "bedrock"}, {"service": "sagemaker"}, {"service": "dynamodb"}, {"service": "es"}
BUSY_TABLE = {"code": "ProvisionedThroughputExceededException"}


@dataclass(frozen=True)
class Fault:
    """aws, search: rules of the proxy before each. budget: the share of questions that may end with an error."""

    name: str
    budget: float
    aws: Sequence[Rule] = ()
    search: Sequence[Rule] = ()


FAULTS = (
    Fault("none", 0.0),
    Fault(
        "one call in ten of each service",
        0.01,
        [{**service, "error": DOWN, "probability": 0.1} for service in (MODEL, EMBEDDING, TABLES)],
        [{**SEARCH, "error": DOWN, "probability": 0.1}],
    ),
    Fault("half of the models' calls throttled", 0.0, [{**MODEL, "error": TOO_FAST, "probability": 0.5}]),
    Fault("all models throttled", 0.0, [{**MODEL, "error": TOO_FAST}]),
    Fault("all models down", 0.0, [{**MODEL, "error": DOWN}]),
    Fault("all models hang", 0.0, [{**MODEL, "timeout_ms": 60_000}]),
    Fault("embedding throttled", 0.0, [{**EMBEDDING, "error": TOO_FAST}]),
    Fault("embedding breaks connections", 0.0, [{**EMBEDDING, "reset": True}]),
    Fault("tables throttle one call in four", 0.02, [{**TABLES, "error": BUSY_TABLE, "probability": 0.25}]),
    Fault("tables throttle half of the calls", 0.5, [{**TABLES, "error": BUSY_TABLE, "probability": 0.5}]),
    Fault("tables down", 1.0, [{**TABLES, "error": DOWN}]),
    Fault("search down", 1.0, (), [{**SEARCH, "error": DOWN}]),
    Fault("search hangs", 1.0, (), [{**SEARCH, "timeout_ms": 60_000}]),
)


class Proxy:
    """microburst before one address."""

    def __init__(self, upstream: str, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        program = [peers.interpreter("faults"), "-m", "microburst", "--upstream", upstream, "--port", port, "--no-resign"]
        log = places.LOGS / f"microburst-{port}.log"
        self._process = processes.serve(program, log=log)
        processes.wait_for(f"{self.url}/_microburst/health", self._process, what="microburst", log=log)

    def set(self, rules: Sequence[Rule]) -> None:
        """These rules in place of those before."""
        body = json.dumps(list(rules)).encode()
        headers = {"Content-Type": "application/json"}
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/_microburst/rules", body, headers, method="POST"), timeout=10).close()

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()


@contextmanager
def released_behind(aws: Proxy, search: Proxy) -> Iterator[None]:
    """The function's alias leads to a version whose clients ask the proxies."""
    lambda_ = client("lambda")
    former = lambda_.get_alias(FunctionName=FUNCTION, Name=ALIAS)["FunctionVersion"]
    variables = lambda_.get_function_configuration(FunctionName=FUNCTION)["Environment"]["Variables"]
    there = {**variables, "AWS_ENDPOINT_URL": aws.url, "SEARCH_ENDPOINT": search.url}
    lambda_.update_function_configuration(FunctionName=FUNCTION, Environment={"Variables": there})
    made = lambda_.publish_version(FunctionName=FUNCTION)["Version"]
    lambda_.update_alias(FunctionName=FUNCTION, Name=ALIAS, FunctionVersion=made)
    try:
        yield
    finally:
        lambda_.update_alias(FunctionName=FUNCTION, Name=ALIAS, FunctionVersion=former)
        lambda_.update_function_configuration(FunctionName=FUNCTION, Environment={"Variables": variables})


def asked_patiently(
    question: Question, person: Person, until: float, ask: Callable[[str, Person], Reply] = ask, sleep: Callable[[float], None] = time.sleep
) -> Asked:
    """The reply to a user who comes again when turned away, up to `until` on the monotonic clock. seconds: with all that waiting."""
    began, turned_away = time.perf_counter(), 0
    while True:
        reply = _reply(question, person, ask)
        asked = Asked(question, person, reply, time.perf_counter() - began, turned_away)
        if not asked.is_turned_away or time.monotonic() > until:
            return asked
        turned_away += 1
        sleep(float(reply.headers["retry-after"]) * random.uniform(1, 2 ** min(turned_away, LONGEST_DOUBLING)))


def _reply(question: Question, person: Person, ask: Callable[[str, Person], Reply]) -> Reply:
    try:
        return ask(question.text, person)
    except Trouble as trouble:
        return Reply(0, None, str(trouble), {})


def _undisturbed(question: Question, person: Person) -> Asked:
    """The whole answer: a process that has just started, or a busy machine, may be too slow for the first ones."""
    for _ in range(TRIES):
        asked = asked_patiently(question, person, time.monotonic() + LONGEST_START)
        if asked.reply.status == HTTPStatus.OK and not asked.reply.body["degraded"]:
            return asked
        time.sleep(float(asked.reply.headers.get("retry-after", 1)))  # a breaker may be open
    raise Unavailable(f"{question.id} has no whole answer without any fault: {asked.reply.text[:200]}")


def crowd(users: int, seconds: float, people: dict[str, Person]) -> list[Asked]:
    """What the users were told: each asks one golden question after the other until the time is over."""
    until = time.monotonic() + seconds

    def user(number: int) -> list[Asked]:
        own = itertools.islice(itertools.cycle(questions(BOOKSHOP)), number, None)
        asking = itertools.takewhile(lambda _: time.monotonic() < until, own)
        return [asked_patiently(question, people[question.tenant], until) for question in asking]

    with ThreadPoolExecutor(users) as pool:
        return [asked for several in pool.map(user, range(users)) for asked in several]


def row(fault: Fault, seen: Sequence[Asked], judge: Judge) -> list[str]:
    found = [asked for asked in seen if not asked.is_turned_away]
    verdicts = Counter(judge.verdict(asked) for asked in found)
    errors = {name: count for name, count in verdicts.items() if name not in ("answered", "degraded", "wrong")}
    share = Share(sum(errors.values()), len(found))
    kept = "raw" not in errors and share.held <= fault.budget * share.trials and not verdicts["wrong"]
    kinds = ", ".join(f"{count} {name}" for name, count in sorted(errors.items())) or "-"
    slow = f"{percentile([asked.seconds for asked in found], 0.95):.1f}" if found else "-"
    counts = [str(verdicts[name]) for name in ("answered", "degraded", "wrong")]
    waiting = len(seen) - len(found)
    turned_away = str(sum(asked.turned_away for asked in seen) + waiting)
    return [
        *(fault.name, str(len(found)), *counts, turned_away, str(waiting)),
        *(str(share), f"{fault.budget:.2f}", kinds, slow, "yes" if kept else "NO"),
    ]


def main() -> None:
    numbers = [argument for argument in sys.argv[1:] if argument.replace(".", "").isdigit()]
    words = " ".join(argument for argument in sys.argv[1:] if argument not in numbers)
    chosen = [fault for fault in FAULTS if words in fault.name]
    users, seconds = int(numbers[0]) if numbers else USERS, float(numbers[1]) if len(numbers) > 1 else SECONDS
    state = running()
    aws, search = Proxy(state.cloud_url, processes.port(9999)), Proxy(state.search_url, processes.port(9998))
    try:
        with released_behind(aws, search):
            rows = _rows(chosen, users, seconds, aws, search)
    finally:
        aws.close()
        search.close()
    headers = [
        "fault",
        "questions",
        "answered",
        "degraded",
        "wrong",
        "turned away",
        "waiting",
        "errors",
        "budget",
        "errors by kind",
        "p95, s",
        "kept",
    ]
    proxy = version(peers.interpreter("faults"), "microburst")
    notes = [f"{users} users for {seconds:g} s each; faults by {proxy}; 95% intervals. Wrong must be 0, and no error may be raw."]
    print_table("Questions while a service fails, local", headers, rows, notes)


def _rows(faults: Sequence[Fault], users: int, seconds: float, aws: Proxy, search: Proxy) -> list[list[str]]:
    people = {tenant: sign_in(user) for tenant, user in Domain.read(BOOKSHOP).owners.items()}
    judge = Judge([_undisturbed(question, people[question.tenant]) for question in questions(BOOKSHOP)], people)
    rows = []
    for fault in faults:
        aws.set(fault.aws)
        search.set(fault.search)
        seen = crowd(users, seconds, people)
        rows.append(row(fault, seen, judge))
        for asked in seen:
            if not asked.is_turned_away and judge.verdict(asked) == "wrong":
                print(judge.against(asked), flush=True)
        aws.set(())
        search.set(())
        time.sleep(RECOVERY_SECONDS)
    return rows


if __name__ == "__main__":
    main()
