"""Puts questions to the app's own steps up to the model's text, and keeps each text with its passages for the next run.

What comes after the model, the checks and the confidence, runs anew in each table over what is kept here.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from causeway.answering import compose
from causeway.answering.compose import Compose
from causeway.answering.generate import Generate
from causeway.answering.pipeline import Step
from causeway.answering.retrieve import Retrieve
from causeway.answering.screen import Screen
from causeway.answering.select import Select
from causeway.answering.turn import Generation, Turn
from causeway.permissions.access import Access
from causeway.retrieval.passage import FoundPassage
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyUnavailable
from causeway.runtime.problems import Problem
from evaluation import basis
from evaluation.answered.chat import Name, chat
from evaluation.answered.posed import Posed, Put
from evaluation.laboratory import FOLDER, SECONDS, Laboratory
from stacks.environment import load

PATIENCE = 120.0  # seconds for one answer


@dataclass(frozen=True)
class Kept:
    """A question as far as the model's text. outcome: why the model was not asked, else "".

    passages: those it was given. ended: why it stopped, in its own word.
    """

    posed: Posed
    outcome: str
    passages: tuple[FoundPassage, ...]
    text: str
    ended: str

    def turn(self) -> Turn:
        """The turn as the steps after the model find it."""
        turn = Turn("evaluation", self.posed.tenant, self.posed.text, Deadline.after(PATIENCE), passages=self.passages)
        Compose()(turn)
        turn.generation = Generation(self.text, self.ended)
        return turn


class Keeper:
    """A file of kept answers, one a line, written as they come. It belongs to one model and one form of retrieval and prompt."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lines = {line["id"]: line for line in map(json.loads, _lines(file))}

    def find(self, posed: Posed) -> Kept | None:
        line = self._lines.get(posed.id)
        return line and Kept(posed, line["outcome"], tuple(map(FoundPassage.model_validate, line["passages"])), line["text"], line["ended"])

    def keep(self, kept: Kept) -> None:
        passages = [passage.model_dump(mode="json") for passage in kept.passages]
        line = {"id": kept.posed.id, "outcome": kept.outcome, "passages": passages, "text": kept.text, "ended": kept.ended}
        self._lines[kept.posed.id] = line
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").split("\n")[:-1] if file.exists() else []


def asked(laboratory: Laboratory, put: Put, wanted: Sequence[Posed], model: Name, minutes: float) -> Iterator[Kept]:
    """What is kept of the questions wanted; those not kept yet are asked first, for at most so many minutes, and the rest is left out."""
    keeper = Keeper(file_of(model))
    missing = [posed for posed in wanted if keeper.find(posed) is None]
    if missing and minutes > 0:
        _ask(laboratory, put, missing, model, keeper, time.monotonic() + 60 * minutes)
    yield from (kept for posed in wanted if (kept := keeper.find(posed)) is not None)


def file_of(model: Name) -> Path:
    system = compose.SYSTEM_FOR_CLAIMS if model == "small-in-claims" else compose.SYSTEM
    prompt = hashlib.sha256((system + str(load("local").models.embedding.calibrated.least_similarity)).encode()).hexdigest()[:8]
    return FOLDER / "answers" / f"{basis.digest()}-{prompt}" / f"{model}.jsonl"


def _ask(laboratory: Laboratory, put: Put, missing: Sequence[Posed], model: Name, keeper: Keeper, until: float) -> None:
    for corpus in put.corpora:
        if any(posed.tenant == corpus.name for posed in missing):
            laboratory.hold(corpus)
    with ExitStack() as opened:
        hosted = opened.enter_context(chat(model, FOLDER))
        steps = _steps(laboratory, Generate(hosted, max_tokens=1024, temperature=0.0))
        _keep_all(missing, steps, keeper, lambda: time.monotonic() > until)


def _keep_all(missing: Sequence[Posed], steps: Sequence[Step], keeper: Keeper, over: Callable[[], bool]) -> None:
    failed = 0
    for number, posed in enumerate(missing):
        if over():
            print(f"… the time is up: {len(missing) - number} questions are left for another run", flush=True)
            break
        try:
            keeper.keep(walked(posed, steps))
        except DependencyUnavailable as failure:
            failed += 1
            print(f"… not answered: {failure}", flush=True)
    print(f"… {number + 1} questions put to the model, {failed} of them without an answer", flush=True)


def walked(posed: Posed, steps: Sequence[Step]) -> Kept:
    """The question after these steps. Raises DependencyUnavailable when the model has no answer."""
    turn = Turn("evaluation", posed.tenant, posed.text, Deadline.after(PATIENCE), access=Access())
    try:
        for step in steps:
            if turn.answer is None:
                step(turn)
    except Problem as problem:
        return Kept(posed, problem.slug, (), "", "")
    outcome = turn.answer.outcome if turn.answer else ""
    generation = turn.generation or Generation("", "")
    return Kept(posed, outcome, tuple(turn.passages), generation.text, generation.stop_reason)


def _steps(laboratory: Laboratory, generate: Step) -> list[Step]:
    """As `answering.assembly` puts them together, without memory."""
    embedding = load("local").models.embedding
    select = Select(embedding.calibrated.least_similarity, embedding.languages)
    return [Screen(), Retrieve(laboratory.library.retriever(), SECONDS), select, Compose(), generate]
