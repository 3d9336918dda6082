"""Puts the search domain into the state that `schema` and `auditing` describe; every call may be repeated."""

from collections.abc import Sequence

from opensearchpy import OpenSearch
from opensearchpy.exceptions import NotFoundError

from causeway.retrieval import auditing, schema


class StillInUse(Exception):
    """An index of a tenant that is to have none holds passages, which no search would find any more."""


def prepare_passages(client: OpenSearch, shards: int, replicas: int, text_weight: float, own: Sequence[str] = ()) -> str:
    """Write the template and pipeline, make the first index where none answers to an alias, and bring live ones up to date.

    own: tenants with an index of their own.

    shards, replicas: as in `schema.index_template`; shards hold for indexes made from now on.
    text_weight: as in `schema.search_pipeline`.
    Returns the name of the index behind the shared alias.
    Raises opensearchpy.RequestError when a live index cannot take a changed field: it has to be re-indexed then.
    Raises StillInUse, before anything is changed, when a tenant that has an index of its own with passages is not among `own`.
    """
    aliases = [schema.ALIAS, *map(schema.own_alias, own)]
    _refuse_to_lose(client, aliases)
    client.indices.put_index_template(name=schema.TEMPLATE, body=schema.index_template(shards, replicas))
    client.search_pipeline.put(id=schema.PIPELINE, body=schema.search_pipeline(text_weight))
    if not client.indices.exists(index=schema.LOADS):
        client.indices.create(index=schema.LOADS, body=schema.loads_index())
    for alias in aliases:
        if not client.indices.exists_alias(name=alias):
            _make_first_index(client, alias)
        client.indices.put_mapping(index=alias, body=schema.mappings())
        client.indices.put_settings(index=alias, body={"index": schema.live_settings(replicas)})
    name: str = next(iter(client.indices.get_alias(name=schema.ALIAS)))
    return name


def write_audit_log(client: OpenSearch) -> None:
    """Turn the engine's audit log on, with what `auditing` says. It replaces the former configuration."""
    client.security.update_audit_configuration(body=auditing.configuration())


def _refuse_to_lose(client: OpenSearch, wanted: Sequence[str]) -> None:
    found = client.indices.get_alias(name=schema.OWN_ALIASES, ignore=[404])
    there = {alias for index in found.values() if isinstance(index, dict) for alias in index.get("aliases", {})}
    for alias in sorted(there - set(wanted)):
        if passages := client.count(index=alias)["count"]:
            tenant = alias.removeprefix(schema.own_alias(""))
            raise StillInUse(f"the index of {tenant} holds {passages} passages: keep {tenant} in search.own_index, or delete its documents")


def _make_first_index(client: OpenSearch, alias: str) -> None:
    write, first = {"is_write_index": True}, schema.first_index(alias)
    if client.indices.exists(index=first):
        client.indices.put_alias(index=first, name=alias, body=write)
    else:
        client.indices.create(index=first, body={"aliases": {alias: write}})


def allow_role(client: OpenSearch, name: str, role_arn: str, access: schema.Access) -> None:
    """Let the IAM role `role_arn`, and no other, act as the engine's role `name`."""
    client.security.create_role(role=name, body=schema.security_role(access))
    client.security.create_role_mapping(role=name, body={"backend_roles": [role_arn]})


def forbid_role(client: OpenSearch, name: str) -> None:
    """Undo `allow_role`; a role that is already gone is no error."""
    for remove in (client.security.delete_role_mapping, client.security.delete_role):
        try:
            remove(role=name)
        except NotFoundError:
            continue
