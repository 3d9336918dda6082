import json
from collections.abc import Iterator
from fnmatch import fnmatch
from typing import Any

import pytest

from causeway.retrieval import schema
from causeway.retrieval.setup import StillInUse
from causeway.runtime.search import search_client
from functions import search_setup
from tests.unit.functions.recording import Context, Recording, Reply, event

ROLES = "arn:aws:iam::123456789012:role/"
INDEX = {"Kind": "Index", "Shards": "2", "Replicas": "1", "TextWeights": {"hybrid": "0.8"}, "Schema": "abc"}
ROLE = {"Kind": "Role", "Name": "causeway-test-answers", "RoleArn": f"{ROLES}causeway-test-answers", "Access": "read"}
ALIASES: Reply = (200, {"passages-000001": {"aliases": {"passages": {}}}})


class Engine:
    """What the search engine would answer; `broken` overrides it by method and path. aliases: those there are, with their indexes.
    dimensions: of the vectors behind an alias.
    """

    def __init__(self) -> None:
        self.has_alias, self.has_index = False, False
        self.aliases: dict[str, str] = {}
        self.dimensions: dict[str, int] = {}
        self.broken: dict[tuple[str, str], list[Reply]] = {}

    def __call__(self, method: str, path: str) -> Reply:
        if script := self.broken.get((method, path)):
            return script.pop(0) if len(script) > 1 else script[0]
        if method == "GET" and path.startswith(("/_plugins/_sm/policies/", "/_plugins/_ism/policies/")):
            return 404, {"error": {"type": "status_exception"}}
        if method == "DELETE":
            self.aliases = {alias: index for alias, index in self.aliases.items() if index != path.removeprefix("/")}
        if method == "HEAD":
            has_alias = path.rpartition("/")[2] in self.aliases or (self.has_alias and "even" not in path)
            return (200 if (has_alias if "_alias" in path else self.has_index) else 404), None
        if path.endswith("*/_alias"):
            return 200, {index: {"aliases": {alias: {}}} for alias, index in self.aliases.items() if fnmatch(index, path.split("/")[1])}
        if (index := self.aliases.get(path.removeprefix("/_alias/"))) and method == "GET":
            return 200, {index: {"aliases": {path.removeprefix("/_alias/"): {}}}}
        if method == "GET" and path.endswith("/_mapping"):
            alias = path.split("/")[1]
            return 200, {alias: {"mappings": schema.mappings(self.dimensions.get(alias, 1024))}}
        return ALIASES if (method, path) == ("GET", "/_alias/passages") else (200, {"acknowledged": True})


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
def server(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recording]:
    recording = Recording(engine)
    for name, value in {"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CAUSEWAY_ENVIRONMENT", "test")
    monkeypatch.setenv("SEARCH_ENDPOINT", recording.url)
    monkeypatch.setenv("ROLE_PREFIX", f"{ROLES}causeway-test-")
    monkeypatch.setenv("INDEX", json.dumps(INDEX))
    monkeypatch.setattr("random.uniform", lambda low, high: 0.0)
    search_client.cache_clear()
    yield recording
    search_client.cache_clear()
    recording.close()


def answer(server: Recording) -> dict[str, Any]:
    """The one answer CloudFormation got."""
    (answered,) = server.of("PUT", "/response")
    assert answered["RequestId"] == "request-1"
    return dict(answered)


def test_a_first_deployment_makes_template_pipeline_and_an_index_behind_the_alias(server: Recording) -> None:
    search_setup.handler(event(server.url, "Create", INDEX), Context())
    (template,) = server.of("PUT", "/_index_template/causeway-passages")
    assert template["template"]["settings"]["index"]["number_of_shards"] == 2
    assert template["template"]["settings"]["index"]["number_of_replicas"] == 1
    assert server.of("PUT", "/_search/pipeline/hybrid") == [schema.search_pipeline(0.8)]
    assert server.of("PUT", "/passages-000001") == [{"aliases": {"passages": {"is_write_index": True}}}]
    assert answer(server) | {"Status": "SUCCESS", "PhysicalResourceId": "passages", "Data": {"Index": "passages-000001"}} == answer(server)


def test_a_second_deployment_leaves_the_index_and_brings_mapping_and_replicas_up_to_date(server: Recording, engine: Engine) -> None:
    engine.has_alias = engine.has_index = True
    search_setup.handler(event(server.url, "Update", INDEX, "passages"), Context())
    assert not server.of("PUT", "/passages-000001")
    assert server.of("PUT", "/passages/_mapping") == [schema.mappings()]
    assert server.of("PUT", "/passages/_settings") == [{"index": schema.live_settings(1)}]
    assert answer(server)["Status"] == "SUCCESS"


def test_an_index_without_its_alias_gets_the_alias_and_keeps_its_passages(server: Recording, engine: Engine) -> None:
    engine.has_index = True
    search_setup.handler(event(server.url, "Create", INDEX), Context())
    assert server.of("PUT", "/passages-000001/_alias/passages") == [{"is_write_index": True}]
    assert not server.of("PUT", "/passages-000001")


def test_a_large_tenant_gets_an_index_of_its_own(server: Recording) -> None:
    search_setup.handler(event(server.url, "Create", INDEX | {"OwnIndex": ["harbour"]}), Context())
    assert server.of("PUT", "/passages-000001-of-harbour") == [{"aliases": {"passages-of-harbour": {"is_write_index": True}}}]
    assert server.of("PUT", "/passages-of-harbour/_mapping") == [schema.mappings()]
    assert answer(server)["Data"] == {"Index": "passages-000001"}


def test_a_tenant_keeps_its_index_as_long_as_there_are_passages_in_it(server: Recording, engine: Engine) -> None:
    engine.has_alias = engine.has_index = True
    engine.broken["GET", "/_alias/passages-of-*,passages-even-of-*"] = [
        (200, {"passages-000001-of-harbour": {"aliases": {"passages-of-harbour": {}}}})
    ]
    engine.broken["POST", "/passages-of-harbour/_count"] = [(200, {"count": 7})]
    search_setup.handler(event(server.url, "Update", INDEX | {"OwnIndex": ["lantern"]}, "passages"), Context())
    assert answer(server)["Status"] == "FAILED"
    assert "the index of harbour holds 7 passages" in answer(server)["Reason"]
    assert not {request.path for request in server.requests if request.method == "PUT"} & {"/_index_template/causeway-passages"}


def test_an_empty_index_of_its_own_can_be_given_up(server: Recording, engine: Engine) -> None:
    engine.has_alias = engine.has_index = True
    engine.broken["GET", "/_alias/passages-of-*,passages-even-of-*"] = [
        (200, {"passages-000001-of-harbour": {"aliases": {"passages-of-harbour": {}}}})
    ]
    engine.broken["POST", "/passages-of-harbour/_count"] = [(200, {"count": 0})]
    search_setup.handler(event(server.url, "Update", INDEX, "passages"), Context())
    assert answer(server)["Status"] == "SUCCESS"


def test_each_embedding_model_has_a_search_pipeline_of_its_weights(server: Recording) -> None:
    weights = {"hybrid": "0.8", "hybrid-small": "0.5"}
    search_setup.handler(event(server.url, "Create", INDEX | {"TextWeights": weights, "Dimensions": "256"}), Context())
    assert server.of("PUT", "/_search/pipeline/hybrid-small") == [schema.search_pipeline(0.5)]
    (template,) = server.of("PUT", "/_index_template/causeway-passages")
    assert template["template"]["mappings"]["properties"]["embedding"]["dimension"] == 256


def test_a_deployment_leaves_each_live_index_the_dimensions_that_it_has(server: Recording, engine: Engine) -> None:
    engine.aliases, engine.dimensions = {"passages": "passages-000001", "passages-even": "passages-000002-bge-small"}, {"passages-even": 64}
    search_setup.handler(event(server.url, "Update", INDEX | {"Dimensions": "256"}, "passages"), Context())
    assert server.of("PUT", "/passages/_mapping") == [schema.mappings(1024)]
    assert server.of("PUT", "/passages-even/_mapping") == [schema.mappings(64)]


SECOND = {"Kind": "Generation", "Do": "make", "Generation": 2, "Model": "bge", "Chunking": "small", "OwnIndex": ["harbour"]}
OF_64 = {"mappings": {"properties": {"embedding": schema.mappings(64)["properties"]["embedding"]}}}


def test_a_generation_is_made_beside_the_one_that_answers_with_an_index_for_each_large_tenant(server: Recording, engine: Engine) -> None:
    engine.has_alias = engine.has_index = False
    engine.aliases = {"passages": "passages-000001"}
    assert search_setup.handler(SECOND | {"Dimensions": 64}, Context()) == {"indexes": ["passages-000002-bge-small"]}
    assert server.of("PUT", "/passages-000002-bge-small") == [{"aliases": {"passages-even": {"is_write_index": True}}, **OF_64}]
    own = server.of("PUT", "/passages-000002-bge-small-of-harbour")
    assert own == [{"aliases": {"passages-even-of-harbour": {"is_write_index": True}}, **OF_64}]
    assert not [request.path for request in server.requests if request.method == "PUT" and "000001" in request.path]


def test_a_generation_whose_alias_an_earlier_one_has_is_not_made(server: Recording, engine: Engine) -> None:
    engine.aliases = {"passages-even": "passages-000002-bge-small"}
    with pytest.raises(StillInUse, match="remove generation 2 first"):
        search_setup.handler(SECOND | {"Generation": 4}, Context())
    assert not [request.path for request in server.requests if request.method == "PUT"]


def test_a_generation_is_removed_with_every_index_of_its_own_and_none_of_another(server: Recording, engine: Engine) -> None:
    engine.aliases = {"passages-even": "passages-000002-bge-small", "passages-even-of-harbour": "passages-000002-bge-small-of-harbour"}
    engine.aliases["passages"] = "passages-000001"
    removed = search_setup.handler({"Kind": "Generation", "Do": "remove", "Generation": 2}, Context())
    assert removed == {"indexes": ["passages-000002-bge-small", "passages-000002-bge-small-of-harbour"]}
    deleted = {request.path for request in server.requests if request.method == "DELETE"}
    assert deleted == {"/passages-000002-bge-small", "/passages-000002-bge-small-of-harbour"}


REMADE = SECOND | {"Do": "remake", "OwnIndex": []}
HEALTH = ("GET", "/_cluster/health")


def test_a_lost_index_is_made_anew_with_all_that_indexes_are_made_and_searched_by(server: Recording, engine: Engine) -> None:
    engine.broken[HEALTH] = [(200, {"indices": {}})]
    assert search_setup.handler(REMADE, Context()) == {"indexes": ["passages-000002-bge-small"]}
    paths = [request.path for request in server.requests if request.method == "PUT"]
    assert paths == ["/_index_template/causeway-passages", "/_search/pipeline/hybrid", "/causeway-loads", "/passages-000002-bge-small"]


def test_what_setup_made_in_place_of_a_lost_index_and_an_index_without_a_primary_give_way(server: Recording, engine: Engine) -> None:
    engine.aliases = {"passages-even": "passages-000004-bge", "passages-even-of-harbour": "passages-000002-bge-small-of-harbour"}
    engine.aliases["passages"] = "passages-000001"
    engine.broken[HEALTH] = [(200, {"indices": {"passages-000002-bge-small-of-harbour": {"status": "red"}}})]
    search_setup.handler(REMADE | {"OwnIndex": ["harbour"]}, Context())
    deleted = [request.path for request in server.requests if request.method == "DELETE"]
    assert deleted == ["/passages-000004-bge", "/passages-000002-bge-small-of-harbour", "/causeway-loads"], "and none that answers"


def test_an_index_that_is_there_keeps_its_passages_when_it_is_made_anew(server: Recording, engine: Engine) -> None:
    engine.aliases = {"passages-even": "passages-000002-bge-small"}
    engine.broken[HEALTH] = [(200, {"indices": {"passages-000002-bge-small": {"status": "yellow"}}})]
    search_setup.handler(REMADE, Context())
    assert [request.path for request in server.requests if request.method == "DELETE"] == ["/causeway-loads"]
    assert not [request.path for request in server.requests if "000002" in request.path]


def test_after_a_re_index_a_deployment_makes_no_index_of_the_first_generation_anew(server: Recording, engine: Engine) -> None:
    engine.aliases = {"passages-even": "passages-000002-bge-small"}
    search_setup.handler(event(server.url, "Update", INDEX | {"OwnIndex": ["harbour"]}, "passages"), Context())
    assert not server.of("PUT", "/passages-000001")
    assert server.of("PUT", "/passages-even/_mapping") == [schema.mappings()]
    own = server.of("PUT", "/passages-000002-bge-small-of-harbour")
    assert own == [{"aliases": {"passages-even-of-harbour": {"is_write_index": True}}}]
    assert answer(server)["Data"] == {"Index": "passages-000002-bge-small"}


@pytest.mark.parametrize("tenant", ["Harbour", "a,b", "*", "", "_a"])
def test_a_tenant_whose_name_the_engine_does_not_take_is_refused(server: Recording, tenant: str) -> None:
    search_setup.handler(event(server.url, "Create", INDEX | {"OwnIndex": [tenant]}), Context())
    assert "OwnIndex" in answer(server)["Reason"]


def test_a_domain_that_is_not_ready_yet_is_asked_again(server: Recording, engine: Engine) -> None:
    engine.broken["PUT", "/_index_template/causeway-passages"] = [(503, {"error": "starting"}), (200, {})]
    search_setup.handler(event(server.url, "Create", INDEX), Context())
    assert answer(server)["Status"] == "SUCCESS"


def test_a_mapping_the_live_index_cannot_take_fails_with_the_engines_own_reason(server: Recording, engine: Engine) -> None:
    fault = {"type": "illegal_argument_exception", "reason": "mapper [page] cannot be changed from type [long] to [integer]"}
    engine.broken["PUT", "/passages/_mapping"] = [(400, {"error": {"root_cause": [fault], **fault}, "status": 400})]
    search_setup.handler(event(server.url, "Update", INDEX, "passages"), Context())
    assert answer(server)["Status"] == "FAILED"
    assert "mapper [page] cannot be changed" in answer(server)["Reason"]
    assert answer(server)["PhysicalResourceId"] == "passages"


def test_wrong_properties_are_told_to_cloudformation_and_touch_nothing(server: Recording) -> None:
    search_setup.handler(event(server.url, "Create", INDEX | {"Shards": "0"}), Context())
    assert "Shards" in answer(server)["Reason"]
    assert len(server.requests) == 1


def test_running_out_of_time_is_answered_before_the_function_is_cut_off(server: Recording, engine: Engine) -> None:
    engine.broken["PUT", "/_index_template/causeway-passages"] = [(503, {"error": "starting"})]
    search_setup.handler(event(server.url, "Create", INDEX), Context(seconds=8.05))
    assert answer(server)["Status"] == "FAILED"


def test_deleting_the_index_resource_leaves_every_passage(server: Recording) -> None:
    search_setup.handler(event(server.url, "Delete", INDEX, "passages"), Context())
    assert [request.path for request in server.requests] == ["/response"]
    assert answer(server)["Status"] == "SUCCESS"


def test_a_role_that_searches_may_read_the_passages_and_nothing_else(server: Recording) -> None:
    search_setup.handler(event(server.url, "Create", ROLE), Context())
    (role,) = server.of("PUT", "/_plugins/_security/api/roles/causeway-test-answers")
    (permission,) = role["index_permissions"]
    assert permission["index_patterns"] == ["passages", "passages-*"]
    assert permission["allowed_actions"] == ["indices:data/read/search*"]
    assert server.of("PUT", "/_plugins/_security/api/rolesmapping/causeway-test-answers") == [{"backend_roles": [ROLE["RoleArn"]]}]
    assert answer(server)["PhysicalResourceId"] == "causeway-test-answers"


@pytest.mark.parametrize(
    ("name", "arn"),
    [
        ("causeway-test-answers", "arn:aws:iam::999999999999:role/causeway-test-answers"),
        ("Administrator", f"{ROLES}Administrator"),
        ("causeway-prod-answers", f"{ROLES}causeway-prod-answers"),
        ("causeway-test-answers", f"{ROLES}causeway-test-other"),
        ("other", f"{ROLES}causeway-test-answers"),
        ("causeway-test-answers", f"{ROLES}path/causeway-test-answers"),
        ("causeway-test-path/x", f"{ROLES}causeway-test-path/x"),
        ("causeway-test-*", f"{ROLES}causeway-test-*"),
        ("causeway-test-answers", "arn:aws:iam:::role/causeway-test-answers"),
        ("causeway-test-answers", "arn:aws:sts::123456789012:assumed-role/causeway-test-answers/session"),
    ],
)
def test_no_role_of_another_account_environment_or_name_is_let_in(server: Recording, name: str, arn: str) -> None:
    search_setup.handler(event(server.url, "Create", ROLE | {"Name": name, "RoleArn": arn}), Context())
    assert answer(server)["Status"] == "FAILED"
    assert [request.path for request in server.requests] == ["/response"]


def test_a_role_of_another_environment_is_not_shut_out_by_a_deletion(server: Recording) -> None:
    search_setup.handler(event(server.url, "Delete", ROLE | {"Name": "causeway-prod-answers"}, "causeway-prod-answers"), Context())
    assert [request.path for request in server.requests] == ["/response"]
    assert answer(server)["Status"] == "SUCCESS"


MAPPINGS = ("GET", "/_plugins/_security/api/rolesmapping")
MASTER = {"all_access": {"backend_roles": [f"{ROLES}causeway-test-search-setup"]}}


def test_who_may_do_what_is_told_to_whoever_asks(server: Recording, engine: Engine) -> None:
    engine.broken["GET", "/_plugins/_security/api/roles"] = [(200, {})]
    engine.broken[MAPPINGS] = [(200, MASTER | {"own_index": {"users": ["*"]}, "empty": {"users": []}})]
    told = search_setup.handler({"Kind": "Access"}, Context())
    assert told == {"roles": {"all_access": [f"{ROLES}causeway-test-search-setup"], "own_index": ["*"]}}
    assert {request.method for request in server.requests} == {"GET"}


def test_a_review_that_finds_a_stranger_fails_and_names_him(server: Recording, engine: Engine) -> None:
    engine.broken["GET", "/_plugins/_security/api/roles"] = [(200, {})]
    engine.broken[MAPPINGS] = [(200, MASTER | {"readall": {"backend_roles": [f"{ROLES}Administrator"]}})]
    with pytest.raises(search_setup.UnexpectedAccess, match="Administrator acts as readall"):
        search_setup.handler({"Kind": "Access"}, Context())


KEPT = {"Bucket": "snapshots", "Role": f"{ROLES}causeway-test-search-snapshots", "SetupRole": f"{ROLES}causeway-test-search-setup"}
POLICY = "/_plugins/_sm/policies/causeway-daily"


def test_snapshots_are_taken_hourly_and_daily_into_a_bucket_of_ours(server: Recording) -> None:
    search_setup.handler(event(server.url, "Create", INDEX | {"Snapshots": KEPT}), Context())
    assert answer(server)["Status"] == "SUCCESS"
    (repository,) = server.of("PUT", "/_snapshot/causeway")
    where = {"bucket": "snapshots", "region": "us-east-1", "role_arn": KEPT["Role"], "base_path": "passages"}
    assert repository == {"type": "s3", "settings": where}
    assert server.of("PUT", "/_plugins/_security/api/rolesmapping/manage_snapshots") == [{"backend_roles": [KEPT["SetupRole"]]}]
    (daily,) = server.of("POST", POLICY)
    assert daily["deletion"]["condition"] == {"max_age": "30d", "min_count": 7}
    (hourly,) = server.of("POST", "/_plugins/_sm/policies/causeway-hourly")
    assert hourly["creation"]["schedule"]["cron"] == {"expression": "0 * * * *", "timezone": "UTC"}
    for policy in (daily, hourly):
        config = policy["snapshot_config"]
        assert (config["repository"], config["indices"], config["partial"]) == ("causeway", "passages-*", False)


def test_a_policy_that_is_there_is_changed_as_the_version_that_was_read(server: Recording, engine: Engine) -> None:
    found = {"_seq_no": 7, "_primary_term": 2, "sm_policy": {}}
    for name in ("causeway-hourly", "causeway-daily"):
        engine.broken["GET", f"/_plugins/_sm/policies/{name}"] = [(200, found)]
    search_setup.handler(event(server.url, "Update", INDEX | {"Snapshots": KEPT}, "passages"), Context())
    changed = [request for request in server.requests if (request.method, request.path) == ("PUT", POLICY)]
    assert [request.query for request in changed] == [{"if_seq_no": "7", "if_primary_term": "2"}]
    assert not server.of("POST", POLICY)


def test_a_bucket_that_the_service_cannot_write_is_tried_again_while_its_role_spreads(server: Recording, engine: Engine) -> None:
    refused = (500, {"error": {"type": "repository_verification_exception", "reason": "[causeway] path [passages] is not accessible"}})
    engine.broken["PUT", "/_snapshot/causeway"] = [refused, (200, {"acknowledged": True})]
    search_setup.handler(event(server.url, "Create", INDEX | {"Snapshots": KEPT}), Context())
    assert answer(server)["Status"] == "SUCCESS"


AGEING = "/_plugins/_ism/policies/causeway-passages"


def test_an_index_that_nobody_searches_is_deleted_after_two_weeks_and_no_other(server: Recording) -> None:
    search_setup.handler(event(server.url, "Create", INDEX), Context())
    (put,) = server.of("PUT", AGEING)
    states = {each["name"]: each for each in put["policy"]["states"]}
    deleting = [name for name, state in states.items() if state["actions"]]
    assert deleting == ["gone"]
    assert put["policy"]["default_state"] == "searched"
    ways = {name: {each["state_name"]: each["conditions"] for each in state["transitions"]} for name, state in states.items()}
    assert ways == {
        "searched": {"left": {"no_alias": True}},
        "left": {"searched": {"no_alias": False}, "gone": {"min_state_age": "14d"}},
        "gone": {},
    }
    assert put["policy"]["ism_template"][0]["index_patterns"] == ["passages-*"]
    assert server.of("POST", "/_plugins/_ism/add/passages-*") == [{"policy_id": "causeway-passages"}]


def test_indexes_that_have_an_older_policy_get_the_new_one(server: Recording, engine: Engine) -> None:
    engine.broken["GET", AGEING] = [(200, {"_seq_no": 7, "_primary_term": 2, "policy": {}})]
    search_setup.handler(event(server.url, "Update", INDEX, "passages"), Context())
    (put,) = [request for request in server.requests if (request.method, request.path) == ("PUT", AGEING)]
    assert put.query == {"if_seq_no": "7", "if_primary_term": "2"}
    assert server.of("POST", "/_plugins/_ism/change_policy/passages-*") == [{"policy_id": "causeway-passages"}]
    assert answer(server)["Status"] == "SUCCESS"


TAKEN = {"snapshot": "causeway-hourly-2", "state": "SUCCESS", "start_time": "2026-11-27T11:00:00.000Z"}
INDEXES = ["passages-000001", "passages-000001-of-harbour", "passages-000002-bge"]


def test_snapshots_are_listed_with_the_newest_first(server: Recording, engine: Engine) -> None:
    older = TAKEN | {"snapshot": "causeway-hourly-1", "state": "PARTIAL", "start_time": "2026-11-27T10:00:00.000Z"}
    engine.broken["GET", "/_snapshot/causeway/_all"] = [(200, {"snapshots": [older, TAKEN]})]
    listed = search_setup.handler({"Kind": "Snapshots", "Do": "list"}, Context())
    assert listed is not None
    assert [(each["name"], each["state"]) for each in listed["snapshots"]] == [
        ("causeway-hourly-2", "SUCCESS"),
        ("causeway-hourly-1", "PARTIAL"),
    ]


def test_of_a_snapshot_what_is_lost_or_lacks_a_primary_is_restored_and_nothing_else(server: Recording, engine: Engine) -> None:
    engine.broken["GET", "/_snapshot/causeway/causeway-hourly-2"] = [(200, {"snapshots": [TAKEN | {"indices": INDEXES}]})]
    engine.broken[HEALTH] = [(200, {"indices": {INDEXES[0]: {"status": "yellow"}, INDEXES[1]: {"status": "red"}}})]
    restored = search_setup.handler({"Kind": "Snapshots", "Do": "restore", "Snapshot": "causeway-hourly-2"}, Context())
    assert restored == {"indexes": INDEXES[1:]}
    assert [request.path for request in server.requests if request.method == "DELETE"] == [f"/{INDEXES[1]}"]
    (body,) = server.of("POST", "/_snapshot/causeway/causeway-hourly-2/_restore")
    assert body == {"indices": ",".join(INDEXES[1:]), "include_global_state": False, "include_aliases": True}


def test_the_audit_log_is_turned_on_and_holds_no_text_of_requests(server: Recording) -> None:
    search_setup.handler(event(server.url, "Create", INDEX), Context())
    (body,) = server.of("PUT", "/_plugins/_security/api/audit/config")
    assert body["enabled"] is True
    assert (body["audit"]["enable_rest"], body["audit"]["enable_transport"]) == (True, True)
    assert (body["audit"]["log_request_body"], body["compliance"]["write_log_diffs"]) == (False, False)
    assert not {"FAILED_LOGIN", "MISSING_PRIVILEGES"} & {*body["audit"]["disabled_rest_categories"]}
    assert not {"FAILED_LOGIN", "MISSING_PRIVILEGES"} & {*body["audit"]["disabled_transport_categories"]}


def test_a_domain_that_refuses_the_audit_configuration_fails_the_deployment(server: Recording, engine: Engine) -> None:
    engine.broken["PUT", "/_plugins/_security/api/audit/config"] = [(400, {"status": "error", "reason": "Invalid configuration"})]
    search_setup.handler(event(server.url, "Create", INDEX), Context())
    assert answer(server)["Status"] == "FAILED"


def test_a_deleted_role_loses_its_access_and_one_already_gone_is_no_error(server: Recording, engine: Engine) -> None:
    engine.broken["DELETE", "/_plugins/_security/api/rolesmapping/causeway-test-answers"] = [(404, {"status": "NOT_FOUND"})]
    search_setup.handler(event(server.url, "Delete", ROLE, "causeway-test-answers"), Context())
    assert len(server.of("DELETE", "/_plugins/_security/api/roles/causeway-test-answers")) == 1
    assert answer(server)["Status"] == "SUCCESS"


def test_a_domain_that_is_gone_does_not_hold_up_the_deletion_of_a_role(server: Recording, engine: Engine) -> None:
    engine.broken["DELETE", "/_plugins/_security/api/rolesmapping/causeway-test-answers"] = [(500, {"error": "gone"})]
    search_setup.handler(event(server.url, "Delete", ROLE, "causeway-test-answers"), Context())
    assert answer(server)["Status"] == "SUCCESS"


def test_the_answer_carries_no_content_type_which_would_break_the_presigned_url(server: Recording) -> None:
    search_setup.handler(event(server.url, "Delete", INDEX, "passages"), Context())
    assert server.requests[-1].headers.get("Content-Type", "") == ""
