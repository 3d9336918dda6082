"""Who may do what in the search domain, held by the engine itself: IAM sees the path of a request, not what its body names.

See docs/decisions/259-rights-inside-the-search-domain.md.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args

from causeway.retrieval.schema import ALIAS, LOADS, PATTERN, Body

Access = Literal["read", "write", "reindex", "upkeep"]

PASSAGES = [ALIAS, PATTERN]
# What names a passage and says when it was indexed. Whoever only writes sees these fields and no other, text and vector least of all.
NAMES_OF_PASSAGES = ["document_id", "indexed_at", "position", "tenant", "version"]
SEARCH = ["indices:data/read/search*"]
REFRESH = ["indices:admin/refresh*"]
BULK = ["indices:data/write/bulk*", "indices:data/write/index"]
DELETE = ["indices:data/write/delete", "indices:data/write/delete/byquery"]
# Of the cluster, because these requests name indexes in their bodies or none; each part is then permitted by index.
SEARCHES = ["indices:data/read/msearch"]
DELETING_BY_QUERY = ["indices:data/read/scroll", "indices:data/read/scroll/clear", "indices:data/write/bulk"]
# Roles of the engine by which one is master of the domain, or of its snapshots.
MASTERS = ("all_access", "security_manager", "manage_snapshots")


def security_role(access: Access) -> Body:
    """A role of the engine's own access control over the passage indexes and the index of loads, and nothing else.

    access: `read` searches. `write` indexes, counts and deletes passages and declares loads, and can read back no text: only the fields
    that name a passage. `reindex` does both, because it compares answers of two generations. `upkeep` sees no passage: it reads and
    changes settings of the indexes, merges their segments, and reads what loads were declared.
    """
    cluster, indexes = _PERMITTED[access]
    return {"description": f"May {access} the passages", "cluster_permissions": cluster, "index_permissions": indexes}


def _on(patterns: list[str], actions: list[str], fields: list[str] | None = None) -> Body:
    """fields: all that is seen of a document; None for every field."""
    return {"index_patterns": patterns, "allowed_actions": actions, **({"fls": fields} if fields else {})}


_CHANGED = [*SEARCH, *BULK, *DELETE, *REFRESH]
_DECLARED = _on([LOADS], BULK)
_SETTINGS = ["indices:monitor/settings/get", "indices:monitor/stats", "indices:admin/settings/update", "indices:admin/forcemerge*"]
_PERMITTED: Mapping[Access, tuple[list[str], list[Body]]] = {
    "read": (SEARCHES, [_on(PASSAGES, SEARCH)]),
    "write": (DELETING_BY_QUERY, [_on(PASSAGES, _CHANGED, NAMES_OF_PASSAGES), _DECLARED]),
    "reindex": ([*SEARCHES, *DELETING_BY_QUERY], [_on(PASSAGES, _CHANGED), _DECLARED]),
    "upkeep": (
        ["cluster:monitor/tasks/lists", *DELETING_BY_QUERY],
        [_on(PASSAGES, [*_SETTINGS, *REFRESH]), _on([LOADS], [*SEARCH, *DELETE, *REFRESH, "indices:data/write/bulk*"])],
    ),
}


def faults(roles: Mapping[str, Body], mappings: Mapping[str, Body], prefix: str, master: str) -> list[str]:
    """A sentence for whatever lets somebody do in the engine what nothing of ours has let them do.

    roles, mappings: as `GET _plugins/_security/api/roles` and `.../rolesmapping` have them. prefix: how the ARNs of this environment's
    roles begin. master: the ARN of the role that sets the domain up.
    """
    names = prefix.rpartition("/")[2]
    changed = [name for name, role in sorted(roles.items()) if name.startswith(names) and _rights(role) not in _RIGHTS]
    return [
        *(f"the role {name} may do something else than any access of ours: deploy the stack that owns it again" for name in changed),
        *(sentence for name, mapping in sorted(mappings.items()) for sentence in _strangers(name, mapping, prefix, master)),
    ]


def _strangers(role: str, mapping: Body, prefix: str, master: str) -> Iterator[str]:
    """Principals that are no IAM roles have no way in, as the domain knows no passwords and no tokens; those of AWS's own roles stay."""
    ours, masters = role.startswith(prefix.rpartition("/")[2]), role in MASTERS
    expected = {master} if masters else {prefix.rpartition("/")[0] + "/" + role} if ours else set()
    for kind in ("backend_roles", "users", "hosts", "and_backend_roles"):
        for principal in sorted(set(mapping.get(kind) or ()) - expected):
            if ours or principal.startswith("arn:") or (masters and "*" in principal):
                yield f"{principal} acts as {role} (by {kind}): nothing here let it in; remove the mapping, and find out who made it"


def _rights(role: Body) -> Any:
    """What can be compared: the engine adds empty fields of its own, and keeps no order."""
    indexes = [
        [sorted(each.get(name) or ()) for name in ("index_patterns", "allowed_actions", "fls", "masked_fields")] + [each.get("dls") or ""]
        for each in role.get("index_permissions") or ()
    ]
    return sorted(role.get("cluster_permissions") or ()), sorted(indexes), role.get("tenant_permissions") or []


_RIGHTS = [_rights(security_role(access)) for access in get_args(Access)]
