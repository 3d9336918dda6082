"""A re-index of 10,000 passages into smaller ones on the local deployment, and the way back, while people ask 20 questions a second.

    python -m benchmarks.reindex DATA [PASSAGES] [RATE]

DATA: the folder of public data that holds aws_documentation. Its files, as many as hold PASSAGES, belong to a tenant of their own, whose
twenty users ask the questions that come with them. A question's time begins when it is due, whether or not those before are answered.
failed: an error, or a degraded answer. mixed: answers from passages of two generations of the index, as the turns' log lines say.
In the end the documents are removed, and the index that answered before answers again.
"""

import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count, pairwise
from pathlib import Path
from typing import Any

from benchmarks.deployed import running
from benchmarks.duplicates import chunks
from benchmarks.load import remove, written
from benchmarks.measure import Unavailable, percentile, print_table
from evaluation.corpora import File, aws_documentation
from local.app import people, reindexing
from local.app.adding import Adding
from local.app.api import Reply
from local.app.domain import User, current
from local.app.people import Person, sign_in
from local.app.uploads import Library, Upload
from local.commands import logs
from local.commands.ask import ask
from local.commands.reindex import begin
from local.console import Trouble

PASSAGES, RATE, USERS = 10_000, 20.0, 20
AT_ONCE = 16  # fewer than the function may answer at once: nobody is turned away
WAITING = "still waiting at the end: it was due while every asker waited for an answer"
BEFORE_SECONDS, LOOK_SECONDS = 60.0, 0.5
HEADS = ["meanwhile", "seconds", "due", "answered a second", "failed", "mixed", "p50, s", "p95, s"]
STEPS = {"making": "back-fill", "filling": "back-fill", "returning": "way back", "leaving": "way back"}


@dataclass(frozen=True)
class Asked:
    """at: when it was due, in seconds since 1970. seconds: from then to the reply. failed: what was no answer, "" for an answer."""

    at: float
    seconds: float
    failed: str


@dataclass
class Marks:
    """What was under way from when on."""

    begun: list[tuple[float, str]] = field(default_factory=list)

    def __call__(self, name: str) -> None:
        if not self.begun or self.begun[-1][1] != name:
            self.begun.append((time.time(), name))

    def spans(self) -> Iterator[tuple[str, float, float]]:
        """Name, begin and end of each; the last mark ends the one before."""
        for (start, name), (end, _) in pairwise(self.begun):
            yield name, start, end


class Asking:
    """Puts questions at a rate; `asked` has the replies."""

    def __init__(self, users: Sequence[User], questions: Sequence[str], rate: float, put: Callable[[str, User], Reply]) -> None:
        """rate: questions a second. put: has a user ask; it may raise Trouble."""
        self._users, self._questions, self._rate, self._put = users, questions, rate, put
        self.asked: list[Asked] = []
        self._over = threading.Event()
        self._pool = ThreadPoolExecutor(AT_ONCE)
        self._thread = threading.Thread(target=self._begin, daemon=True)

    def __enter__(self) -> "Asking":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._pool.shutdown()

    def _begin(self) -> None:
        began = time.time()
        for number in count():
            due = began + number / self._rate
            if self._over.wait(max(0.0, due - time.time())):
                return
            self._pool.submit(self._ask, number, due)

    def _ask(self, number: int, due: float) -> None:
        if self._over.is_set():
            self.asked.append(Asked(due, time.time() - due, WAITING))
            return
        failed = _failure(lambda: self._put(self._questions[number % len(self._questions)], self._users[number % len(self._users)]))
        self.asked.append(Asked(due, time.time() - due, failed))


def _put(text: str, user: User) -> Reply:
    return ask(text, sign_in(user))


def _failure(put: Callable[[], Reply]) -> str:
    try:
        reply = put()
    except Trouble as trouble:
        return str(trouble)
    if reply.status != 200:
        return f"{reply.status} {reply.said}"
    return f"without {', '.join(reply.body['degraded'])}" if reply.body["degraded"] else ""


def main() -> None:
    running()
    given = sys.argv[1:]
    if not given:
        raise Unavailable("python -m benchmarks.reindex DATA: the folder of public data, with aws_documentation in it")
    wanted, rate = int(given[1]) if len(given) > 1 else PASSAGES, float(given[2]) if len(given) > 2 else RATE
    corpus = aws_documentation(Path(given[0]) / "aws_documentation")
    tenant = f"reindex-{int(time.time())}"
    users = [User(f"{tenant}-{number}", tenant) for number in range(USERS)]
    for user in users:
        people.create(user)
    with tempfile.TemporaryDirectory() as scratch:
        try:
            passages = _added(holding(corpus.files, wanted), Path(scratch), sign_in(users[0]))
            _measure(users, [each.text for each in corpus.questions], rate, passages)
        finally:
            remove(tenant)


def holding(files: Sequence[File], wanted: int) -> list[File]:
    """The first files that hold so many passages together."""
    taken, passages = [], 0
    for file in files:
        if passages >= wanted:
            break
        taken.append(file)
        passages += len(chunks(file.name, file.content))
    return taken


def _added(files: Sequence[File], folder: Path, owner: Person) -> int:
    """How many passages they are."""
    print(f"adding {len(files):,} files", file=sys.stderr, flush=True)
    paths = written(files, folder)
    Adding([Upload(path, path.relative_to(folder).as_posix(), owner) for path in paths]).run()
    return sum(record["passages"] or 0 for record in Library(owner).records().values())


def _measure(users: Sequence[User], questions: Sequence[str], rate: float, passages: int) -> None:
    marks, since = Marks(), int(time.time() * 1000)
    with Asking(users, questions, rate, _put) as asking:
        marks("before")
        time.sleep(BEFORE_SECONDS)
        marks("back-fill")
        begin({"chunking": "small"})
        reindexing.go_on(reindexing.golden(current().folder))
        there = _followed(marks, ("kept", "done"))
        if there["work"]["step"] == "kept":
            marks("way back")
            reindexing.ask("back")
            reindexing.go_on([], anew=True)
            _followed(marks, ("done",))
        marks("end")
    turns = list(_turns(since))
    rows = [row(name, start, end, asking.asked, turns) for name, start, end in marks.spans()]
    title = f"Re-index of {passages:,} passages under {rate:g} questions a second, local"
    print_table(title, HEADS, rows, list(_notes(there["work"], asking.asked, turns)))


def _followed(marks: Marks, until: Sequence[str]) -> Any:
    """The status at the end."""
    while True:
        status = reindexing.ask("status")
        step = status["work"]["step"]
        if step in until:
            return status
        marks(f"{status['live']['share']} % on the new index" if step == "shifting" else STEPS.get(step, step))
        time.sleep(LOOK_SECONDS)


def _turns(since: int) -> Iterator[tuple[float, str]]:
    """When each turn ended, in seconds since 1970, and the generations of its passages, with commas between. since: milliseconds."""
    for line in logs.read(since):
        fields = logs.fields_of(line.message)
        if fields.get("message") == "turn" and "generation" in fields:
            yield line.time / 1000, str(fields["generation"])


def row(name: str, start: float, end: float, asked: Sequence[Asked], turns: Sequence[tuple[float, str]]) -> list[str]:
    """Of the questions that were due between start and end, and of the turns that ended then."""
    some = [each for each in asked if start <= each.at < end]
    answered = sorted(each.seconds for each in some if not each.failed)
    ended = sum(start <= each.at + each.seconds < end for each in asked if not each.failed)
    mixed = sum("," in generations for at, generations in turns if start <= at < end)
    times = [f"{percentile(answered, share):.2f}" if answered else "-" for share in (0.5, 0.95)]
    failed = len(some) - len(answered)
    return [name, f"{end - start:.0f}", f"{len(some):,}", f"{ended / (end - start):.1f}", f"{failed:,}", f"{mixed:,}", *times]


def _notes(work: Any, asked: Sequence[Asked], turns: Sequence[tuple[float, str]]) -> Iterator[str]:
    """work: as it was when everybody had moved over, or was back."""
    yield f"{work['outcome']}: {work['passages']:,} passages written in {work['passes']} passes. {work['reason']}".rstrip()
    for check in work["checks"][-1:]:
        yield f"golden questions: {check['found']} of {check['asked']} found, {check['found_before']} before"
    numbers = [str(work[each]["number"]) for each in ("former", "to")]
    by = [f"{sum(each == number for _, each in turns):,} in {number}" for number in numbers]
    yield f"{len(turns):,} of {len(asked):,} turns told the index of their passages: {', '.join(by)}"
    for failed in sorted({each.failed for each in asked if each.failed})[:10]:
        yield f"failed: {failed}"


if __name__ == "__main__":
    main()
