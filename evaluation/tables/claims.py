"""What the whole app answers: claims that stand in no passage, how honest its confidence is, and what it leaves unanswered."""

from collections import Counter
from collections.abc import Mapping, Sequence

from benchmarks.measure import Share, print_table
from causeway.answering.confidence import Confidence
from causeway.answering.turn import readable
from causeway.language.sentences import sentence_spans
from evaluation.answered.asking import Kept
from evaluation.answered.chat import Name
from evaluation.answered.judging import Judged, left
from evaluation.answered.plan import MOST, kept_by_model
from evaluation.answered.posed import Kind
from evaluation.answered.standing import Fate, fate
from evaluation.confidence import Pairs, bins, crossed, error_with_interval, mixed
from evaluation.laboratory import Laboratory
from stacks.environment import load

MINUTES = 60.0  # for questions that are not answered yet, of each model
LIMITS = (0.0, 0.3, 0.5, 0.7, 0.85, 0.95)
Said = Mapping[Name, tuple[Sequence[Kept], Sequence[Judged]]]


def table(laboratory: Laboratory) -> None:
    said = {model: (kept, list(left(kept))) for model, kept in kept_by_model(laboratory, MINUTES).items()}
    standing(said)
    sureness(said)
    abstention(said)


def standing(said: Said) -> None:
    headers = (
        "model",
        "asked",
        "left as grounded",
        "claims",
        "stand",
        "open",
        "absent",
        "answers with an absent one",
        "absent or open",
    )
    notes = [
        *(f"{model}: {len(kept)} of {sum(MOST[model].values())} questions planned were asked." for model, (kept, _) in said.items()),
        "The judge is evaluation/answered/standing.py, which shares no code with the check: an absent claim has a number or a name that",
        "no passage has, or half of its words in none in order; an open one a person must read. Goal: below 0.02 with the small model.",
        "The true share of bad answers lies between the last two columns. Intervals of 95% (Wilson).",
    ]
    rows = []
    for model, (kept, answers) in said.items():
        sure = [each for each in answers if given(each)]
        rows += [_standing(f"{model}, by the checks alone", kept, answers), _standing(f"{model}, and by its confidence", kept, sure)]
    print_table("Answers that leave as grounded while a claim stands in no passage", headers, rows, notes)


def given(judged: Judged) -> bool:
    """Whether the thresholds of the local environment let the answer leave."""
    settings = Confidence.model_validate_json(load("local").assistant.confidence.variable)
    return settings.of(judged.signals) >= settings.limits("").verify


def _standing(model: str, kept: Sequence[Kept], answers: Sequence[Judged]) -> list[str]:
    fates = [fates_of(each) for each in answers]
    counts = Counter(found for several in fates for found in several)
    absent = Share.of("absent" in several for several in fates)
    doubtful = Share.of("absent" in several or "open" in several for several in fates)
    cells = [str(counts[found]) for found in ("stands", "open", "absent")]
    return [model, str(len(kept)), str(len(answers)), str(counts.total()), *cells, str(absent), str(doubtful)]


def fates_of(judged: Judged) -> list[Fate]:
    """Of each sentence of an answer."""
    text, passages = judged.answer.text, [readable(passage) for passage in judged.kept.passages]
    return [fate(text[start:end], passages) for start, end in sentence_spans(text)]


def sureness(said: Said) -> None:
    known = mixed([each for _, answers in said.values() for each in answers if each.right is not None])
    measured = crossed(known)
    groups = {"all": measured} | {
        f"{model}, {name}": [(each, share) for each, share in measured if each in answers and each.kept.posed.set == name]
        for model, (_, answers) in said.items()
        for name in sorted({each.kept.posed.set for each in answers})
    }
    rows = [_error(name, [(share, bool(each.right)) for each, share in found]) for name, found in groups.items() if found]
    note = "Each half is measured by a fit to the other. Bootstrap intervals of 95%, too high for few answers. Goal: all below 0.10."
    print_table("Expected calibration error of the confidence", ("answers", "n", "right", "error (interval)"), rows, [note])
    pairs = [(share, bool(each.right)) for each, share in measured]
    _reliability(pairs)
    _thresholds(pairs)


def _error(name: str, pairs: Pairs) -> list[str]:
    error, low, high = error_with_interval(pairs)
    return [name, str(len(pairs)), str(Share.of(right for _, right in pairs)), f"{error:.3f} ({low:.3f} to {high:.3f})"]


def _reliability(pairs: Pairs) -> None:
    rows = [[f"{each.confidence:.2f}", str(each.right.trials), str(each.right)] for each in bins(pairs)]
    print_table("Reliability of the confidence", ("mean confidence", "answers", "share right (95% interval)"), rows)


def _thresholds(pairs: Pairs) -> None:
    rows = []
    for limit in LIMITS:
        given = [right for share, right in pairs if share >= limit]
        rows.append([str(limit), str(Share.of(share >= limit for share, _ in pairs)), str(Share.of(given))])
    print_table("What a threshold lets through", ("confidence from", "share of the answers", "of these right"), rows)


def abstention(said: Said) -> None:
    kinds: Mapping[str, frozenset[Kind]] = {
        "unanswerable": frozenset({"unanswerable"}),
        "underspecified": frozenset({"underspecified"}),
        "both": frozenset({"unanswerable", "underspecified"}),
    }
    rows = [_abstention(model, what, [each for each in kept if each.posed.set == "mt_rag"], answers, kinds[what])
            for model, (kept, answers) in said.items() for what in kinds]  # fmt: skip
    headers = ("model", "tasks that want none", "of these", "answerable", "precision", "recall", "F1")
    notes = ["mt_rag through the whole app: each conversation's last question as the app rewrites it. Every refusal is an abstention."]
    print_table("Abstention", headers, rows, notes)


def _abstention(model: str, what: str, kept: Sequence[Kept], answers: Sequence[Judged], wanting: frozenset[Kind]) -> list[str]:
    answered = {each.kept.posed.id for each in answers}
    unwanted = [each.posed.id not in answered for each in kept if each.posed.kind == "told"]
    wanted = [each.posed.id not in answered for each in kept if each.posed.kind in wanting]
    precision, recall = Share(sum(wanted), sum(wanted) + sum(unwanted)), Share.of(wanted)
    f1 = 2 * sum(wanted) / max(1, 2 * sum(wanted) + sum(unwanted) + len(wanted) - sum(wanted))
    return [model, what, str(len(wanted)), str(len(unwanted)), str(precision), str(recall), f"{f1:.2f}"]
