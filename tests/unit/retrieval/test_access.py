from typing import Any, get_args

import pytest

from causeway.retrieval.access import NAMES_OF_PASSAGES, Access, faults, security_role

ROLES = "arn:aws:iam::123456789012:role/"
PREFIX = f"{ROLES}causeway-prod-"
MASTER = f"{PREFIX}search-setup"
ANSWERS = {"backend_roles": [f"{PREFIX}answers"], "users": [], "hosts": [], "and_backend_roles": []}
AS_IT_WAS = {
    "all_access": {"backend_roles": ["admin"], "users": [MASTER], "hosts": []},
    "security_manager": {"backend_roles": [MASTER], "users": [], "hosts": []},
    "manage_snapshots": {"backend_roles": [MASTER]},
    "own_index": {"users": ["*"]},
    "causeway-prod-answers": ANSWERS,
}


@pytest.mark.parametrize("access", get_args(Access))
def test_every_access_is_to_passages_and_loads_alone(access: Access) -> None:
    patterns = {pattern for each in security_role(access)["index_permissions"] for pattern in each["index_patterns"]}
    assert patterns <= {"passages", "passages-*", "causeway-loads"}


def test_whoever_searches_changes_nothing_and_whoever_keeps_up_sees_no_passage() -> None:
    (searched,) = security_role("read")["index_permissions"]
    assert searched["allowed_actions"] == ["indices:data/read/search*"]
    passages, _ = security_role("upkeep")["index_permissions"]
    assert not [action for action in passages["allowed_actions"] if action.startswith("indices:data/")]


def test_of_a_passage_whoever_only_writes_reads_its_names_and_no_text() -> None:
    passages, _ = security_role("write")["index_permissions"]
    assert passages["fls"] == NAMES_OF_PASSAGES
    assert not {"text", "title", "heading", "stems", "embedding", "source", "pictures"} & set(NAMES_OF_PASSAGES)


def as_the_engine_shows(role: dict[str, Any]) -> dict[str, Any]:
    indexes = [{"dls": None, "fls": [], "masked_fields": [], **each} for each in role["index_permissions"]]
    return {"reserved": False, "hidden": False, "static": False, **role, "index_permissions": indexes, "tenant_permissions": []}


@pytest.mark.parametrize("access", get_args(Access))
def test_what_we_have_let_in_is_no_fault(access: Access) -> None:
    assert faults({"causeway-prod-answers": as_the_engine_shows(security_role(access))}, AS_IT_WAS, PREFIX, MASTER) == []


@pytest.mark.parametrize(
    ("role", "mapping"),
    [
        ("all_access", {"backend_roles": [f"{ROLES}Administrator"]}),
        ("all_access", {"users": ["arn:aws:iam::123456789012:user/somebody"]}),
        ("all_access", {"users": ["*"]}),
        ("security_manager", {"backend_roles": [f"{PREFIX}answers"]}),
        ("manage_snapshots", {"backend_roles": ["arn:aws:iam::999999999999:role/causeway-prod-search-setup"]}),
        ("readall", {"backend_roles": [f"{PREFIX}answers"]}),
        ("readall", {"backend_roles": [MASTER]}),
        ("causeway-prod-answers", ANSWERS | {"backend_roles": [f"{PREFIX}answers", f"{PREFIX}documents"]}),
        ("causeway-prod-answers", ANSWERS | {"backend_roles": ["arn:aws:iam::999999999999:role/causeway-prod-answers"]}),
        ("causeway-prod-answers", ANSWERS | {"users": ["somebody"]}),
        ("causeway-prod-answers", ANSWERS | {"hosts": ["10.0.0.*"]}),
    ],
)
def test_whoever_is_let_in_by_somebody_else_is_named(role: str, mapping: dict[str, Any]) -> None:
    (fault,) = faults({}, AS_IT_WAS | {role: mapping}, PREFIX, MASTER)
    assert f" acts as {role} " in fault


def test_a_role_that_was_widened_by_hand_is_named() -> None:
    wide = security_role("read")
    for changed in (
        {**wide, "cluster_permissions": ["*"]},
        {**wide, "index_permissions": [{"index_patterns": ["*"], "allowed_actions": ["indices:data/read/search*"]}]},
        {**security_role("write"), "index_permissions": [{**each, "fls": []} for each in security_role("write")["index_permissions"]]},
    ):
        (fault,) = faults({"causeway-prod-answers": as_the_engine_shows(changed)}, AS_IT_WAS, PREFIX, MASTER)
        assert "the role causeway-prod-answers" in fault
    assert faults({"all_access": {"cluster_permissions": ["*"]}}, AS_IT_WAS, PREFIX, MASTER) == [], "AWS's own roles are AWS's"
