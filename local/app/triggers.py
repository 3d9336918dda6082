"""The triggers of the domain on the local AWS: what came of each today, and a schedule begun by hand."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import yaml

from causeway.triggers.tally import Tally
from causeway.triggers.trigger import OnAccount, OnDocument, OnExecution, OnSchedule, Trigger
from local.app.aws import client, parameter
from local.app.domain import current
from local.app.records import TABLE
from local.console import Trouble


def listed(tenant: str) -> Iterator[str]:
    """A line for each trigger, and for each event of today that was held back."""
    known = _triggers()
    if not known:
        yield f"{current().folder.name} has no triggers; docs/triggers.md says how one is made."
        return
    tally = Tally(lambda _: client("dynamodb"), parameter("data/agent-runs-table"), TABLE)
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    days = {each.trigger: each for each in tally.days(tenant) if each.day == today}
    for trigger in known:
        day = days.get(trigger.name)
        counts = f"{day.started} of {trigger.most_a_day}" if day else f"0 of {trigger.most_a_day}"
        last = f"last {day.last_run}" if day and day.last_run else ""
        held = f"held back {day.held}" if day and day.held else ""
        yield f"{trigger.name:<18} {_on(trigger):<46} {trigger.agent:<10} today {counts:<9} {last} {held}".rstrip()
    for each in tally.held(tenant):
        yield f"  held back: {each.trigger}, {each.why}, {datetime.fromtimestamp(each.at, UTC):%m-%d %H:%M}, event {each.event}"


def begin(name: str, tenant: str) -> str:
    """Send what the trigger's schedule sends. Raises Trouble for any other trigger."""
    scheduled = [each.name for each in _triggers() if isinstance(each.when, OnSchedule)]
    if name not in scheduled:
        raise Trouble(f"NAME={name}: only a schedule can be begun by hand; there are: {', '.join(scheduled) or 'none'}.")
    message = {"trigger": name, "tenant": tenant, "time": datetime.fromtimestamp(time.time(), UTC).isoformat()}
    client("sqs").send_message(QueueUrl=parameter("triggers/queue-url"), MessageBody=json.dumps(message))
    return f"{name} of {tenant} begins within seconds; make runs AS=administrator shows it."


def _on(trigger: Trigger) -> str:
    match trigger.when:
        case OnDocument():
            return f"document {trigger.when.became}: {trigger.when.below or '(any)'}"
        case OnSchedule():
            return f"schedule {trigger.when.at} {trigger.when.time_zone}"
        case OnExecution():
            return f"execution of {trigger.when.of}: {', '.join(trigger.when.ended).lower()}"
        case OnAccount():
            return f"account: {trigger.when.source}, {trigger.when.detail_type}"
        case when:
            return f"stream {when.records}.{when.field} {','.join(when.before) or '(any)'} → {','.join(when.now) or '(any)'}"


def _triggers() -> list[Trigger]:
    file = current().folder / "triggers.yaml"
    return [Trigger.model_validate(each) for each in yaml.safe_load(file.read_text()) or []] if file.is_file() else []
