"""What a load costs: each activity takes so much of so many services, as usage.yaml says with its sources."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from stacks.environment import Environment
from stacks.load import Load
from stacks.reports.cost.bill import DAYS

FILE = Path(__file__).with_name("usage.yaml")
KB_GB = 1024 * 1024

Each = Literal["user", "question", "turn", "team run", "change", "document", "environment"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Share(_Part):
    """What one activity takes. amount: in units of the price. times: names of `factors`, each multiplied in."""

    stack: str
    what: str
    price: str
    amount: float = Field(ge=0)
    times: tuple[str, ...] = ()
    source: str


class Usage(_Part):
    """Of each activity: a user in a month, a question, a turn of an agent, a run of a team, a document added or changed, a document kept
    for a month, and the environment itself in a month.
    """

    activities: Mapping[Each, tuple[Share, ...]]


class Used(_Part):
    """Units of a price in a month."""

    activity: Each
    share: Share
    quantity: float


def usage() -> Usage:
    return Usage.model_validate(yaml.safe_load(FILE.read_text()))


def used(environment: Environment, load: Load) -> Iterator[Used]:
    """Parts of nothing are left out: without a reranker, nothing is reranked."""
    numbers, multipliers = activities(load), factors(environment, load)
    for activity, shares in usage().activities.items():
        for share in shares:
            quantity = numbers[activity] * share.amount
            for name in share.times:
                quantity *= multipliers[name]
            if quantity:
                yield Used(activity=activity, share=share, quantity=quantity)


def activities(load: Load) -> dict[Each, float]:
    """How many a month."""
    return {
        "user": load.users,
        "question": load.questions_a_day * DAYS,
        "turn": load.agent_turns_a_day * DAYS,
        "team run": load.team_runs_a_day * DAYS,
        "change": load.changed_documents_a_day * DAYS,
        "document": load.documents,
        "environment": 1,
    }


def factors(environment: Environment, load: Load) -> dict[str, float]:
    """What amounts depend on. in use: somebody comes. copies: of data, in another region. gb: of a function's memory. vault: of backups."""
    models = environment.models
    return {
        "in use": float(any(number for activity, number in activities(load).items() if activity != "environment")),
        "own vpc": float(environment.network.adopt is None),
        "gb": environment.functions.memory_mb / 1024,
        "restores": float(environment.functions.snap_start),
        "copies": float(environment.data.replica_region is not None),
        "vault": float(environment.data.backup_vault),
        "catalogue": float(environment.catalogue is not None),
        "reranked": float(models.reranker is not None),
        "embedded by bedrock": float(models.embedding.provider == "bedrock"),
        "firewall": float(environment.assistant.web_firewall),
        "comprehend": float(environment.ingestion.comprehend),
        "textract": float(environment.ingestion.textract),
        "passages": load.passages_each,
        "kb": load.document_kb,
        **_account_wide(environment),
    }


def _account_wide(environment: Environment) -> dict[str, float]:
    """Which of the account's services are on."""
    wide = environment.account_wide
    trail, config = (wide.trail, wide.config) if wide else (None, None)
    return {
        "trail": float(trail is not None),
        "data events": float(trail is not None and trail.data_events),
        "insights": float(trail is not None and trail.insights),
        "config": float(config is not None),
        "guard duty": float(wide is not None and wide.guard_duty),
        "security hub": float(wide is not None and wide.security_hub),
        "inspector": float(wide is not None and wide.inspector),
        "access analyzer": float(wide is not None and wide.access_analyzer),
        "macie": float(wide is not None and wide.macie),
        "spans": float(wide is not None and wide.transaction_search is not None),
    }
