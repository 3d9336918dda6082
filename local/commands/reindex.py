"""Fill a new generation of the index beside the old one, and move the searches over, while everybody goes on asking.

    python -m local.commands.reindex

TO=chunking=small cuts the documents otherwise, TO=model=small embeds them by another model of the environment, and
TO=model=small,chunking=small does both; without it, all is indexed anew as it is. STATUS=1 says how it stands, BACK=1 returns to the former
generation, DONE=1 removes the one that is kept. REBUILD=1 makes an index anew that was lost, of what is stored of the documents.
Ctrl-C stops the watching only: the same command goes on.
Exit status 1 when the new index was not good enough, and the old one answers, or when a rebuilt one lacks documents.
"""

import os

from local.app import reindexing
from local.app.domain import current
from local.console import Console, Trouble, command
from local.switches import is_on


def main() -> int:
    console = Console()
    if is_on("STATUS"):
        return tell(console, reindexing.ask("status"))
    if is_on("BACK"):
        reindexing.ask("back")
    elif is_on("REBUILD"):
        rebuild()
    elif is_on("DONE"):
        reindexing.ask("finish")
        reindexing.go_on([], anew=True)
        console.say("  The former generation is being removed.")
        return 0
    else:
        begin(wanted(os.environ.get("TO", "")))
    reindexing.go_on(reindexing.golden(current().folder), anew=is_on("BACK") or is_on("REBUILD"))
    with console.step("Re-indexing") as note:
        status = reindexing.Following(note).run()
    return tell(console, status)


def wanted(to: str) -> dict[str, str]:
    """What TO asks for. Raises Trouble for what cannot be changed."""
    asked = [each.partition("=") for each in to.split(",")] if to else []
    if any(name not in ("chunking", "model") or not value for name, _, value in asked):
        raise Trouble(f"TO={to}: the chunking and the embedding model can be changed, as in TO=chunking=small or TO=model=small.")
    return {name: value for name, _, value in asked}


def begin(to: dict[str, str]) -> None:
    """Starts a re-index, unless one is under way, which goes on. Raises Trouble when that one has another aim."""
    work = reindexing.ask("status")["work"]
    if work and work["step"] not in reindexing.FOLLOWED:
        under_way = {"model": work["to"]["name"], "chunking": work["to"]["chunking"]}
        if to.items() - under_way.items():
            named = " and ".join(f"{name} {value}" for name, value in under_way.items())
            raise Trouble(f"A re-index with {named} is under way: make reindex follows it, BACK=1 ends it.")
        return
    if work and work["step"] == "kept":
        raise Trouble(f"Generation {work['former']['number']} is kept still. make reindex DONE=1 removes it, BACK=1 returns to it.")
    reindexing.ask("start", **to)


def rebuild() -> None:
    """Begins to make the lost index anew, unless that is under way. Raises Trouble while a re-index is not over."""
    work = reindexing.ask("status")["work"]
    if not work or work["step"] not in ("remaking", "refilling"):
        reindexing.ask("rebuild")


def tell(console: Console, status: reindexing.Object) -> int:
    for line in reindexing.lines(status):
        console.say(f"  {line}")
    work = status["work"]
    return 1 if work and work["reason"] not in ("", "asked for") else 0


if __name__ == "__main__":
    command(main)
