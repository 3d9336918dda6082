"""Chooses the weight of BM25, the floor of similarity and the margin of a clear lead for an embedding model of the laptop, with evidence.

    python -m evaluation.calibrate DATA [--model NAME]          (make calibrate DATA=folder, [MODEL=small] for the second one alone)

Half of the questions choose, the other half is reported, and the other way round; the numbers written are chosen by all of them.
The weight has the best MRR, averaged over the sets. The floor is the highest similarity of the nearest passage that 95% of the questions
reach in the corpus that answers them; how many of another corpus's questions stay below it is reported. The margin is the lowest from which
the first passage answers 98% of the questions of each set.
"""

import argparse
import statistics
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from benchmarks.measure import Share, print_table
from causeway.answering.contract import DEFAULT_TOP_K
from causeway.retrieval.scope import Scope
from causeway.runtime.deadlines import Deadline
from evaluation import basis
from evaluation.conversations import mt_rag
from evaluation.corpora import SETS, Asked, Corpus, aws_documentation, squad
from evaluation.laboratory import SECONDS, Laboratory, laboratory
from evaluation.ranking import Ranked, mean_with_interval, ranked
from local.console import command
from local.settings import ROOT
from stacks.environment import load
from stacks.models.calibration import FOLDER
from stacks.models.settings import FIRST, Embedding

WEIGHTS = tuple(round(step / 10, 1) for step in range(11))
KEPT = 0.95
SURE, FEWEST_SURE = 0.98, 10  # share and number of questions that a clear lead must answer
MAX_QUESTIONS = 100  # of a set

Ranks = Mapping[str, Ranked]  # by set
Near = Mapping[bool, Sequence[float]]  # similarity of the nearest passage: of questions that the corpus answers, and of others
Leads = Mapping[str, Sequence[tuple[float, bool]]]  # by set: lead of the first passage, and whether it answers
Half = slice
ALL, EVEN, ODD = slice(None), slice(0, None, 2), slice(1, None, 2)
FOLDS = (("even", EVEN, "odd", ODD), ("odd", ODD, "even", EVEN))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    models = {each.name: each for each in load("local").models.embeddings}
    parser.add_argument("--model", choices=models, default=FIRST, help="by the name that environments/local.yaml has for it")
    arguments = parser.parse_args()
    model = models[arguments.model]
    with laboratory(arguments.data, model) as shared:
        complete = _corpora(shared)
        corpora = [*complete, *_followed(shared)]
        by_weight = {weight: _ranks(shared, corpora, weight) for weight in WEIGHTS}
        near = _near(shared, complete)
        weight = best_weight(by_weight, ALL)
        leads = _leads(shared, corpora, weight)
    floor, margin = best_floor(near, ALL), best_margin(leads, ALL)
    figures = [*_weight_figures(by_weight), *_floor_figures(near), *_margin_figures(leads)]
    _print(by_weight, figures, f"text_weight {weight}, least_similarity {floor}, clear_margin {margin}")
    write(file_of(model), weight, floor, margin, figures, sorted({corpus.name.partition("-")[0] for corpus in corpora}), told(model))


def file_of(model: Embedding) -> Path:
    return FOLDER / f"{model.calibration}.yaml"


def told(model: Embedding) -> str:
    """What stands behind the endpoint on the laptop."""
    return basis.MODEL if model.name == FIRST else f"{basis.MODEL}, its first {model.dimensions} dimensions"


def best_weight(by_weight: Mapping[float, Ranks], half: Half) -> float:
    """The one in the middle of those with the best mean MRR."""
    means = {weight: statistics.mean(Ranked(each.ranks[half]).mrr for each in ranks.values()) for weight, ranks in by_weight.items()}
    best = [weight for weight, mean in means.items() if round(mean, 3) == round(max(means.values()), 3)]
    return best[len(best) // 2]


def best_floor(near: Near, half: Half) -> float:
    """The highest, in two decimals, that 95% of the questions with an answer reach; 0.51 at least."""
    floors = [round(0.51 + step / 100, 2) for step in range(45)]
    reached = [floor for floor in floors if _sides(near, half, floor)[0].held >= KEPT * len(near[True][half])]
    return max(reached, default=floors[0])


def best_margin(leads: Leads, half: Half) -> float | None:
    """The lowest, in two decimals, from which the first passage answers 98% of the questions of each set, ten at least; else None."""
    margins = (step / 100 for step in range(1, 101))
    return next((margin for margin in margins if all(_is_sure(_clear(each[half], margin)) for each in leads.values())), None)


def _is_sure(clear: Share) -> bool:
    return clear.trials >= FEWEST_SURE and clear.held >= SURE * clear.trials


def _clear(leads: Sequence[tuple[float, bool]], margin: float) -> Share:
    """Of the questions with such a lead, those that the first passage answers."""
    return Share.of(answers for lead, answers in leads if lead >= margin)


def _sides(near: Near, half: Half, floor: float) -> tuple[Share, Share]:
    above = Share.of(similarity >= floor for similarity in near[True][half])
    return above, Share.of(similarity < floor for similarity in near[False][half])


def _corpora(shared: Laboratory) -> list[Corpus]:
    """Those in the languages that the model knows."""
    english = [corpus for corpus in squad(shared.data / "xquad") if corpus.name.endswith("-en")]
    corpora = [aws_documentation(shared.data / "aws_documentation"), *english]
    for corpus in corpora:
        shared.hold(corpus)
    return corpora


def _followed(shared: Laboratory) -> list[Corpus]:
    """What is asked within conversations, as the app rewrites it; it has no say in the floor, since some of it names no subject."""
    if not (shared.data / "mt_rag").is_dir():
        return []
    corpus, conversations = mt_rag(shared.data / "mt_rag")
    shared.hold(corpus)
    return [replace(corpus, questions=tuple(each.rewritten for each in conversations))]


def _some(corpus: Corpus) -> Sequence[Asked]:
    """Evenly spread questions, at most 100."""
    step = -(-len(corpus.questions) // MAX_QUESTIONS)
    return corpus.questions[::step]


def _ranks(shared: Laboratory, corpora: Sequence[Corpus], weight: float) -> Ranks:
    shared.library.weigh(weight)
    print(f"… weight {weight}", flush=True)
    return {corpus.name: ranked(_some(corpus), shared.search(corpus)) for corpus in corpora}


def _leads(shared: Laboratory, corpora: Sequence[Corpus], weight: float) -> Leads:
    """With the weight that was chosen; a question with a single passage has no lead and is left out."""
    shared.library.weigh(weight)
    return {corpus.name: [found for question in _some(corpus) if (found := _lead(shared, corpus, question))] for corpus in corpora}


def _lead(shared: Laboratory, corpus: Corpus, question: Asked) -> tuple[float, bool] | None:
    found = shared.library.retriever().retrieve(Scope(corpus.name, closed=()), question.text, DEFAULT_TOP_K, Deadline.after(SECONDS))
    if found.lead is None:
        return None
    return found.lead, bool(shared.holders(corpus)[found.passages[0].content_hash] & question.documents)


def _near(shared: Laboratory, corpora: Sequence[Corpus]) -> Near:
    near: dict[bool, list[float]] = {True: [], False: []}
    retriever = shared.library.retriever("vector")
    for corpus in corpora:
        for other in corpora:
            for question in _some(other):
                found = retriever.retrieve(Scope(corpus.name, closed=()), question.text, DEFAULT_TOP_K, Deadline.after(SECONDS)).passages
                near[corpus is other].append(max((passage.similarity for passage in found), default=0.0))
    return near


def _weight_figures(by_weight: Mapping[float, Ranks]) -> list[dict[str, Any]]:
    figures = []
    for chooser, half, reported, rest in FOLDS:
        weight = best_weight(by_weight, half)
        for name, ranks in by_weight[weight].items():
            recall = Ranked(ranks.ranks[rest]).recall
            metric = f"document recall@5 of {reported} questions with text_weight {weight}, chosen by {chooser} ones"
            figures.append(_figure(name, metric, recall))
    return figures


def _floor_figures(near: Near) -> list[dict[str, Any]]:
    figures = []
    for chooser, half, reported, rest in FOLDS:
        floor = best_floor(near, half)
        for what, share in zip(("own questions at or above", "others' questions below"), _sides(near, rest, floor), strict=True):
            figures.append(_figure("all", f"{what} {floor}, {reported}; floor chosen by {chooser} ones", share))
    return figures


def _margin_figures(leads: Leads) -> list[dict[str, Any]]:
    figures = []
    for chooser, half, reported, rest in FOLDS:
        margin = best_margin(leads, half)
        for name, each in leads.items() if margin else ():
            clear, all_of_them = _clear(each[rest], margin or 0.0), len(each[rest])
            metric = f"first passages that answer, of {reported} questions with a lead of {margin}, chosen by {chooser} ones"
            figures += [_figure(name, metric, clear)] if clear.trials else []
            figures.append(_figure(name, f"{reported} questions with a lead of {margin}", Share(clear.trials, all_of_them)))
    return figures


def _figure(name: str, metric: str, share: Share) -> dict[str, Any]:
    low, high = share.interval
    value = round(share.held / share.trials, 3)
    return {"set": name, "metric": metric, "n": share.trials, "value": value, "interval": [round(low, 3), round(high, 3)]}


def _print(by_weight: Mapping[float, Ranks], figures: Sequence[Mapping[str, Any]], chosen: str) -> None:
    names = list(next(iter(by_weight.values())))
    headers = ["text weight", *(f"{name}, {what}" for name in names for what in ("recall@5", "MRR"))]
    rows = [[str(each), *(cell for name in names for cell in _cells(ranks[name]))] for each, ranks in by_weight.items()]
    print_table("Weights of hybrid search", headers, rows, [f"Chosen by all questions: {chosen}."])
    halves = [[each["set"], each["metric"], str(each["n"]), f"{each['value']} {each['interval']}"] for each in figures]
    print_table("Chosen by one half, measured on the other", ["set", "metric", "n", "share (95% interval)"], halves)


def _cells(found: Ranked) -> tuple[str, str]:
    return str(found.recall), mean_with_interval(found.reciprocals)


def write(
    file: Path,
    weight: float,
    floor: float,
    margin: float | None,
    figures: Sequence[Mapping[str, Any]],
    sets: Sequence[str],
    model: str = basis.MODEL,
) -> None:
    evidence = {
        "date": datetime.now(UTC).date(),
        "commit": commit(),
        "model": model,
        "basis": basis.parts(),
        "sets": {name: SETS[name] for name in sets},
        "figures": list(figures),
    }
    content = {"text_weight": weight, "least_similarity": floor, "clear_margin": margin, "evidence": evidence}
    head = "# Written by `make calibrate`; change nothing here by hand.\n"
    file.write_text(head + yaml.safe_dump(content, sort_keys=False, width=140), encoding="utf-8")


def commit() -> str:
    return subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    command(main)
