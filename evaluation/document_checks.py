"""Documents of public data that do not pass the checks, and damaged ones that do: `python -m evaluation.document_checks DATA`.

DATA holds `aws_documentation/`, `xquad/` and `jsquad/` (evaluation/README.md). Every document is checked as it is, and again after each
way of damaging it.
"""

import argparse
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.measure import Share, percentile, print_table
from causeway.documents.bad import BadDocument
from causeway.documents.boilerplate import MANY, Boilerplate
from causeway.documents.checks import ENOUGH_WORDS, Checks, Code, Measures, faults
from causeway.documents.content import Content
from causeway.documents.readers.reading import read
from causeway.language.detection import language_of
from evaluation.corpora import Corpus, aws_documentation, squad

EVERY = 10  # documents of aws_documentation that are damaged, one in so many
SEED = 3
Damage = Callable[[str, random.Random], str]


def _misread(text: str, chance: random.Random) -> str:
    """UTF-8 that a program took for Windows-1252; what that encoding lacks is lost."""
    return text.encode().decode("cp1252", errors="replace")


def _lost(text: str, chance: random.Random) -> str:
    """Every character that is not ASCII replaced, as a program with a narrower encoding does."""
    return "".join(character if character.isascii() else "\ufffd" for character in text)


def _filler(text: str, chance: random.Random) -> str:
    """The first twentieth, over and over."""
    return " ".join([text[: max(200, len(text) // 20)]] * 20)


def _drawn(text: str, chance: random.Random) -> str:
    """Lines and dots of forms and drawings between the words."""
    return " ".join(f"{word} {chance.choice('._-=|*') * chance.randrange(4, 20)}" for word in text.split())


DAMAGE: Mapping[str, tuple[Damage, Sequence[Code]]] = {
    "UTF-8 read as Windows-1252": (_misread, ("damaged_encoding",)),
    "other characters lost": (_lost, ("damaged_encoding",)),
    "a twentieth, 20 times": (_filler, ("repetitive",)),
    "lines of signs between words": (_drawn, ("mostly_signs",)),
}


def main(data: Path) -> None:
    corpora = list(_corpora(data))
    contents = {name: list(_contents(corpus)) for name, corpus in corpora}
    _print_as_they_are(contents)
    _print_boilerplate(contents)
    _print_damaged(contents)


def _print_boilerplate(contents: Mapping[str, Sequence[Content]]) -> None:
    rows = []
    for name, several in contents.items():
        seen = Boilerplate(several)
        shares = [seen.share(content) for content in several]
        high = [f"{percentile(shares, share):.2f}" for share in (0.5, 0.9, 0.99)]
        rows.append([name, str(len(several)), *high, *(str(Share.of(each > limit for each in shares)) for limit in (0.25, 0.5))])
    headers = ["corpus", "documents", "median", "90%", "99%", "documents over a quarter", "over a half"]
    notes = [f"The share of a document's words in paragraphs of {MANY} documents or more of its corpus."]
    print_table("Boilerplate", headers, rows, notes)


def _corpora(data: Path) -> Iterator[tuple[str, Corpus]]:
    if (data / "aws_documentation").exists():
        yield "aws_documentation", aws_documentation(data / "aws_documentation")
    for name in ("xquad", "jsquad"):
        yield from ((corpus.name, corpus) for corpus in squad(data / name))


def _contents(corpus: Corpus) -> Iterator[Content]:
    for file in corpus.files:
        try:
            yield read(file.content, file.name)
        except BadDocument:
            continue


def measured(content: Content) -> Measures:
    return Measures.of(content, language_of("\n".join(block.text for block in content.blocks)))


def codes(content: Content) -> list[Code]:
    return [fault.code for fault in faults(measured(content), Checks())]


def _print_as_they_are(contents: Mapping[str, Sequence[Content]]) -> None:
    rows = []
    for name, several in contents.items():
        measures = [measured(content) for content in several]
        found = [[fault.code for fault in faults(each, Checks())] for each in measures]
        high = [f"{percentile(values, 0.999):.2f}, {max(values):.2f}" for values in _shares(measures)]
        reasons = ", ".join(f"{code} {count}" for code, count in Counter(code for each in found for code in each).most_common()) or "-"
        rows.append([name, str(len(several)), _exact(Share.of(map(bool, found))), reasons, *high])
    headers = ["corpus", "documents", "do not pass", "because", *(f"{name}, 99.9%, most" for name in ("repeated", "damaged", "signs"))]
    limits = Checks()
    notes = [
        f"Limits: repeated {limits.most_repeated}, damaged {limits.most_damaged}, signs {limits.most_signs}. Intervals of 95% (Wilson)."
    ]
    print_table("Documents as they are", headers, rows, notes)


def _shares(measures: Sequence[Measures]) -> tuple[list[float], list[float], list[float]]:
    return [each.repeated for each in measures], [each.damaged for each in measures], [each.signs for each in measures]


def _exact(share: Share) -> str:
    low, high = share.interval
    return f"{share.held / share.trials:.4f} ({low:.4f} to {high:.4f})"


def _print_damaged(contents: Mapping[str, Sequence[Content]]) -> None:
    rows = []
    for name, several in contents.items():
        chosen = [content for content in (several[::EVERY] if len(several) > 1_000 else several) if measured(content).words >= ENOUGH_WORDS]
        for way, (damage, expected) in DAMAGE.items():
            chance = random.Random(SEED)  # noqa: S311
            done = [(content, damaged(content, damage, chance)) for content in chosen]
            changed = [after for before, after in done if _text(before) != _text(after)]
            if changed:
                rows.append([name, way, str(len(changed)), str(Share.of(bool({*codes(content)} & {*expected}) for content in changed))])
    print_table("Documents that were damaged", ("corpus", "damage", "documents it changes", "do not pass for it"), rows)


def damaged(content: Content, damage: Damage, chance: random.Random) -> Content:
    """Blocks that are not code, damaged; repetition is of the whole document."""
    if damage is _filler:
        return replace(content, blocks=[replace(content.blocks[0], kind="text", text=damage(_text(content), chance))])
    return replace(content, blocks=[replace(block, text=damage(block.text, chance)) for block in content.blocks])


def _text(content: Content) -> str:
    return "\n".join(block.text for block in content.blocks)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    main(parser.parse_args().data)
