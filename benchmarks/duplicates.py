"""Near-duplicates among 50,000 passages, beside datasketch and every pair compared: `python -m benchmarks.duplicates DATA`.

DATA holds `aws_documentation/` (evaluation/README.md says where it is from). Its passages are filled up to 50,000 with copies that were
changed in a known way. Recall and precision are those of all pairs whose exact Jaccard index is 0.8 or more, found by a join that
compares every two passages which could be that much alike.
"""

import json
import random
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from math import ceil
from pathlib import Path
from typing import Any

from benchmarks import peers
from benchmarks.measure import ROOT, Share, Spread, Unavailable, in_turns, print_table, version
from causeway.documents.bad import BadDocument
from causeway.documents.chunking.chunks import Chunk, chunk
from causeway.documents.duplicates.words import jaccard, shingles, text_hash, words
from causeway.documents.readers.reading import read
from evaluation.corpora import SETS, aws_documentation

PASSAGES, LEAST, ROUNDS, SEED = 50_000, 0.8, 3, 7
LAMBDAS = ROOT / "lambdas"
FEWEST_WORDS = 16  # a shorter passage has no near-duplicates by definition
Pairs = set[tuple[int, int]]


def main() -> None:
    if len(sys.argv) < 2:
        raise Unavailable("it needs the folder of public data: python -m benchmarks.duplicates DATA")
    texts, copies = _texts(Path(sys.argv[1]))
    exact = exact_pairs(texts, LEAST)
    python = peers.interpreter("duplicates")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "texts.json"
        file.write_text(json.dumps(texts), encoding="utf-8")
        measures = {
            "causeway": partial(told, sys.executable, "benchmarks.causeway_pairs", file, (ROOT, LAMBDAS)),
            version(python, "datasketch"): partial(told, python, "datasketch_pairs", file, (peers.REQUIREMENTS, LAMBDAS)),
        }
        results = in_turns(measures, ROUNDS)
    found = {name: {(one, other) for one, other in runs[-1]["pairs"]} for name, runs in results.items()}
    rows = [[name, *_seconds(runs), str(len(found[name])), *map(str, _quality(found[name], exact))] for name, runs in results.items()]
    headers = ["library", "seconds", "CPU seconds", "pairs", "recall", "precision"]
    print_table(f"Near-duplicates among {len(texts):,} passages", headers, rows, list(_notes(texts, exact)))
    _print_edits(found, exact, copies)


def told(python: Path | str, module: str, file: Path, path: tuple[Path, ...]) -> dict[str, Any]:
    """What `pairs_process` prints of one fresh process. path: the import roots that the module needs."""
    command = [str(python), str(ROOT / "benchmarks" / "pairs_process.py"), module, str(file), str(LEAST)]
    environment = {"PYTHONPATH": ":".join(map(str, path)), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{module} failed:\n{done.stderr}")
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def _texts(data: Path) -> tuple[list[str], Mapping[str, Sequence[tuple[int, int]]]]:
    """The passages with copies at their end, and (original, copy) for each way of changing one."""
    texts = [each.text for file in aws_documentation(data / "aws_documentation").files for each in chunks(file.name, file.content)]
    chance = random.Random(SEED)
    copies: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for place in chance.sample(range(len(texts)), PASSAGES - len(texts)):
        way = chance.choice(list(EDITS))
        copies[way].append((place, len(texts)))
        texts.append(EDITS[way](texts[place], chance))
    return texts, copies


def chunks(name: str, content: bytes) -> Sequence[Chunk]:
    """Of a file; none of one that cannot be read."""
    try:
        return chunk(read(content, name))
    except BadDocument:
        return []


def _replaced(share: float) -> Callable[[str, random.Random], str]:
    def edit(text: str, chance: random.Random) -> str:
        return " ".join(f"other{chance.randrange(10**6)}" if chance.random() < share else word for word in text.split(" "))

    return edit


def _sentence_dropped(text: str, chance: random.Random) -> str:
    sentences = text.split(". ")
    sentences.pop(chance.randrange(len(sentences)))
    return ". ".join(sentences)


def _sentences_swapped(text: str, chance: random.Random) -> str:
    sentences = text.split(". ")
    one, other = chance.randrange(len(sentences)), chance.randrange(len(sentences))
    sentences[one], sentences[other] = sentences[other], sentences[one]
    return ". ".join(sentences)


EDITS: Mapping[str, Callable[[str, random.Random], str]] = {
    "case and line breaks": lambda text, chance: text.upper().replace(" ", "\n"),
    "1 word in 50": _replaced(0.02),
    "1 word in 20": _replaced(0.05),
    "1 word in 10": _replaced(0.1),
    "a sentence dropped": _sentence_dropped,
    "two sentences swapped": _sentences_swapped,
}


def exact_pairs(texts: Sequence[str], least: float) -> Pairs:
    """Every text with the first of the same words, and every two first ones whose Jaccard index is at least this.

    Sets that are this much alike have one of their rarest members in common: of so many that the others could not make up for them.
    """
    same, sets = _sets(texts)
    rarity = Counter(shingle for found in sets.values() for shingle in found)
    holders: dict[bytes, list[int]] = defaultdict(list)
    near: Pairs = set()
    for place, found in sorted(sets.items(), key=lambda each: len(each[1])):
        rarest = sorted(found, key=lambda shingle: (rarity[shingle], shingle))[: len(found) - ceil(least * len(found)) + 1]
        for other in {other for shingle in rarest for other in holders[shingle] if len(sets[other]) >= least * len(found)}:
            if jaccard(found, sets[other]) >= least:
                near.add((min(place, other), max(place, other)))
        for shingle in rarest:
            holders[shingle].append(place)
    return same | near


def _sets(texts: Sequence[str]) -> tuple[Pairs, dict[int, frozenset[bytes]]]:
    firsts: dict[str, int] = {}
    same: Pairs = set()
    sets = {}
    for place, text in enumerate(texts):
        of = words(text)
        first = firsts.setdefault(text_hash(of), place)
        if first != place:
            same.add((first, place))
        elif len(of) > FEWEST_WORDS:
            sets[place] = frozenset(shingles(of))
    return same, sets


def _seconds(runs: Sequence[Mapping[str, float]]) -> list[str]:
    return [f"{Spread.of([run[kind] for run in runs]):.1f}" for kind in ("seconds", "cpu")]


def _quality(found: Pairs, exact: Pairs) -> tuple[Share, Share]:
    return Share(len(found & exact), len(exact)), Share(len(found & exact), len(found))


def _print_edits(found: Mapping[str, Pairs], exact: Pairs, copies: Mapping[str, Sequence[tuple[int, int]]]) -> None:
    rows = []
    for way, several in copies.items():
        alike = [pair for pair in several if pair in exact]
        rows.append([way, str(len(several)), str(len(alike)), *(str(Share.of(pair in each for pair in alike)) for each in found.values())])
    headers = ["the copy's change", "copies", f"at least {LEAST} alike", *(f"of these found, {name}" for name in found)]
    print_table("Copies that were changed in a known way", headers, rows)


def _notes(texts: Sequence[str], exact: Pairs) -> Iterator[str]:
    yield f"{SETS['aws_documentation']}, and changed copies; {sum(map(len, texts)) / 1e6:.0f} MB of text."
    yield f"{len(exact):,} pairs are at least {LEAST} alike, by the exact Jaccard index of two words in a row."
    yield f"Medians (least to greatest) of {ROUNDS} processes each, in turns, from texts in memory to pairs. 128 slots for both."
    yield "datasketch tells words by the same function; its pairs are those of its LSH index that it estimates to be 0.8 alike."
    yield "Goal: less than 3 s, recall at least 0.99."


if __name__ == "__main__":
    main()
