"""A bulk job: workers on every core of the cluster read what waits in the lane `bulk`, until nothing does.

    spark-submit job.py --inputs FOLDER --message FILE --seconds N --idle N

FOLDER has a folder for each asset, with a zip in each: the function's code, and the packages that it imports (`python/` in them).
FILE gets what became of how many documents, as one line of JSON; SageMaker shows it as the job's exit message.

The queue is the list of what is left to do, so a worker or a job that dies takes nothing with it: docs/decisions/242.
"""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark import SparkContext

MOST_DEATHS = "20"  # of one worker's place, after which the job ends; a document is given up after five of its own
EXIT_MESSAGE_BYTES = 1024
KEPT = {"failed", "messages", "restarted", "stopped"}


def main() -> int:
    arguments = _arguments()
    from pyspark import SparkConf, SparkContext

    context = SparkContext(conf=SparkConf().setAppName("causeway-bulk").set("spark.task.maxFailures", MOST_DEATHS))
    try:
        places = workers(context)
        work = worker(arguments.inputs, joined(os.environ), arguments.seconds, arguments.idle)
        counts = total(context.parallelize(range(places), places).mapPartitions(work).collect())
    finally:
        context.stop()
    message = shortened(counts)
    print(f"causeway-bulk {message}", flush=True)
    Path(arguments.message).parent.mkdir(parents=True, exist_ok=True)
    Path(arguments.message).write_text(message)
    return 1 if counts["stopped"] else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", required=True)
    parser.add_argument("--message", required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--idle", type=int, required=True)
    return parser.parse_args()


def workers(context: "SparkContext") -> int:
    """As many as there are cores; each parses one file at a time, in a process of its own."""
    settings = context.getConf()
    machines, cores = settings.get("spark.executor.instances"), settings.get("spark.executor.cores")
    return int(machines) * int(cores) if machines and cores else context.defaultParallelism


def joined(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables, with those whole that were too long for one: `INTAKE__1`, `INTAKE__2`, ... is `INTAKE`."""
    whole: dict[str, str] = {}
    for name in sorted(environ, key=lambda each: (each.partition("__")[0], len(each), each)):
        beginning, _, number = name.partition("__")
        key = beginning if number.isdigit() else name
        whole[key] = whole.get(key, "") + environ[name]
    return whole


def worker(inputs: str, variables: Mapping[str, str], seconds: float, idle: int) -> Callable[[Iterable[int]], Iterator[dict[str, int]]]:
    """What one worker does. Spark sends it to other machines by value, so it imports what it needs itself."""

    def work(_: Iterable[int]) -> Iterator[dict[str, int]]:
        import fcntl
        import os
        import sys
        import traceback
        import zipfile
        from pathlib import Path

        from pyspark import TaskContext

        def unpacked(zipped: Path) -> Path:
            """Once for each machine, whoever comes first."""
            folder = zipped.with_suffix("")
            with zipped.with_suffix(".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                if not (folder / "whole").exists():
                    zipfile.ZipFile(zipped).extractall(folder)
                    (folder / "whole").touch()
            return folder

        context = TaskContext.get()
        counts = {"restarted": context.attemptNumber()} if context and context.attemptNumber() else {}
        os.environ.update({name: value for name, value in variables.items() if name not in os.environ})
        folders = [unpacked(zipped) for zipped in sorted(Path(inputs).glob("*/*.zip"))]
        for folder in folders:
            path = str(folder / "python" if (folder / "python").is_dir() else folder)
            if path not in sys.path:
                sys.path.insert(0, path)  # before what the image has of the same name
        try:
            from functions.read_bulk import drain

            counts.update(drain(seconds, idle))
        except Exception:
            traceback.print_exc()
            counts["stopped"] = 1  # Spark would begin it anew, find its messages hidden, and call it done
        yield counts

    return work


def total(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """With `failed`, documents, and `stopped`, workers that had an error, however many did."""
    summed: Counter[str] = Counter({"failed": 0, "stopped": 0})
    for each in counts:
        summed.update(each)
    return dict(summed)


def shortened(counts: Mapping[str, int]) -> str:
    """As JSON of at most a kilobyte: the rarest outcomes are put together."""
    left, others = dict(counts), 0
    while len(message := json.dumps({**left, **({"others": others} if others else {})}, sort_keys=True)) > EXIT_MESSAGE_BYTES:
        rarest = min(left.keys() - KEPT, key=lambda outcome: (left[outcome], outcome))
        others += left.pop(rarest)
    return message


if __name__ == "__main__":
    sys.exit(main())
