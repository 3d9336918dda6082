"""Whether each function may do in the search domain what its code does, and no more: IAM and the engine's own roles have to agree."""

from collections.abc import Iterator
from fnmatch import fnmatch
from typing import Any, get_args

import pytest

from causeway.retrieval.access import NAMES_OF_PASSAGES, Access, security_role
from causeway.retrieval.indexes import Indexes
from causeway.retrieval.schema import LOADS
from tests.infrastructure.resolving import resolved
from tests.infrastructure.search_calls import calls
from tests.infrastructure.synthesized import Resource, Synthesized

# What the engine asks of the caller's roles for a request, as its security plugin names it: of the cluster, and of the index.
ASKED_FOR = {
    ("GET", "_settings"): ((), ("indices:monitor/settings/get",)),
    ("GET", "_stats"): ((), ("indices:monitor/stats",)),
    ("GET", "_tasks"): (("cluster:monitor/tasks/lists",), ()),
    ("POST", "_bulk"): (("indices:data/write/bulk",), ("indices:data/write/bulk[s]", "indices:data/write/index")),
    ("POST", "_delete_by_query"): (
        ("indices:data/read/scroll", "indices:data/read/scroll/clear", "indices:data/write/bulk"),
        ("indices:data/write/delete/byquery", "indices:data/read/search", "indices:data/write/bulk[s]", "indices:data/write/delete"),
    ),
    ("POST", "_forcemerge"): ((), ("indices:admin/forcemerge",)),
    ("POST", "_msearch"): (("indices:data/read/msearch",), ("indices:data/read/search",)),
    ("POST", "_refresh"): ((), ("indices:admin/refresh", "indices:admin/refresh[s]")),
    ("POST", "_search"): ((), ("indices:data/read/search",)),
    ("PUT", "_settings"): ((), ("indices:admin/settings/update",)),
}
ACCESSES: tuple[Access, ...] = get_args(Access)


@pytest.mark.parametrize("access", ACCESSES)
def test_iam_lets_each_function_ask_the_domain_what_its_code_asks_and_nothing_else(app: Synthesized, access: Access) -> None:
    asked = calls(access, Indexes("passages", frozenset(app.environment.search.own_index))).asked
    for name, resources in paths_of(app, access):
        refused = {each for each in asked if not any(fnmatch(each[1], path) and each[0] in verbs for verbs, path in resources)}
        assert not refused, name
        unused = {path for _, path in resources if not any(fnmatch(each[1], path) for each in asked)}
        assert not unused, name


@pytest.mark.parametrize("access", ACCESSES)
def test_the_engine_lets_each_access_do_what_its_code_asks_and_nothing_else(access: Access) -> None:
    role, used = security_role(access), set[tuple[str, str]]()
    for method, path in calls(access, Indexes("passages", frozenset({"lantern"}))).asked:
        index, _, what = path.rpartition("/")
        on_cluster, on_index = ASKED_FOR[method, what]
        name = LOADS if index == LOADS else "passages-000001"
        rules = {"": role["cluster_permissions"], **{each: actions_on(role, each) for each in ("passages-000001", LOADS)}}
        for on, action in [*(("", each) for each in on_cluster), *((name, each) for each in on_index)]:
            matching = {(on, rule) for rule in rules[on] if fnmatch(action, rule.replace("[", "[[]"))}
            assert matching, (method, path, action)
            used |= matching
    given = {("", each) for each in role["cluster_permissions"]}
    given |= {(on, each) for on in ("passages-000001", LOADS) for each in actions_on(role, on)}
    assert not given - used


def actions_on(role: dict[str, Any], index: str) -> list[str]:
    permitted = [each for each in role["index_permissions"] if any(fnmatch(index, pattern) for pattern in each["index_patterns"])]
    return [action for each in permitted for action in each["allowed_actions"]]


def test_whoever_only_writes_sees_no_text_and_asks_for_none() -> None:
    (passages, loads) = security_role("write")["index_permissions"]
    assert passages["fls"] == NAMES_OF_PASSAGES
    assert loads["index_patterns"] == [LOADS]
    assert calls("write", Indexes("passages")).fields == set(NAMES_OF_PASSAGES), "it would count and delete by what it does not see"


def paths_of(app: Synthesized, access: Access) -> Iterator[tuple[str, list[tuple[set[str], str]]]]:
    """For each function of this access, what its policies let it ask of the domain: methods, and a path."""
    for role in [each for each in app.all("Custom::SearchSetup") if each.properties.get("Access") == access]:
        iam_role = app.target(role.stack, role.properties["RoleArn"])
        assert iam_role is not None
        resources = []
        for each in app.statements():
            if iam_role in [app.target(each.policy.stack, one) for one in each.policy.properties.get("Roles", [])]:
                verbs = {action.removeprefix("es:ESHttp").upper() for action in each.actions if action.startswith("es:ESHttp")}
                resources += [(verbs, path_of(app, each.policy, resource)) for resource in each.resources if verbs]
        assert resources, role
        yield str(role), resources


def path_of(app: Synthesized, policy: Resource, resource: Any) -> str:
    return str(resolved(app, policy.stack, resource)).partition(":domain/")[2].partition("/")[2]
