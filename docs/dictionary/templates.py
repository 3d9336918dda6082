"""What the templates of an environment say of a store: class, key, days, and who reads and writes it."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from causeway.erasure.places import PLACES, Place, Retention
from docs.dictionary.stores import Held, Store
from stacks.constructs.tags import DATA_CLASS
from stacks.data.remembering import Remembering, remembering
from stacks.environment import load
from stacks.reports.comply.encryption import STORES, encryption
from stacks.reports.comply.roles import Statement, roles
from stacks.reports.flow.rights import DATA, NAMED
from stacks.reports.templates import Resource, Templates, within

SIGNS_OF_A_HASH = 8
DOMAIN = "AWS::OpenSearchService::Domain"
OWN = ("AWS::DynamoDB::GlobalTable", "AWS::S3::Bucket")  # each of these is named by itself
ERASES = "functions.erase.handler"


class Deployed:
    """templates: of the environment `name`."""

    def __init__(self, templates: Templates, name: str) -> None:
        self.templates, self.name, self.prefix = templates, name, f"causeway-{name}-"

    def resources(self, store: Store) -> list[Resource]:
        return [each for each in self.templates.all() if set(self.names(each)) & set(store.resources)]

    def names(self, resource: Resource) -> list[str]:
        """By which `Place` and `Store` may list it, as the test of places has it."""
        own = f"{resource.stack.removeprefix(self.prefix)}/{self.short(resource)}"
        return [own] if resource.type in OWN else [own, f"*/{resource.type}"]

    def short(self, resource: Resource) -> str:
        return re.sub(rf"[0-9A-F]{{{SIGNS_OF_A_HASH}}}$", "", resource.id)

    def places(self, store: Store) -> list[Place]:
        return [place for place in PLACES if set(place.resources) & set(store.resources)]

    @cached_property
    def retention(self) -> Retention:
        """Days as the function that erases knows them; a test holds them to the templates."""
        erases = next(each for each in self.templates.all("AWS::Lambda::Function") if each.properties["Handler"] == ERASES)
        return Retention.model_validate_json(erases.properties["Environment"]["Variables"]["RETENTION"])

    @cached_property
    def _keys(self) -> dict[Resource, str]:
        """Of the first region: a table names the key of its replica as well."""
        found = encryption(self.templates, roles(self.templates))
        first = [key for key in found.keys if not key.name.startswith(f"{self.prefix}replica")]
        return {store: key.about or key.name for key in first for store in key.stores}

    def keys(self, store: Store) -> list[str]:
        """What the keys say of themselves, of those that encrypt the store in the first region."""
        here = [each for each in self.resources(store) if not each.stack.endswith("-replica")]
        return sorted({self._keys.get(each, "AWS's own") for each in here if each in self._keys or each.type in STORES}) or ["AWS's own"]

    @cached_property
    def _users(self) -> dict[Resource, dict[str, set[str]]]:
        found: dict[Resource, dict[str, set[str]]] = {}
        for role in roles(self.templates):
            for statement in role.allowed:
                for resource in self._reached(statement):
                    for way in _ways(statement.actions):
                        found.setdefault(resource, {}).setdefault(way, set()).add(role.name.removeprefix(self.prefix))
        return found

    def users(self, store: Store, way: str) -> list[str]:
        """Names of roles that may read or write it, without what all names begin with. way: "reads" or "writes"."""
        return sorted({role for each in self.resources(store) for role in self._users.get(each, {}).get(way, ())})

    def _reached(self, statement: Statement) -> Iterator[Resource]:
        named = {found for text in statement.resources for found in NAMED.findall(text)}
        yield from (each for each in self.templates.all() if (each.stack, each.id) in named and each.type != "AWS::KMS::Key")
        if any(each.startswith("es:") for each in statement.actions):
            yield from self.templates.all(DOMAIN)

    def kept(self, held: Held, store: Store) -> str:
        """How long, as the code says; else as the templates do."""
        if held.kept:
            return held.kept.format(**self._remembering.model_dump())
        concerned = [each for each in self.resources(store) if held.concerns(self.names(each)[0])]
        return self._expiry(held, concerned)

    @cached_property
    def _remembering(self) -> Remembering:
        return remembering(load(self.name).data.domain)

    def _expiry(self, held: Held, resources: list[Resource]) -> str:
        days = {number for each in resources for number in _days(each, held.found.strip("`"))}
        return f"{min(days)} to {max(days)} days" if len(days) > 1 else f"{days.pop()} days" if days else ""

    def restorable(self, store: Store) -> str:
        days = {number for each in self.resources(store) for key, number in within(each.properties) if key == "RecoveryPeriodInDays"}
        return f"{max(days)} days" if days else ""


def data_class(resource: Resource) -> str | None:
    """Its tag; None for what carries none. The tag of a table is in each replica."""
    for name, tags in within(resource.properties):
        if name.endswith("Tags"):
            found = tags if isinstance(tags, dict) else {each["Key"]: each["Value"] for each in tags}
            if DATA_CLASS in found:
                return str(found[DATA_CLASS])
    return None


def _ways(actions: tuple[str, ...]) -> Iterator[str]:
    for action in actions:
        service, _, name = action.partition(":")
        takes, gives = DATA.get(service, (re.compile("$^"), re.compile("$^")))
        if takes.match(name):
            yield "reads"
        if gives.match(name):
            yield "writes"


def _days(resource: Resource, found: str) -> Iterator[int]:
    """found: the key of what is kept there; rules of buckets may be about its beginning."""
    properties: Any = resource.properties
    for rule in properties.get("LifecycleConfiguration", {}).get("Rules", ()):
        if "ExpirationInDays" in rule and found.startswith(rule.get("Prefix", "")):
            yield rule["ExpirationInDays"]
    if "MessageRetentionPeriod" in properties:
        yield properties["MessageRetentionPeriod"] // 86400
    yield from (properties[name] for name in ("RetentionInDays", "RetentionDays") if name in properties)
