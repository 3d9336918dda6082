"""Who may do what in the search domain, as the deployed setup function put it there: recorded by the front, which enforces none of it."""

import json
from typing import Any

import pytest
from opensearchpy import OpenSearch
from opensearchpy.plugins.index_management import IndexManagementClient

from causeway.retrieval import ageing, auditing, schema
from causeway.retrieval.access import security_role
from local.app.aws import client
from local.settings import PREFIX, read

ROLES = f"arn:aws:iam::000000000000:role/{PREFIX}"
ACCESSES = {"answers": "read", "agents": "read", "index-documents": "write", "reindex": "reindex", "search-upkeep": "upkeep"}


def reviewed() -> Any:
    answer = client("lambda").invoke(FunctionName=f"{PREFIX}search-setup", Payload=json.dumps({"Kind": "Access"}))
    return json.loads(answer["Payload"].read())


@pytest.fixture
def engine(deployment) -> OpenSearch:
    return OpenSearch(read().search_url, timeout=30)


def test_each_function_acts_by_a_role_of_its_own_that_permits_what_its_access_does(engine) -> None:
    told = reviewed()["roles"]
    assert {name: told[f"{PREFIX}{name}"] for name in ACCESSES} == {name: [f"{ROLES}{name}"] for name in ACCESSES}
    assert told["manage_snapshots"] == [f"{ROLES}search-setup"]
    roles = engine.security.get_roles()
    for name, access in ACCESSES.items():
        assert roles[f"{PREFIX}{name}"] == security_role(access), name
    assert [each["fls"] for each in roles[f"{PREFIX}index-documents"]["index_permissions"] if "fls" in each]


def test_a_stranger_in_the_engine_is_found_and_ours_are_not(engine) -> None:
    stranger = "arn:aws:iam::000000000000:role/somebody"
    engine.security.create_role_mapping(role="readall", body={"backend_roles": [stranger]})
    try:
        found = reviewed()
        assert found["errorType"] == "UnexpectedAccess"
        assert found["errorMessage"].startswith(f"{stranger} acts as readall")
        assert found["errorMessage"].count(" acts as ") == 1, "one stranger, one sentence"
    finally:
        engine.security.delete_role_mapping(role="readall")
    assert "roles" in reviewed()


def test_the_audit_log_is_on_slow_requests_are_logged_and_unsearched_indexes_end(engine) -> None:
    audit = engine.transport.perform_request("GET", "/_plugins/_security/api/audit")
    assert audit["config"] == auditing.configuration()
    assert IndexManagementClient(engine).get_policy(policy=ageing.POLICY)["policy"] == ageing.policy()["policy"]
    for index, found in engine.indices.get_settings(index=schema.PATTERN).items():
        assert found["settings"]["index"]["store"]["preload"] == schema.LOADED_FIRST, index
        slow = found["settings"]["index"]["search"]["slowlog"]["threshold"]
        assert (slow["query"]["warn"], slow["fetch"]["warn"]) == (schema.SLOW_SEARCH, schema.SLOW_SEARCH), index
        writing = found["settings"]["index"]["indexing"]["slowlog"]
        assert (writing["threshold"]["index"]["warn"], writing["source"]) == (schema.SLOW_INDEXING, "false"), index
