"""The documents of a domain's folder, read and cut into passages as ingestion does it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from causeway.documents.chunking.chunks import chunk
from causeway.documents.readers.reading import read


@dataclass(frozen=True)
class Piece:
    """source: the document's name."""

    source: str
    text: str


@dataclass(frozen=True)
class DomainDocuments:
    """folder: of the domain."""

    folder: Path
    _known: dict[tuple[str, str], list[Piece]] = field(default_factory=dict)

    def names(self, tenant: str) -> list[str]:
        """Paths below the tenant's folder."""
        of_tenant = self.folder / "documents" / tenant
        return [path.relative_to(of_tenant).as_posix() for path in sorted(of_tenant.rglob("*")) if path.is_file()]

    def passages(self, tenant: str, name: str) -> Sequence[Piece] | None:
        """None when the tenant has no such document. Raises BadDocument for one that cannot be read."""
        if name not in self.names(tenant):
            return None
        if (tenant, name) not in self._known:
            content = read((self.folder / "documents" / tenant / name).read_bytes(), name)
            self._known[tenant, name] = [Piece(name, piece.text) for piece in chunk(content)]
        return self._known[tenant, name]
