"""Quality on public data, as tables with 95% intervals: `python -m evaluation DATA [--only SET ...]`, or `make evaluate DATA=folder`.

DATA holds a folder for each public set that evaluation/README.md names. A set whose folder is absent is skipped, and the output says so.
No deployment is needed: the local OpenSearch and the embedding model are started here and stopped at the end.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks.measure import Unavailable
from evaluation.corpora import SETS
from evaluation.laboratory import Laboratory, laboratory
from evaluation.tables import claims, documents, followups, forms, joined, languages
from local.console import Trouble, command

Table = Callable[[Laboratory], None]
FORMS = "forms"  # of the small model's answers to golden questions: text, and claims in JSON; measured when it is named alone
ANSWERS = "answers"  # to questions of all sets that are there, and to the golden ones
JOINED = "joined"  # passages, where they were cut
OF_SEVERAL: Mapping[str, Sequence[str]] = {ANSWERS: tuple(SETS), JOINED: ("xquad", "jsquad")}  # any of these will do
TABLES: Mapping[str, Table] = {
    "aws_documentation": documents.table,
    "xquad": languages.table_of("xquad"),
    "jsquad": languages.table_of("jsquad"),
    "mt_rag": followups.table,
    JOINED: joined.table,
    ANSWERS: claims.table,
    FORMS: forms.table,
}


def main() -> None:
    arguments = _arguments()
    with laboratory(arguments.data) as shared:
        for name in arguments.only or [name for name in TABLES if name != FORMS]:
            _print(name, shared)


def _print(name: str, shared: Laboratory) -> None:
    needed = OF_SEVERAL.get(name, ())
    if needed and not any((shared.data / known).is_dir() for known in needed):
        print(f"\n## {name}\n\nskipped: {shared.data} has none of the sets {', '.join(needed)}", flush=True)
        return
    if name not in (*OF_SEVERAL, FORMS) and not (shared.data / name).is_dir():
        print(f"\n## {name}\n\nskipped: {shared.data / name} is not there; it comes from {SETS[name]}", flush=True)
        return
    try:
        TABLES[name](shared)
    except Unavailable as lacking:
        print(f"\n## {name}\n\nnot measured: {lacking}", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument(
        "--only",
        nargs="*",
        choices=list(TABLES),
        help="sets; joined; answers, asked of all of them; or forms; all but forms without it",
    )
    arguments = parser.parse_args()
    if not arguments.data.is_dir():
        raise Trouble(f"{arguments.data} is no folder: DATA names the folder that holds the public sets; see evaluation/README.md.")
    return arguments


if __name__ == "__main__":
    command(main)
