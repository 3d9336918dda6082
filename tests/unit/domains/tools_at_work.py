"""What a test of a domain's tools needs: records in memory, and a call as an agent makes it."""

from collections.abc import Mapping
from typing import Any

from causeway.agents.tool import Calling, Changed, Record, Tool
from causeway.conversations.keys import Owner
from causeway.runtime.deadlines import Deadline


class Shelf:
    """Records by kind and id. overtaken: somebody else writes before every write."""

    def __init__(self, records: Mapping[tuple[str, str], Record] | None = None, *, overtaken: bool = False) -> None:
        self.records, self.keys, self._overtaken = dict(records or {}), set[str](), overtaken

    def get(self, kind: str, id: str) -> Record | None:
        return self.records.get((kind, id))

    def put(self, kind: str, id: str, record: Record, *, key: str, before: Record | None = None) -> None:
        if key in self.keys:
            return
        if self._overtaken or self.records.get((kind, id)) != before:
            raise Changed(id)
        self.keys.add(key)
        self.records[kind, id] = record


class Library:
    def search(self, question: str, deadline: Deadline) -> str:
        return f"What the documents say about {question}"


def call(tool: Tool[Any], shelf: Shelf | None = None, key: str = "run-call-1", **arguments: Any) -> Any:
    """What the tool returns to Carl of harbour. Raises Refused, and ValidationError for arguments that are none."""
    calling = Calling(Owner("harbour", "1", "carl"), key, Deadline.after(5.0), shelf or Shelf(), Library())
    return tool.run(tool.arguments(**arguments), calling)
