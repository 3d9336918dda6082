"""An answer taken apart, as lines for a terminal."""

import textwrap
from collections.abc import Iterator, Sequence

from causeway.answering.select import COVERED, is_relevant, speaks
from causeway.answering.turn import Turn
from causeway.language.detection import language_of
from causeway.retrieval.passage import FoundPassage
from causeway.safety.passages import ENOUGH
from evaluation.explain.explanation import Explanation, Places, kept_back
from evaluation.explain.trace import Seen
from local.console import counted

WIDTH = 110


def report(explained: Explanation) -> Iterator[str]:
    """The steps, the answer, the same without retrieval, the gold and the class."""
    for step in explained.trace.steps:
        yield f"\n{step.name}  {explained.trace.turn.seconds[step.name] * 1000:.0f} ms"
        yield from (f"  {line}" for line in _SECTIONS.get(step.name, _unchanged)(explained, step))
    if explained.trace.stopped:
        yield f"\nended without an answer: {explained.trace.stopped}"
    yield from _answer(explained.trace.turn)
    yield from _alone(explained.alone.turn, explained.alone.stopped)
    yield from _gold(explained)


def _screen(explained: Explanation, step: Seen) -> Iterator[str]:
    rules = step.after.notes.get("injection_rules")
    yield f"refused by: {rules}" if rules else "reads like a question"


def _recall(explained: Explanation, step: Seen) -> Iterator[str]:
    yield "asked outside any conversation, as it was understood then"


def _retrieve(explained: Explanation, step: Seen) -> Iterator[str]:
    yield f"searched for: {step.before.standalone}"
    yield from (f"and by itself: {part}" for part in step.after.parts)
    if step.after.degraded:
        yield f"without: {', '.join(step.after.degraded)}"
    notes = step.after.notes
    yield f"{counted(len(explained.candidates), 'candidate')}, stale hits {notes.get('stale_hits')}, searches {notes.get('searches')}"
    yield "rank  similarity  score  words  meaning  passage"
    for rank, passage in enumerate(explained.candidates, 1):
        places = explained.places(passage)
        ranks = f"{_rank(places.words):>5}  {_rank(places.meaning):>7}"
        yield f"{rank:>4}  {passage.similarity:>10.3f}  {passage.score:>5.3f}  {ranks}  {_name(passage)}"


def _rerank(explained: Explanation, step: Seen) -> Iterator[str]:
    notes, before = step.after.notes, list(step.before.passages)
    if notes.get("rerank_skipped"):
        yield f"skipped: the first passage leads by {step.before.lead:.3f}, clear from {explained.fitted.clear_margin}"
    elif notes["reranked"]:
        yield f"{explained.settings.rerank_model}; rank, relevance, rank before"
        for rank, passage in enumerate(step.after.passages, 1):
            yield f"{rank:>4}  {passage.relevance:>9.3f}  {_place(passage, before):>4}  {_name(passage)}"
    else:
        yield "the search's order stays: " + (
            "no reranker answered" if "reranker" in step.after.degraded else "there is nothing to reorder"
        )


def _boost(explained: Explanation, step: Seen) -> Iterator[str]:
    if step.after.parts:
        yield "a question of several parts: its passages take turns, and nothing is boosted"
        return
    yield f"{counted(int(step.after.notes['boosted']), 'passage')} moved; rank, standing, boost, rank before"
    before = list(step.before.passages)
    for rank, passage in enumerate(step.after.passages, 1):
        yield f"{rank:>4}  {passage.standing:>8.3f}  {passage.boost:>5.3f}  {_place(passage, before):>4}  {_name(passage)}"


def _join(explained: Explanation, step: Seen) -> Iterator[str]:
    notes = step.after.notes
    for passage in step.after.passages:
        if passage.joined:
            positions = ", ".join(f"#{position}" for position in passage.joined)
            yield f"{_name(passage)}: one passage of {positions}, {counted(passage.tokens, 'token')} at most"
    yield f"{counted(int(notes['joined']), 'neighbour')} joined, {notes['joined_tokens']} of {explained.settings.join_tokens} tokens"
    if notes["not_joined"]:
        yield f"{counted(int(notes['not_joined']), 'neighbour')} did not fit"
    if "join_failed" in notes:
        yield "neighbours that the search had not found could not be fetched"


def _select(explained: Explanation, step: Seen) -> Iterator[str]:
    deployed, asked_in = explained.fitted, language_of(step.before.standalone)
    yield f"question in {asked_in}; keeps the best {step.before.top_k}, refuses if none has a similarity of {deployed.least_similarity}"
    yield f"or {COVERED:.0%} of the question's terms"
    kept = {passage.index_id for passage in step.after.passages}
    dropped: dict[str, list[str]] = {}
    for rank, passage in enumerate(step.before.passages, 1):
        if passage.index_id in kept:
            near = is_relevant(step.before.questions, passage, deployed.least_similarity)
            yield f"kept {rank:>2}  {'relevant' if near else 'below the floor'}  {_name(passage)}"
        else:
            spoken = speaks(asked_in, passage.language, deployed.embedding_languages)
            why = f"beyond the best {step.before.top_k}" if spoken else f"in {passage.language}, not to be compared with {asked_in}"
            dropped.setdefault(why, []).append(str(rank))
    yield from (f"dropped, {why}: rank {', '.join(ranks)}" for why, ranks in dropped.items())
    yield from _refused(step)


def _withhold(explained: Explanation, step: Seen) -> Iterator[str]:
    left = {passage.index_id: passage for passage in step.after.passages}
    for passage in step.before.passages:
        if left.get(passage.index_id) != passage:
            what = "sentences that instruct a model are blanked" if passage.index_id in left else "dropped: nothing else in it"
            yield f"{_name(passage)}: {what}"
    if step.after.passages == step.before.passages:
        yield "no passage instructs a model"
    yield from _refused(step)


def _compose(explained: Explanation, step: Seen) -> Iterator[str]:
    for number, passage in enumerate(explained.given, 1):
        yield f"[{number}] {_name(passage)}, {counted(passage.tokens, 'token')}"
        yield from _wrapped(passage.text, 6)


def _generate(explained: Explanation, step: Seen) -> Iterator[str]:
    written, usage = step.after.generation, step.after.usage
    if written is None:
        yield "no model answered"
        return
    yield f"{usage.model}: {usage.input_tokens} tokens in, {usage.output_tokens} out, stopped by {written.stop_reason}"
    yield from _wrapped(written.text, 2)
    yield from _refused(step)


def _guard(explained: Explanation, step: Seen) -> Iterator[str]:
    problems = kept_back(step.before)
    yield from (f"withheld ({problem}): {sentence}" for sentence, problem in problems)
    if not problems:
        yield "nothing that must not leave"
    yield from _refused(step)


def _ground(explained: Explanation, step: Seen) -> Iterator[str]:
    found = explained.grounding
    if found is None or step.after.outcome == "model-refused":
        yield "the model says that it found nothing"
        return
    yield f"verdict {found.verdict}, mean support {found.support:.2f}; a claim needs {ENOUGH} and a mark"
    for claim in found.claims:
        state = "carried " if claim.grounded else "withheld"
        marks = "".join(f"[{number}]" for number in claim.cites) or "no mark"
        but = claim.against or ("rearranged" if claim.rearranged else "reworded" if claim.reworded else "")
        yield f"{state}  support {claim.support:.2f}  {marks}{but and f'  {but}'}  {claim.text}"
    yield from _refused(step)


def _unchanged(explained: Explanation, step: Seen) -> Iterator[str]:
    yield f"passages {len(step.before.passages)} → {len(step.after.passages)}"


_SECTIONS = {
    "screen": _screen,
    "recall": _recall,
    "retrieve": _retrieve,
    "rerank": _rerank,
    "boost": _boost,
    "select": _select,
    "join": _join,
    "withhold": _withhold,
    "compose": _compose,
    "generate": _generate,
    "guard": _guard,
    "ground": _ground,
}


def _refused(step: Seen) -> Iterator[str]:
    if step.after.answer and not step.before.answer:
        yield f"ends the turn: {step.after.outcome}"


def _answer(turn: Turn) -> Iterator[str]:
    if turn.answer:
        yield f"\nanswer: {turn.outcome}, confidence {turn.answer.confidence:.2f}, {counted(turn.withheld, 'sentence')} withheld"
        yield from _wrapped(turn.answer.text, 2)


def _alone(turn: Turn, stopped: str) -> Iterator[str]:
    yield "\nwithout retrieval, the model asked by the same prompt with no passages"
    said = turn.generation.text if turn.generation else stopped or "nothing"
    yield from _wrapped(said, 2)
    yield f"  which would reach the caller as: {turn.outcome}"


def _gold(explained: Explanation) -> Iterator[str]:
    if not explained.gold:
        yield '\ngold: unknown, so the failure has no class; give GOLD="document: quote"'
        return
    yield "\ngold" + ("" if explained.question.evidence else ": no document answers this")
    for piece in explained.question.evidence:
        yield f"  {piece.document}: “{piece.quote}”"
        yield f"    {_ranked(explained.gold_places(piece))}"
    if explained.failure:
        failure, why = explained.failure
        yield f"\nclass: {failure} ({why})"


def _ranked(places: Places) -> str:
    return f"rank {_rank(places.candidates)} of the candidates, {_rank(places.words)} by words, {_rank(places.meaning)} by meaning"


def _place(passage: FoundPassage, among: Sequence[FoundPassage]) -> int:
    return next(rank for rank, each in enumerate(among, 1) if each.index_id == passage.index_id)


def _rank(place: int | None) -> str:
    return "-" if place is None else str(place)


def _name(passage: FoundPassage) -> str:
    return f"{passage.source} #{passage.position} · {passage.heading}"


def _wrapped(text: str, indent: int) -> list[str]:
    space = " " * indent
    return [textwrap.fill(line, WIDTH, initial_indent=space, subsequent_indent=space) for line in text.splitlines() if line.strip()]
