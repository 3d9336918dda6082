"""Thousands of public files added to the local deployment as `make add` adds them, with one new file now and then, and workers killed.

    python -m benchmarks.load DATA [FILES] [--kill SECONDS]

DATA: the folder of public data that holds aws_documentation. FILES: how many of its 10,033, all by default. --kill: every so many seconds
all workers of ingestion are killed. The digest is of what is there in the end (names, versions, passages): two runs can be compared by it.
The documents belong to a tenant of their own, new in every run, and are removed in the end. A second table says how many requests to each
operation of the local AWS a file has cost, those of whoever adds it included.
"""

import json
import os
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from benchmarks.deployed import running
from benchmarks.measure import Unavailable, print_table
from evaluation.corpora import File, aws_documentation
from local.app import people
from local.app.adding import Adding
from local.app.aws import client, parameter
from local.app.domain import User
from local.app.people import Person
from local.app.uploads import Library, Upload
from local.cloud.requests import PATH
from local.settings import PREFIX, ROOT, read

WORKERS = tuple(f"AWS_LAMBDA_FUNCTION_NAME={PREFIX}{name}\0".encode() for name in ("read-documents", "index-documents"))
LEAST = 0.01  # requests a file, of an operation that has a row
PROBE_EVERY, SAMPLED_EVERY = 60.0, 5.0
HEADS = ["files", "seconds", "files/s", "ready", "partial", "duplicate", "refused", "failed", "lost", "killed"]
HEADS += ["a new file meanwhile, s", "memory, MB", "CPU ms/file", "digest"]


def main() -> None:
    running()
    given = [each for each in sys.argv[1:] if not each.startswith("--")]
    if not given:
        raise Unavailable("python -m benchmarks.load DATA: the folder of public data, with aws_documentation in it")
    kill = float(sys.argv[sys.argv.index("--kill") + 1]) if "--kill" in sys.argv else 0.0
    numbers = [int(each) for each in given[1:] if each.isdigit() and float(each) != kill]
    with tempfile.TemporaryDirectory() as scratch:
        wanted = aws_documentation(Path(given[0]) / "aws_documentation").files[: numbers[0] if numbers else None]
        files = written(wanted, Path(scratch))
        _wait_for_silence()
        before = _requests()
        print_table("Files of aws_documentation, local", HEADS, [loaded(files, Path(scratch), kill)])
        asked = sorted((_requests() - before).items(), key=lambda each: -each[1])
        costs = [[operation, f"{times / len(files):.2f}"] for operation, times in asked if times / len(files) >= LEAST]
        print_table("Requests a file", ["operation", "requests"], [*costs, ["all", f"{sum(times for _, times in asked) / len(files):.2f}"]])


def written(files: Iterable[File], folder: Path) -> list[Path]:
    made = []
    for file in files:
        (folder / file.name).parent.mkdir(parents=True, exist_ok=True)
        (folder / file.name).write_bytes(file.content)
        made.append(folder / file.name)
    return made


def loaded(files: list[Path], folder: Path, kill: float) -> list[str]:
    name = f"load-{int(time.time())}"
    people.create(User(name, name))
    person = people.sign_in(User(name, name))
    watch = Watch(person, folder, kill)
    began, spent = time.monotonic(), _cpu()
    adding = Adding([Upload(file, file.relative_to(folder).as_posix(), person) for file in files], hear=_shown(began))
    with watch:
        outcomes = adding.run()
    seconds, spent = time.monotonic() - began, _cpu() - spent
    records = [each for each in Library(person).records().values() if not each["name"].startswith("new-")]
    states = Counter(each.state for each in outcomes)
    lost = len(files) - len(records) - states["refused"]
    digest = sha256("\n".join(sorted(f"{each['name']} {each['version']} {each['passages']} {each['state']}" for each in records)).encode())
    remove(name)
    return [
        f"{len(files):,}",
        f"{seconds:.0f}",
        f"{len(files) / seconds:.1f}",
        *(f"{states[state]:,}" for state in ("ready", "partial", "duplicate")),
        f"{states['quarantined'] + states['refused']:,}",
        f"{states['failed']:,}",
        f"{lost:,}",
        f"{watch.killed:,}",
        " ".join(f"{each:.1f}" for each in watch.probes) or "-",
        f"{watch.most_memory / 1e6:.0f}",
        f"{1000 * spent / len(files):.0f}",
        digest.hexdigest()[:12],
    ]


class Watch:
    """Beside the load: a new file by a form every minute, the memory of all that runs, and the deaths of workers."""

    def __init__(self, person: Person, folder: Path, kill: float) -> None:
        self._person, self._folder, self._kill = person, folder, kill
        self.probes: list[float] = []
        self.killed, self.most_memory = 0, 0
        self._over = threading.Event()
        self._threads = [threading.Thread(target=each, daemon=True) for each in (self._probe, self._sample, self._end_workers)]

    def __enter__(self) -> None:
        for thread in self._threads:
            thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _probe(self) -> None:
        while not self._over.wait(PROBE_EVERY):
            file = self._folder / f"new-{len(self.probes)}.md"
            file.write_text(f"# New {len(self.probes)}\n\nThis was added while many others waited.")
            began = time.monotonic()
            Adding([Upload(file, file.name, self._person)], pause=0.2).run()
            self.probes.append(time.monotonic() - began)

    def _sample(self) -> None:
        while not self._over.wait(SAMPLED_EVERY):
            self.most_memory = max(self.most_memory, sum(resident for resident in _memory()))

    def _end_workers(self) -> None:
        """Those of this deployment: another one may be at work on this machine."""
        ours = f"AWS_ENDPOINT_URL={read().cloud_url}\0".encode()
        while self._kill and not self._over.wait(self._kill):
            for process in _processes():
                with suppress(OSError):
                    environment = (process / "environ").read_bytes()
                    if ours in environment and any(worker in environment for worker in WORKERS):
                        os.kill(int(process.name), signal.SIGKILL)
                        self.killed += 1


def _requests() -> Counter[str]:
    """To each operation of the local AWS since its start."""
    with urlopen(f"{read().cloud_url}{PATH}") as answer:
        return Counter(json.load(answer))


def _processes() -> Iterator[Path]:
    return Path("/proc").glob("[0-9]*")


def _memory() -> Iterator[int]:
    """Resident bytes of each process of this deployment: the local AWS, its functions, the search engine."""
    for process in _own():
        with suppress(OSError):
            yield int((process / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _cpu() -> float:
    """Seconds that this process, the processes of this deployment and those that they have ended have taken."""
    ticks = 0
    for process in (*_own(), Path("/proc/self")):
        with suppress(OSError):
            ticks += sum(map(int, (process / "stat").read_text().rpartition(")")[2].split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _own() -> Iterator[Path]:
    own = str(ROOT / ".causeway").encode()
    for process in _processes():
        with suppress(OSError):
            if own in (process / "cmdline").read_bytes():
                yield process


def _shown(began: float) -> Any:
    last = [0.0]

    def hear(progress: object) -> None:
        if time.monotonic() - last[0] > PROBE_EVERY:
            last[0] = time.monotonic()
            print(f"{time.monotonic() - began:6.0f} s  {progress}", file=sys.stderr, flush=True)

    return hear


def _wait_for_silence() -> None:
    """Until nothing is left to do of an earlier run: its documents are removed by the same workers."""
    while left := _waiting():
        print(f"waiting until {left:,} messages of an earlier run are done", file=sys.stderr, flush=True)
        time.sleep(SAMPLED_EVERY)


def _waiting() -> int:
    """Messages in the lane of bulk loads."""
    sqs = client("sqs")
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    queues = [url for url in sqs.list_queues()["QueueUrls"] if f"{PREFIX}ingestion-Bulk" in url]
    counts = [sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"] for url in queues]
    return sum(int(each[name]) for each in counts for name in names)


def remove(tenant: str) -> None:
    """All files of the tenant; its documents follow."""
    bucket, s3 = parameter("data/incoming-bucket"), client("s3")
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"{tenant}/"):
        keys = [{"Key": each["Key"]} for each in page.get("Contents", ())]
        if keys:
            s3.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})


if __name__ == "__main__":
    main()
