"""Whether an audit record is of a run: the record is made again from the run's steps and the key of its conversation, and compared."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic_core import to_json

from causeway.agents.audit import audit_record
from causeway.agents.recorded import Recorded


def disagreements(run: Recorded, key: str, stored: Mapping[str, Any]) -> list[str]:
    """Where they differ, as paths such as "steps.3.content"; empty when the record is of this run and nothing in either was changed.

    key: of the conversation; "" when it is gone: then nothing can be shown of what is hashed.
    """
    made = json.loads(to_json(audit_record(run, key)))
    if not key:  # it may have been there when the record was written
        made["key"] = stored.get("key")
    return list(_differing(made, stored, "" if key else "hmac"))


def hashes(stored: object) -> int:
    """How many texts a record stands for by their hash."""
    return json.dumps(stored).count('"hmac-sha256:')


def _differing(made: Any, stored: Any, unproved: str, path: str = "") -> Iterator[str]:
    if isinstance(made, dict) and isinstance(stored, dict):
        for name in {**made, **stored}:
            yield from _differing(made.get(name), stored.get(name), unproved, f"{path}.{name}" if path else name)
    elif isinstance(made, list) and isinstance(stored, list) and len(made) == len(stored):
        for at, pair in enumerate(zip(made, stored, strict=True), 1):
            yield from _differing(*pair, unproved, f"{path}.{at}")
    elif made != stored and not (unproved and _are_hashes(made, stored)):
        yield path


def _are_hashes(*values: object) -> bool:
    return all(isinstance(value, str) and value.startswith("hmac-sha256:") for value in values)


def shown(run: Recorded, key: str, stored: Mapping[str, Any]) -> tuple[bool, Sequence[str]]:
    """Whether they agree, and the lines that say it."""
    found = disagreements(run, key, stored)
    if found:
        return False, [f"its audit record differs at {', '.join(found[:3])}{f' and {len(found) - 3} more' if len(found) > 3 else ''}"]
    proved = f"{hashes(stored)} hashes" if key else "its conversation and the key are gone, so what is hashed is not shown"
    return True, [f"its audit record agrees: {proved}"]
