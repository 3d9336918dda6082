"""Recorded runs as files: the items of the table, as `aws dynamodb query` prints them."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from causeway.agents import rows
from causeway.agents.recorded import Recorded

NEVER = {"N": "99999999999"}  # a saved run stays readable after it has expired in the table


def written(items: Iterable[Any]) -> str:
    return json.dumps({"Items": list(items)}, ensure_ascii=False, indent=1) + "\n"


def read(file: Path) -> Recorded:
    """Raises ValueError that says what is wrong with the file, OSError when it cannot be read."""
    try:
        run = run_of(json.loads(file.read_text(encoding="utf-8"))["Items"])
    except (KeyError, TypeError, UnicodeDecodeError, ValueError) as error:
        raise ValueError(f"{file} holds no run as SAVE or `aws dynamodb query` writes it: {error!r}") from error
    if run is None:
        raise ValueError(f"{file} lacks the item {rows.META} of the run")
    return run


def run_of(items: Iterable[Any]) -> Recorded | None:
    return rows.run_of({**item, "expires_at": NEVER} for item in items)
