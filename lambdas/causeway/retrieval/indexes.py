"""Which indexes hold a tenant's passages.

See docs/decisions/184-an-index-of-its-own.md and docs/decisions/232-generations-of-the-index.md.
"""

from dataclasses import dataclass, replace

from causeway.retrieval.schema import alias_of
from causeway.runtime.settings import Settings


@dataclass(frozen=True)
class Indexes:
    """Those of one generation.

    shared: the alias of the index of all tenants but those in `own`, each of which has one of its own; of the first generation.
    """

    shared: str
    own: frozenset[str] = frozenset()
    generation: int = 1

    def of(self, generation: int) -> "Indexes":
        """The same tenants' in another generation."""
        return replace(self, generation=generation)

    @property
    def aliases(self) -> tuple[str, ...]:
        return (self._shared, *(alias_of(self.generation, tenant, self.shared) for tenant in sorted(self.own)))

    def written(self, tenant: str) -> str:
        """The alias under which the tenant's passages are indexed."""
        return alias_of(self.generation, tenant, self.shared) if tenant in self.own else self._shared

    def searched(self, tenant: str) -> tuple[str, ...]:
        """The aliases under which they are found: what was indexed before the tenant had its own is in the shared one."""
        return tuple(dict.fromkeys((self.written(tenant), self._shared)))

    @property
    def _shared(self) -> str:
        return alias_of(self.generation, alias=self.shared)


class IndexSettings(Settings):
    """search_index: the shared alias. own_index_tenants: with commas between."""

    search_index: str
    own_index_tenants: str = ""

    @property
    def indexes(self) -> Indexes:
        """Of the first generation."""
        return Indexes(self.search_index, frozenset(filter(None, self.own_index_tenants.split(","))))
