"""Pipelines for where the switches stand and for the variants of an experiment.

Both change settings, and a pipeline is made from settings: no step knows of either.
"""

from collections.abc import Callable
from functools import lru_cache

from aws_lambda_powertools.metrics import MetricUnit, single_metric

from causeway.answering.experiments import Change, Experiments
from causeway.answering.pipeline import Pipeline, Step
from causeway.answering.settings import AnswerSettings
from causeway.answering.turn import Answer, Turn
from causeway.runtime.appconfig import Document
from causeway.runtime.logs import logger
from causeway.runtime.switches import SWITCHED_OFF, Positions, Switches, switched_off

KEPT = 16  # pipelines; positions and variants in use at a time are few


class SwitchedPipeline:
    """Answers each turn by the pipeline that its tenant's switches and its user's variant ask for."""

    def __init__(
        self,
        settings: AnswerSettings,
        make: Callable[[AnswerSettings], Pipeline],
        switches: Document[Switches],
        experiments: Document[Experiments],
        record: Step,
    ) -> None:
        """make: a pipeline from settings; a cold start pays for the first. record: writes a turn that no pipeline got."""
        self._switches, self._experiments, self._record = switches, experiments, record
        self._made = lru_cache(KEPT)(lambda positions, change: make(changed(settings, positions, change)))
        self._made(Positions(), None)

    def answer(self, turn: Turn) -> Answer:
        """As `Pipeline.answer`; raises a 503 Problem where answers are switched off."""
        logger.remove_keys(["experiment", "variant"])  # a batch's function answers several questions at a call
        positions = self._switches.current().of(turn.tenant)
        if not positions.answers:
            turn.turned_away = SWITCHED_OFF
            self._record(turn)
            raise switched_off("Answers")
        change = self._change_for(turn) if positions.experiments else None
        try:
            return self._made(positions, change).answer(turn)
        finally:
            _count(turn)

    def _change_for(self, turn: Turn) -> Change | None:
        """What the turn's variant does otherwise. Every log line of the request names the variant from now on."""
        running = self._experiments.current().running
        if running is None:
            return None
        turn.experiment, turn.variant = running.name, running.variant_of(turn.tenant, turn.user)
        logger.append_keys(experiment=turn.experiment, variant=turn.variant)
        if turn.variant == "a":
            return None
        if running.change.top_k and not turn.top_k_asked:
            turn.top_k = running.change.top_k
        return running.change


def changed(settings: AnswerSettings, positions: Positions, change: Change | None) -> AnswerSettings:
    """The settings as switches and a variant want them, with whichever embedding model. Without fallback models nothing stands behind the
    first one.
    """
    changes = {name: value for name, value in (change or {}) if name in AnswerSettings.model_fields and value is not None}
    if settings.embedding_beside:
        changes["embedding_beside"] = {name: changes.get(name, value) for name, value in settings.embedding_beside.items()}
    if not positions.first_model or (change and change.model == "fallback" and settings.fallback_models):
        first, *others = settings.fallback_models or ("",)
        changes |= {"chat_model": first, "fallback_models": tuple(others)}
    if not positions.reranking or (change and change.reranking == "off"):
        changes["rerank_model"] = ""
    changes["generation"] = positions.generation and (positions.first_model or bool(settings.fallback_models))
    return settings.model_copy(update=changes)


def _count(turn: Turn) -> None:
    if turn.experiment:
        with single_metric(name="ExperimentTurns", unit=MetricUnit.Count, value=1) as metric:
            for name, value in {"experiment": turn.experiment, "variant": turn.variant, "outcome": turn.outcome}.items():
                metric.add_dimension(name=name, value=value)
