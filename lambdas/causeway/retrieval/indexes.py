"""Which indexes hold a tenant's passages. See docs/decisions/184-an-index-of-its-own.md."""

from dataclasses import dataclass

from causeway.retrieval.schema import own_alias
from causeway.runtime.settings import Settings


@dataclass(frozen=True)
class Indexes:
    """shared: the alias of the index of all tenants but those in `own`, each of which has one of its own."""

    shared: str
    own: frozenset[str] = frozenset()

    @property
    def aliases(self) -> tuple[str, ...]:
        return (self.shared, *map(own_alias, sorted(self.own)))

    def written(self, tenant: str) -> str:
        """The alias under which the tenant's passages are indexed."""
        return own_alias(tenant) if tenant in self.own else self.shared

    def searched(self, tenant: str) -> tuple[str, ...]:
        """The aliases under which they are found: what was indexed before the tenant had its own is in the shared one."""
        return tuple(dict.fromkeys((self.written(tenant), self.shared)))


class IndexSettings(Settings):
    """search_index: the shared alias. own_index_tenants: with commas between."""

    search_index: str
    own_index_tenants: str = ""

    @property
    def indexes(self) -> Indexes:
        return Indexes(self.search_index, frozenset(filter(None, self.own_index_tenants.split(","))))
