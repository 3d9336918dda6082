"""What a domain says of an operation or a tool of somebody else's service that its agents may use."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Any

from pydantic import BaseModel

from causeway.agents.by_schema import arguments_of
from causeway.agents.outside import Operation, Outside, RemoteTool
from causeway.agents.tool import Tool

LONGEST_DESCRIPTION = 2000


@dataclass(frozen=True)
class Chosen:
    """called: the operation's id, or the tool's name at its server. name: of the tool here. description: "" for the service's own.

    changes: whether something happens that must not happen twice; None where the service's document tells.
    consent: as in `Tool`. facts: more of `Tool`.
    """

    called: str
    name: str
    description: str = ""
    changes: bool | None = None
    consent: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    def tool(self, schema: Mapping[str, Any], errand: Operation | RemoteTool, *, changes: bool, described: str) -> Tool[BaseModel]:
        """changes, described: what the service says. Raises ValueError."""
        acts = changes if self.changes is None else self.changes
        description = self.description or described.strip()
        if absent := {name for _, name, _, _ in Formatter().parse(self.consent) if name} - set(schema.get("required", ())):
            raise ValueError(f"{self.name}: the consent names {', '.join(sorted(absent))}, which a call need not have")
        if not description:
            raise ValueError(f"{self.called} has no description; say when it is to be used: Chosen(..., description=...)")
        return Tool(
            name=self.name,
            description=description[:LONGEST_DESCRIPTION],
            arguments=arguments_of(self.name, schema),
            run=Outside(self.name, errand),
            effect="once" if acts else "none",
            consent=self.consent,
            reaches=lambda arguments: errand.server.host,
            **self.facts,
        )
