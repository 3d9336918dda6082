"""Mail that the topic of approvals would send: ministack sends none, so each message is written into a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from local.cloud import emulator

APPROVER = "approver"  # the attribute of a message that names its reader


def install(folder: Path) -> None:
    """folder: gets a file for each message, named for its reader and the message."""
    topics = emulator.part("services.sns")
    topics._fanout = _kept(topics._fanout, folder)


def _kept(fanout: Callable[..., None], folder: Path) -> Callable[..., None]:
    def run(topic: str, id: str, message: str, subject: str, structure: str = "", attributes: Any = None, **more: Any) -> None:
        fanout(topic, id, message, subject, structure, attributes, **more)
        if reader := _reader(attributes or {}):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{reader}-{id}.txt").write_text(f"To: {reader}\nSubject: {subject}\n\n{message}\n", encoding="utf-8")

    return run


def _reader(attributes: Mapping[str, Any]) -> str:
    """ "" where the message is for nobody by name, or for a name that would be another file."""
    name = str(attributes.get(APPROVER, {}).get("StringValue", ""))
    return "" if "/" in name or name.startswith(".") else name
