"""Puts the search domain into the state that the modules beside this one describe; every call may be repeated."""

from collections.abc import Mapping, Sequence

from opensearchpy import OpenSearch
from opensearchpy.exceptions import NotFoundError
from opensearchpy.plugins.index_management import IndexManagementClient
from opensearchpy.plugins.sm import SmClient

from causeway.retrieval import access, ageing, auditing, schema, snapshots


class StillInUse(Exception):
    """An index of a tenant that is to have none holds passages, which no search would find any more."""


def prepare_passages(
    client: OpenSearch,
    shards: int,
    replicas: int,
    text_weights: float | Mapping[str, float],
    own: Sequence[str] = (),
    dimensions: int = schema.DIMENSIONS,
) -> str:
    """Write the template and pipelines, make the first index where none answers to an alias, and bring live ones up to date.

    own: tenants with an index of their own.

    shards, replicas, dimensions: as in `schema.index_template`; shards and dimensions hold for indexes made from now on.
    text_weights: as in `schema.search_pipeline`, for each pipeline by its name, or for the one of the first model.
    Returns the name of the shared index. Of a re-index under way, both generations are brought up to date.
    Raises opensearchpy.RequestError when a live index cannot take a changed field: it has to be re-indexed then.
    Raises StillInUse, before anything is changed, when a tenant that has an index of its own with passages is not among `own`.
    """
    _refuse_to_lose(client, own)
    prepare_engine(client, shards, replicas, text_weights, dimensions)
    shared = _shared(client) or {1: schema.FIRST_INDEX}
    for generation, index in shared.items():
        _make(client, generation, index, own)
        for alias in _aliases(generation, own):
            client.indices.put_mapping(index=alias, body=schema.mappings(_dimensions(client, alias)))
            client.indices.put_settings(index=alias, body={"index": schema.live_settings(replicas)})
    return next(iter(shared.values()))


def prepare_engine(
    client: OpenSearch, shards: int, replicas: int, text_weights: float | Mapping[str, float], dimensions: int = schema.DIMENSIONS
) -> None:
    """Write what indexes of passages are made and searched by, with the index of loads. Arguments as of `prepare_passages`."""
    client.indices.put_index_template(name=schema.TEMPLATE, body=schema.index_template(shards, replicas, dimensions))
    for name, weight in (text_weights if isinstance(text_weights, Mapping) else {schema.PIPELINE: text_weights}).items():
        client.search_pipeline.put(id=name, body=schema.search_pipeline(weight))
    if not client.indices.exists(index=schema.LOADS):
        client.indices.create(index=schema.LOADS, body=schema.loads_index())


def make_generation(
    client: OpenSearch, generation: int, model: str, chunking: str, own: Sequence[str] = (), dimensions: int = schema.DIMENSIONS
) -> str:
    """Make the indexes of a generation, by the template, beside those that are there; it may be repeated. The shared one's name.

    model: the label of its embedding model. dimensions: of that one's vectors.
    Raises StillInUse when an index of an earlier generation has the alias still.
    """
    index = schema.index_name(generation, model, chunking)
    for alias in _aliases(generation, own):
        for former in _behind(client, alias):
            if schema.generation_of(former) != generation:
                raise StillInUse(f"the alias {alias} is that of {former}: remove generation {schema.generation_of(former)} first")
    _make(client, generation, index, own, {"properties": {"embedding": schema.mappings(dimensions)["properties"]["embedding"]}})
    return index


def clear_for_generation(client: OpenSearch, generation: int, own: Sequence[str] = ()) -> list[str]:
    """Before the lost indexes of a generation are made anew, delete what has their aliases and is of no use; it may be repeated.

    That is an index of which a primary shard is lost, and one of another generation, which setup made when it found none. So does the
    index of loads, whose declarations are repeated: whoever declares a load where there is none makes one of other fields.
    The names of those that were deleted.
    """
    health = client.cluster.health(params={"level": "indices"})["indices"]
    useless = [
        index
        for alias in _aliases(generation, own)
        for index in _behind(client, alias)
        if schema.generation_of(index) != generation or health.get(index, {}).get("status") == "red"
    ]
    useless.append(schema.LOADS)
    for index in useless:
        client.indices.delete(index=index, ignore_unavailable=True)
    return useless


def remove_generation(client: OpenSearch, generation: int) -> list[str]:
    """Delete the indexes of a generation and no other's; it may be repeated. Their names."""
    found = client.indices.get_alias(index=f"passages-{generation:06}*", ignore=[404])
    indexes = sorted(index for index in found if index.startswith("passages-") and schema.generation_of(index) == generation)
    for index in indexes:
        client.indices.delete(index=index, ignore_unavailable=True)
    return indexes


def write_audit_log(client: OpenSearch) -> None:
    """Turn the engine's audit log on, with what `auditing` says. It replaces the former configuration."""
    client.security.update_audit_configuration(body=auditing.configuration())


def delete_what_nobody_searches(client: OpenSearch) -> None:
    """Put the policy of `ageing` on every index of passages: on those made from now on, on those that are there, and in its newest form."""
    management = IndexManagementClient(client)
    try:
        found = management.get_policy(policy=ageing.POLICY)
    except NotFoundError:
        management.put_policy(policy=ageing.POLICY, body=ageing.policy())
    else:
        known = {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]}
        management.put_policy(policy=ageing.POLICY, body=ageing.policy(), params=known)
        management.change_policy(index=schema.PATTERN, body={"policy_id": ageing.POLICY})
    management.add_policy(index=schema.PATTERN, body={"policy_id": ageing.POLICY})


def keep_snapshots(client: OpenSearch, bucket: str, region: str, role: str, setup_role: str) -> None:
    """Register our own repository, and what is kept in it. bucket, region, role: as in `snapshots.repository`.

    setup_role: the ARN of the role that calls this; the engine lets it manage snapshots.
    Raises opensearchpy.TransportError when the service cannot write the bucket by the role.
    """
    client.security.create_role_mapping(role="manage_snapshots", body={"backend_roles": [setup_role]})
    client.snapshot.create_repository(repository=snapshots.REPOSITORY, body=snapshots.repository(bucket, region, role))
    management = SmClient(client)
    for policy in snapshots.POLICIES:
        body = snapshots.policy(policy)
        try:
            found = management.get_policy(policy_name=policy.name)
        except NotFoundError:
            management.create_policy(policy_name=policy.name, body=body)
            continue
        known = {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]}
        management.update_policy(policy_name=policy.name, body=body, params=known)


def list_snapshots(client: OpenSearch) -> list[dict[str, str]]:
    """Those in our repository, newest first: name, state and when it began (ISO 8601)."""
    found = client.snapshot.get(repository=snapshots.REPOSITORY, snapshot="_all")["snapshots"]
    shown = [{"name": each["snapshot"], "state": each["state"], "began": each["start_time"]} for each in found]
    return sorted(shown, key=lambda each: each["began"], reverse=True)


def restore_snapshot(client: OpenSearch, name: str) -> list[str]:
    """Begin to restore the indexes of a snapshot that are not there, or of which a primary shard is lost; their names.

    What is there and whole is left alone. The engine copies the shards in the background.
    Raises opensearchpy.NotFoundError when there is no such snapshot.
    """
    (snapshot,) = client.snapshot.get(repository=snapshots.REPOSITORY, snapshot=name)["snapshots"]
    health = client.cluster.health(params={"level": "indices"})["indices"]
    wanted = [index for index in sorted(snapshot["indices"]) if health.get(index, {}).get("status", "red") == "red"]
    for index in (each for each in wanted if each in health):
        client.indices.delete(index=index, ignore_unavailable=True)
    if wanted:
        body = {"indices": ",".join(wanted), "include_global_state": False, "include_aliases": True}
        client.snapshot.restore(repository=snapshots.REPOSITORY, snapshot=name, body=body)
    return wanted


def _refuse_to_lose(client: OpenSearch, own: Sequence[str]) -> None:
    found = client.indices.get_alias(name=",".join(schema.OWN_ALIASES), ignore=[404])
    there = {alias for index in found.values() if isinstance(index, dict) for alias in index.get("aliases", {})}
    for alias in sorted(there - {schema.alias_of(generation, tenant) for generation in (1, 2) for tenant in own}):
        if passages := client.count(index=alias)["count"]:
            tenant = alias.partition("-of-")[2]
            raise StillInUse(f"the index of {tenant} holds {passages} passages: keep {tenant} in search.own_index, or delete its documents")


def _shared(client: OpenSearch) -> dict[int, str]:
    """The shared index of each generation that is there, by generation."""
    indexes = [index for generation in (1, 2) for index in _behind(client, schema.alias_of(generation))]
    return {schema.generation_of(index): index for index in indexes}


def _behind(client: OpenSearch, alias: str) -> list[str]:
    return list(client.indices.get_alias(name=alias)) if client.indices.exists_alias(name=alias) else []


def _aliases(generation: int, own: Sequence[str]) -> list[str]:
    return [schema.alias_of(generation), *(schema.alias_of(generation, tenant) for tenant in own)]


def _dimensions(client: OpenSearch, alias: str) -> int:
    """Of the vectors in a live index."""
    found = next(iter(client.indices.get_mapping(index=alias).values()))
    dimensions: int = found["mappings"]["properties"]["embedding"]["dimension"]
    return dimensions


def _make(client: OpenSearch, generation: int, index: str, own: Sequence[str], mappings: schema.Body | None = None) -> None:
    """Make the shared index and those of tenants, where none answers to the alias. mappings: those that the template has otherwise."""
    names = [index, *(schema.index_of(index, tenant) for tenant in own)]
    for alias, name in zip(_aliases(generation, own), names, strict=True):
        if not client.indices.exists_alias(name=alias):
            _make_index(client, alias, name, mappings or {})


def _make_index(client: OpenSearch, alias: str, index: str, mappings: schema.Body) -> None:
    write = {"is_write_index": True}
    if client.indices.exists(index=index):
        client.indices.put_alias(index=index, name=alias, body=write)
    else:
        client.indices.create(index=index, body={"aliases": {alias: write}, **({"mappings": mappings} if mappings else {})})


def allow_role(client: OpenSearch, name: str, role_arn: str, right: access.Access) -> None:
    """Let the IAM role `role_arn`, and no other, act as the engine's role `name`. right: what that role may do."""
    client.security.create_role(role=name, body=access.security_role(right))
    client.security.create_role_mapping(role=name, body={"backend_roles": [role_arn]})


def forbid_role(client: OpenSearch, name: str) -> None:
    """Undo `allow_role`; a role that is already gone is no error."""
    for remove in (client.security.delete_role_mapping, client.security.delete_role):
        try:
            remove(role=name)
        except NotFoundError:
            continue


def who_may(client: OpenSearch, prefix: str, master: str) -> tuple[dict[str, list[str]], list[str]]:
    """Each role of the engine to which an IAM principal is mapped, with those principals; and a sentence for each fault.

    prefix, master: as in `access.faults`.
    """
    roles, mappings = client.security.get_roles(), client.security.get_role_mappings()
    shown = {
        name: principals
        for name, mapping in sorted(mappings.items())
        if (principals := sorted({*(mapping.get("backend_roles") or ()), *(mapping.get("users") or ())}))
    }
    return shown, access.faults(roles, mappings, prefix, master)
