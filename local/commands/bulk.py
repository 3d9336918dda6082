"""Read what waits in bulk by a Processing job, as an operator of AWS does for millions: Spark on this machine in place of SageMaker's.

    python -m local.commands.bulk

The functions read beside it. Ctrl-C stops the watching only. Exit status 1 when the job failed.
"""

from local.app import bulk_jobs
from local.console import Console, command


def main() -> int:
    console = Console()
    execution = bulk_jobs.begin()
    with console.step("Reading what waits in bulk") as note:
        counts = bulk_jobs.follow(execution, note)
    for line in bulk_jobs.lines(counts):
        console.say(f"  {line}")
    console.say("  what was read is being indexed: make documents shows how far it is")
    return 0


if __name__ == "__main__":
    command(main)
