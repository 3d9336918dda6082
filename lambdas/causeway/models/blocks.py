"""A reply of ConverseStream, put together from its events."""

import json
from collections.abc import Mapping
from typing import Any


class Blocks:
    """The content blocks as far as they have come."""

    def __init__(self) -> None:
        self._by_index: dict[int, dict[str, Any]] = {}
        self._ended: dict[str, Any] = {}

    def add(self, event: Mapping[str, Any]) -> str:
        """The text that the event brings, "" for none."""
        self._ended |= event.get("messageStop", {}) | event.get("metadata", {})
        start, delta = event.get("contentBlockStart", {}), event.get("contentBlockDelta", {})
        if use := start.get("start", {}).get("toolUse"):
            self._by_index[start["contentBlockIndex"]] = {"toolUse": {**use, "input": ""}}
        if more := delta.get("delta", {}).get("toolUse"):
            self._by_index[delta["contentBlockIndex"]]["toolUse"]["input"] += more.get("input", "")
        text: str = delta.get("delta", {}).get("text", "")
        if text:
            self._by_index.setdefault(delta["contentBlockIndex"], {"text": ""})["text"] += text
        return text

    @property
    def answer(self) -> dict[str, Any]:
        """In the form of Converse's answer."""
        content = [_read(self._by_index[index]) for index in sorted(self._by_index)]
        return {**self._ended, "output": {"message": {"content": content}}}


def _read(block: dict[str, Any]) -> dict[str, Any]:
    """A call's arguments come as pieces of JSON, nothing for none; what is no JSON stays as it is, and is no arguments."""
    if "toolUse" not in block:
        return block
    use = block["toolUse"]
    try:
        return {"toolUse": {**use, "input": json.loads(use["input"] or "{}")}}
    except ValueError:
        return block
