"""The answer pipeline as it runs: its steps in order, their clients, and the time each may take."""

from dataclasses import replace

from causeway.answering.classify import Classify
from causeway.answering.compose import Compose
from causeway.answering.finding import finding_steps
from causeway.answering.fitted import fitted
from causeway.answering.generate import Generate
from causeway.answering.ground import Ground
from causeway.answering.guard import Guard
from causeway.answering.in_claims import InClaims
from causeway.answering.keep import Keep
from causeway.answering.pipeline import Pipeline, Step
from causeway.answering.recall import Recall
from causeway.answering.record import Record
from causeway.answering.remember import Remember
from causeway.answering.screen import Screen
from causeway.answering.search_only import OrSearchOnly
from causeway.answering.second_opinion import NAME as SECOND_OPINION
from causeway.answering.second_opinion import AskBoth, GroundBoth
from causeway.answering.services import MODEL, conversations, converse, in_order
from causeway.answering.settings import AnswerSettings
from causeway.answering.switched_off import SwitchedOff
from causeway.conversations.memory import Memory
from causeway.models.chat import ChatModel
from causeway.models.fallback import Fallback
from causeway.reviews.keeping import Keeping
from causeway.runtime.clients import client
from causeway.runtime.dependencies import Dependency
from causeway.runtime.logs import record_breaker, record_fallback

REVIEWS = Dependency("reviews", attempt_seconds=1.5, budget_seconds=3.0, connect_seconds=0.5)
# It runs beside the first model, and is not waited for much longer: its failure costs no answer.
SECOND = replace(MODEL, name=SECOND_OPINION, attempt_seconds=14.0, attempts=1)


def answer_pipeline(settings: AnswerSettings) -> Pipeline:
    """Makes every client, so that a cold start pays for them and no caller does."""
    memory = conversations(settings)
    return Pipeline(answer_steps(settings, memory), [Keep(keeping(settings)), Remember(memory), Record()])


def answer_steps(settings: AnswerSettings, memory: Memory) -> list[Step]:
    """From the question to its answer; none of them writes anything but a conversation that comes back from the archive."""
    return [
        Screen(),
        Recall(memory),
        Classify(settings.remembering),
        *finding_steps(settings),
        Compose(),
        _generate(settings),
        Guard(),
        _ground(settings),
    ]


def keeping(settings: AnswerSettings) -> Keeping:
    return Keeping(client("dynamodb", **REVIEWS.patience), settings.reviews_table, REVIEWS.guarded(record_breaker))


def _generate(settings: AnswerSettings) -> Step:
    generate = _asking(settings) if settings.generation else SwitchedOff()
    step = fitted(settings, lambda each: OrSearchOnly(generate, each.least_similarity)) if "model" in settings.answers_without else generate
    if not settings.second_model or not settings.generation:
        return step
    second = _converse(settings, settings.second_model, SECOND)
    return AskBoth(step, second, max_tokens=settings.max_output_tokens, temperature=settings.temperature)


def _asking(settings: AnswerSettings) -> Step:
    return Generate(
        chat_model(settings),
        max_tokens=settings.max_output_tokens,
        temperature=settings.temperature,
        unchecked=settings.unchecked,
        wording=settings.wording,
    )


def _ground(settings: AnswerSettings) -> Step:
    ground = fitted(settings, lambda each: Ground(each.least_similarity, each.confidence, each.wording))
    return GroundBoth(ground, settings.wording) if settings.second_model else ground


def chat_model(settings: AnswerSettings) -> ChatModel:
    return Fallback([_converse(settings, model, dependency) for model, dependency in in_order(settings)], record_fallback)


def _converse(settings: AnswerSettings, model: str, dependency: Dependency) -> ChatModel:
    asked = converse(settings, model, dependency)
    return InClaims(asked, record_fallback) if model in settings.models_in_claims else asked
