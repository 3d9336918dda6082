"""Schemas of the events on the bus, written from their models.

    python -m docs.events               writes stacks/events/schemas/; run it at the top of the repository

A test compares the committed files with the models, so a change of an event shows in review.
"""

import json
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
FOLDER = TOP / "stacks" / "events" / "schemas"
sys.path.append(str(TOP / "lambdas"))

from causeway.agents import hand_off_events as hand_offs  # noqa: E402
from causeway.documents.ingestion import events as documents  # noqa: E402
from causeway.events.event import Event  # noqa: E402

EVENTS: tuple[type[Event], ...] = (*hand_offs.EVENTS, *documents.EVENTS)


def files() -> dict[str, str]:
    """Contents by the file's name, which is that of the schema."""
    return {f"{event.schema_name()}.json": json.dumps(event.schema_of_event(), indent=2) + "\n" for event in EVENTS}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.json"):
        old.unlink()
    for name, content in files().items():
        (FOLDER / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
