"""The services that answers and agents share, as they run: conversations, permissions and models, and the time each may take."""

from dataclasses import replace
from functools import cache

from causeway.answering.settings import AnswerSettings, RetrievalSettings
from causeway.conversations.archive import Archive
from causeway.conversations.memory import Memory
from causeway.conversations.returning import ArchivedMemory
from causeway.conversations.transaction import Tables
from causeway.models.converse import Converse, Guardrail
from causeway.permissions.permissions import Permissions
from causeway.runtime.clients import client
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import Throttled
from causeway.runtime.logs import record_breaker

PERMISSIONS = Dependency("permissions", attempt_seconds=1.5, budget_seconds=3.0, connect_seconds=0.5)
MEMORY = Dependency("memory", attempt_seconds=1.5, budget_seconds=3.0, connect_seconds=0.5)
ARCHIVE = Dependency("storage", attempt_seconds=2.0, budget_seconds=4.0, connect_seconds=0.5)
# A slow or failing model is not asked again: each call is paid for.
MODEL = Dependency("model", attempt_seconds=16.0, budget_seconds=27.0, connect_seconds=1.0, retries=(Throttled,), base_seconds=0.4)
# What is left after the first model has taken all its time: the fallback is a fast model.
FALLBACK = replace(MODEL, attempt_seconds=9.0, attempts=2)


def conversations(settings: AnswerSettings) -> Memory:
    memory = MEMORY.guarded(record_breaker)
    tables = Tables(settings.memory_table, settings.sessions_table)
    archive = cache(lambda: Archive(client("s3", **ARCHIVE.patience), settings.archive_bucket, ARCHIVE.guarded(record_breaker)))
    return ArchivedMemory(client("dynamodb", **memory.patience), tables, memory, settings.remembering.lifetimes, archive)


def permissions(settings: RetrievalSettings) -> Permissions:
    guarded = PERMISSIONS.guarded(record_breaker)
    return Permissions(client("dynamodb", **guarded.patience), settings.permissions_table, guarded)


def in_order(settings: AnswerSettings) -> list[tuple[str, Dependency]]:
    """The chat model, and its fallbacks behind it. With one behind it, a throttled model is asked only once more."""
    first = replace(MODEL, attempts=2) if settings.fallback_models else MODEL
    return [(settings.chat_model, first), *((model, FALLBACK) for model in settings.fallback_models)]


def converse(settings: AnswerSettings, model: str, dependency: Dependency) -> Converse:
    guardrail = Guardrail(settings.guardrail_id, settings.guardrail_version)
    return Converse(client("bedrock-runtime", **dependency.patience), model, guardrail, dependency.guarded(record_breaker))
