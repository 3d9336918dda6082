"""What is recorded is given back as the real plugin would."""

import pytest

from causeway.retrieval.auditing import configuration
from local.search.recorder import Recorder

AUDIT = "/_plugins/_security/api/audit"
MAPPING = "/_plugins/_security/api/rolesmapping/answers"


@pytest.fixture
def recorder(tmp_path):
    return Recorder(tmp_path / "recorded.json")


def test_a_role_mapping_is_created_updated_read_and_deleted(recorder):
    body = {"backend_roles": ["arn:aws:iam::000000000000:role/answers"]}
    assert recorder.answer("GET", MAPPING, {}, None).status == 404
    assert recorder.answer("PUT", MAPPING, {}, body).status == 201
    assert recorder.answer("PUT", MAPPING, {}, body).status == 200
    assert recorder.answer("GET", MAPPING, {}, None).body == {"answers": body}
    assert recorder.answer("DELETE", MAPPING, {}, None).status == 200
    assert recorder.answer("GET", MAPPING, {}, None).status == 404


def test_the_audit_configuration_of_the_product_is_recorded_and_given_back(recorder):
    assert recorder.answer("GET", AUDIT, {}, None).body["config"] == {"enabled": False}
    assert recorder.answer("PUT", f"{AUDIT}/config", {}, configuration()).status == 200
    assert recorder.answer("GET", AUDIT, {}, None).body["config"] == configuration()


def test_an_audit_configuration_with_a_key_the_plugin_does_not_know_is_refused(recorder):
    answer = recorder.answer("PUT", f"{AUDIT}/config", {}, configuration() | {"enable": True})
    assert (answer.status, answer.body["invalid_keys"]) == (400, {"keys": "enable"})
    assert recorder.answer("GET", AUDIT, {}, None).body["config"] == {"enabled": False}


@pytest.mark.parametrize("path", ["/_plugins/_ism/policies/keep", "/_plugins/_sm/policies/daily"])
def test_a_policy_is_only_replaced_by_who_read_its_present_version(recorder, path):
    created = recorder.answer("PUT", path, {}, {"policy": {"description": "first"}})
    assert created.status == 201
    assert recorder.answer("PUT", path, {}, {"policy": {"description": "second"}}).status == 409
    current = {"if_seq_no": str(created.body["_seq_no"]), "if_primary_term": str(created.body["_primary_term"])}
    assert recorder.answer("PUT", path, current, {"policy": {"description": "second"}}).status == 200
    assert "second" in str(recorder.answer("GET", path, {}, None).body)


def test_a_policy_is_put_on_indexes_when_there_is_one(recorder):
    path, body = "/_plugins/_ism/add/passages-*", {"policy_id": "keep"}
    assert recorder.answer("POST", path, {}, body).status == 400
    recorder.answer("PUT", "/_plugins/_ism/policies/keep", {}, {"policy": {"description": "first"}})
    assert recorder.answer("POST", path, {}, body).status == 200
    assert '"passages-*": "keep"' in recorder.file.read_text()


def test_what_was_recorded_outlives_the_process(recorder):
    recorder.answer("PUT", MAPPING, {}, {"backend_roles": ["a"]})
    assert Recorder(recorder.file).answer("GET", MAPPING, {}, None).status == 200


def test_a_repository_in_s3_is_recorded_and_one_on_disk_is_not(recorder):
    assert recorder.answer("PUT", "/_snapshot/daily", {}, {"type": "s3"}).status == 200
    assert recorder.answer("GET", "/_snapshot/daily", {}, None).body == {"daily": {"type": "s3"}}
    assert recorder.answer("PUT", "/_snapshot/mine", {}, {"type": "fs"}) is None


def test_other_calls_of_these_plugins_are_refused_with_their_name(recorder):
    answer = recorder.answer("GET", "/_plugins/_ism/explain/passages", {}, None)
    assert answer.status == 501
    assert "/_plugins/_ism/explain/passages" in answer.body["error"]["reason"]


@pytest.mark.parametrize("path", ["/passages/_search", "/_plugins/_knn/stats", "/_snapshot/_status", "/"])
def test_everything_else_is_the_servers_own(recorder, path):
    assert recorder.answer("GET", path, {}, None) is None
