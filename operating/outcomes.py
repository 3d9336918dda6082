"""What became of the answers of an experiment, by user, from the lines that functions log."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from causeway.answering.experiments import Experiment, Outcome, Variant
from operating.account import Account
from operating.power import Counted

ANSWERING = ("answers", "answer-stream", "answer-batch")
RATING = "sessions"
NOT_OBSERVED = ("caller-gone", "switched-off")  # nobody read such a turn to its end, or it was never answered by anyone's settings


@dataclass
class Tally:
    """Answers of one variant. users: by the hash of a user, outcomes in the order of the log. left_out: turns that nobody read."""

    users: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    left_out: int = 0

    @property
    def counted(self) -> list[Counted]:
        return [Counted(sum(outcomes), len(outcomes)) for outcomes in self.users.values()]

    @property
    def answers(self) -> int:
        return sum(len(outcomes) for outcomes in self.users.values())


def tallies(lines: Iterable[Mapping[str, Any]], experiment: Experiment) -> dict[Variant, Tally]:
    """lines: of the functions that answer and of the one that takes ratings. Turns of other experiments are passed by."""
    found: dict[Variant, Tally] = {"a": Tally(), "b": Tally()}
    kept = list(lines)
    ratings = {line["rated"]: line["rating"] for line in kept if line.get("message") == "feedback"}
    for line in kept:
        if line.get("message") != "turn" or line.get("experiment") != experiment.name:
            continue
        tally = found[line["variant"]]
        observed = _observed(line, experiment.plan.outcome, ratings)
        if observed is None:
            tally.left_out += 1
        else:
            tally.users[line["user"]].append(observed)
    return found


def _observed(line: Mapping[str, Any], outcome: Outcome, ratings: Mapping[str, str]) -> bool | None:
    """Whether the turn had the outcome; None when it cannot be told."""
    if outcome == "thumbs-up":
        rating = ratings.get(line.get("correlation_id", ""))
        return None if rating is None else rating == "up"
    if line["outcome"] in NOT_OBSERVED:
        return None
    return bool(line["grounded"]) if outcome == "grounded" else line["outcome"] == "answered"


def lines_since(account: Account, started: str) -> Iterator[dict[str, Any]]:
    """Lines of turns and of ratings that were written since then, a time in ISO 8601."""
    logs = account.client("logs")
    since = int(datetime.fromisoformat(started).timestamp() * 1000)
    for function, message in (*((name, "turn") for name in ANSWERING), (RATING, "feedback")):
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=f"/causeway/{account.environment}/{function}", startTime=since, filterPattern=f'"{message}"'
        )
        for page in pages:
            yield from filter(None, (_fields(event["message"]) for event in page["events"]))


def _fields(message: str) -> dict[str, Any] | None:
    try:
        content = json.loads(message)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None
