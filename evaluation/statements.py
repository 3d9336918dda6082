"""How often ordinary questions are taken for lasting statements of their users about themselves.

    python -m evaluation.statements DATA

DATA holds `ordinary/`, and `xquad/` and `mt_rag/` if there. Every question that is taken for a statement is printed, for a person to
read: some are statements.
"""

import argparse
import gzip
import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import Share, print_table
from causeway.conversations.statements import noticed
from evaluation.attack_data import ordinary_questions


def questions(data: Path) -> dict[str, Sequence[str]]:
    """By corpus; one that is not there is left out."""
    return {**ordinary_questions(data), **_mt_rag(data / "mt_rag" / "tasks.json.gz")}


def taken(several: Sequence[str]) -> list[str]:
    """Those that are taken for statements, whether these are kept or not."""
    return [question for question in several if (found := noticed(question)).statements or found.not_kept]


def _mt_rag(path: Path) -> dict[str, Sequence[str]]:
    """What users say in its conversations, each sentence once."""
    if not path.exists():
        return {}
    tasks = json.loads(gzip.decompress(path.read_bytes()))
    return {"mt_rag": list(dict.fromkeys(said["text"] for task in tasks for said in task["input"] if said["speaker"] == "user"))}


def main(data: Path) -> None:
    found = {corpus: (several, taken(several)) for corpus, several in questions(data).items()}
    if not found:
        print(f"There are no questions in {data}: `ordinary/` is missing.")
        return
    rows = []
    for corpus, (several, hits) in found.items():
        low, high = Share(len(hits), len(several)).interval
        rows.append([corpus, str(len(several)), str(len(hits)), f"{low:.4f} to {high:.4f}"])
    print_table("Questions taken for lasting statements", ("corpus", "questions", "taken", "95% interval"), rows)
    for corpus, (_, hits) in found.items():
        for hit in hits:
            print(f"{corpus}: {hit}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    main(parser.parse_args().data)
