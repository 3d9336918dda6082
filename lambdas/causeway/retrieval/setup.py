"""Puts the search domain into the state that `schema` and `auditing` describe; every call may be repeated."""

from opensearchpy import OpenSearch
from opensearchpy.exceptions import NotFoundError

from causeway.retrieval import auditing, schema


def prepare_passages(client: OpenSearch, shards: int, replicas: int, text_weight: float) -> str:
    """Write the template and pipeline, make the first index if no index answers to the alias, and bring a live one up to date.

    shards, replicas: as in `schema.index_template`; shards hold for indexes made from now on.
    text_weight: as in `schema.search_pipeline`.
    Returns the name of the index behind the alias.
    Raises opensearchpy.RequestError when a live index cannot take a changed field: it has to be re-indexed then.
    """
    client.indices.put_index_template(name=schema.TEMPLATE, body=schema.index_template(shards, replicas))
    client.search_pipeline.put(id=schema.PIPELINE, body=schema.search_pipeline(text_weight))
    if not client.indices.exists_alias(name=schema.ALIAS):
        _make_first_index(client)
    client.indices.put_mapping(index=schema.ALIAS, body=schema.mappings())
    client.indices.put_settings(index=schema.ALIAS, body={"index": schema.live_settings(replicas)})
    name: str = next(iter(client.indices.get_alias(name=schema.ALIAS)))
    return name


def write_audit_log(client: OpenSearch) -> None:
    """Turn the engine's audit log on, with what `auditing` says. It replaces the former configuration."""
    client.security.update_audit_configuration(body=auditing.configuration())


def _make_first_index(client: OpenSearch) -> None:
    write = {"is_write_index": True}
    if client.indices.exists(index=schema.FIRST_INDEX):
        client.indices.put_alias(index=schema.FIRST_INDEX, name=schema.ALIAS, body=write)
    else:
        client.indices.create(index=schema.FIRST_INDEX, body={"aliases": {schema.ALIAS: write}})


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
