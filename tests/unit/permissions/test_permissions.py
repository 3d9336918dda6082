from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causeway.permissions.access import Access
from causeway.permissions.administration import MAX_FOLDERS, TooManyFolders
from causeway.permissions.permissions import Permissions
from causeway.permissions.rows import folders_key, member_key
from causeway.runtime.clients import client
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyRejected, DependencyUnavailable, Throttled
from tests.unit.loopback import PERMISSIONS, TENANT, Reply, Services, administration

PATIENCE = Dependency("permissions", attempt_seconds=1.0, budget_seconds=5.0, base_seconds=0.0)


def access(user: str = "ada", tenant: str = TENANT) -> Access:
    return Permissions(client("dynamodb"), PERMISSIONS, PATIENCE).of(tenant, user)


def test_a_folder_without_an_entry_is_open_to_the_whole_tenant(services: Services) -> None:
    assert access() == Access()
    services.restrict("staff/", "staff")
    assert access().may_read("policies/returns.md")


def test_a_restricted_folder_is_closed_to_whoever_is_in_none_of_its_groups(services: Services) -> None:
    services.restrict("staff/", "staff", "managers")
    services.enrol("ada", "managers")
    services.enrol("carl", "drivers")
    assert [access(user).closed for user in ("ada", "carl", "nobody", "")] == [(), ("staff/",), ("staff/",), ("staff/",)]


def test_a_folder_without_readers_is_closed_to_everybody_administrators_included(services: Services) -> None:
    services.restrict("board/")
    services.enrol("ada", "admins")
    assert access().closed == ("board/",)


def test_a_folder_within_another_needs_a_group_of_each(services: Services) -> None:
    services.restrict("staff/", "staff")
    services.restrict("staff/payroll/", "payroll")
    services.enrol("ada", "payroll")
    services.enrol("bob", "staff")
    services.enrol("eve", "staff", "payroll")
    assert [access(user).may_read("staff/payroll/june.md") for user in ("ada", "bob", "eve")] == [False, False, True]


def test_a_folder_is_no_other_whose_name_only_begins_alike() -> None:
    closed = Access(closed=("hr/",))
    assert [closed.may_read(name) for name in ("hr/a.md", "hr/b/c.md", "hr-public/a.md", "hr", "HR/a.md", "x/hr/a.md")] == [
        *(False, False),
        *(True, True, True, True),
    ]


def test_what_is_changed_holds_at_the_next_look_and_raises_the_version(services: Services) -> None:
    services.restrict("staff/", "staff")
    services.enrol("ada", "staff")
    before = access()
    services.enrol("ada")
    without_group = access()
    administration().open(TENANT, "staff/")
    after = access()
    assert [each.closed for each in (before, without_group, after)] == [(), ("staff/",), ()]
    assert after.version > before.version > 0


def test_every_look_is_strongly_consistent(services: Services) -> None:
    access()
    assert services.asked["permissions"][0].body["RequestItems"][PERMISSIONS]["ConsistentRead"] is True


def test_folders_and_groups_of_one_tenant_say_nothing_in_another(services: Services) -> None:
    services.restrict("staff/", "staff")
    administration().enrol("lantern", "ada", ["staff"])
    assert access().closed == ("staff/",)
    assert access(tenant="lantern") == Access(groups=frozenset({"staff"}))


def test_a_user_is_known_in_whatever_case_as_the_user_pool_knows_them(services: Services) -> None:
    services.enrol("Ada", "staff")
    assert access("aDA").groups == {"staff"}


def test_a_user_cannot_be_taken_for_the_row_of_folders(services: Services) -> None:
    administration().enrol(TENANT, "folders", ["staff"])
    assert access("ada").version == 0
    assert access("folders").groups == {"staff"}


@pytest.mark.parametrize("readers", [{"S": "staff"}, {"NULL": True}, {"L": [{"N": "1"}]}])
def test_an_entry_that_cannot_be_read_closes_its_folder(services: Services, readers: Any) -> None:
    client("dynamodb").put_item(TableName=PERMISSIONS, Item={**folders_key(TENANT), "folders": {"M": {"staff/": readers}}})
    services.enrol("ada", "staff")
    assert access().closed == ("staff/",)


@pytest.mark.parametrize("groups", [{"S": "staff"}, {"NULL": True}])
def test_a_member_that_cannot_be_read_is_in_no_group(services: Services, groups: Any) -> None:
    services.restrict("staff/", "staff")
    client("dynamodb").put_item(TableName=PERMISSIONS, Item={**member_key(TENANT, "ada"), "groups": groups})
    assert access().closed == ("staff/",)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply({"Responses": {PERMISSIONS: []}, "UnprocessedKeys": {PERMISSIONS: {"Keys": [folders_key(TENANT)]}}}), Throttled),
        (Reply({"Responses": {}}), DependencyUnavailable),
        (Reply({"__type": "InternalServerError"}, status=500), DependencyUnavailable),
        (Reply({"__type": "AccessDeniedException"}, status=400), DependencyRejected),
    ],
)
def test_permissions_that_cannot_be_read_whole_are_an_error_and_never_open(
    services: Services, reply: Reply, error: type[Exception]
) -> None:
    services.script("permissions", reply)
    with pytest.raises(error):
        access()


def test_a_folder_is_restricted_opened_and_listed(services: Services) -> None:
    admin = administration()
    assert admin.folders(TENANT) == (0, {})
    assert admin.restrict(TENANT, "staff/", ["staff"]) == 1
    assert admin.restrict(TENANT, "staff/", []) == 2
    assert admin.folders(TENANT) == (2, {"staff/": []})
    assert admin.open(TENANT, "staff/") == 3
    assert admin.open(TENANT, "staff/") is None
    assert admin.folders(TENANT) == (3, {})


def test_no_more_folders_are_restricted_than_a_search_can_leave_out(services: Services) -> None:
    for number in range(MAX_FOLDERS):
        administration().restrict(TENANT, f"{number}/", [])
    with pytest.raises(TooManyFolders):
        administration().restrict(TENANT, "another/", [])
    administration().restrict(TENANT, "7/", ["staff"])
    assert len(administration().folders(TENANT)[1]) == MAX_FOLDERS


def test_members_are_listed_in_pages(services: Services) -> None:
    for name in ("carl", "ada", "bob"):
        services.enrol(name, "staff", "admins")
    first, after = administration().members(TENANT, 2)
    rest, end = administration().members(TENANT, 2, after)
    assert (list(first), list(rest), end) == (["ada", "bob"], ["carl"], None)
    assert first["ada"] == ["admins", "staff"]


@given(st.lists(st.text(min_size=1).map("{}/".format), max_size=5), st.text(max_size=30))
def test_a_document_can_be_read_unless_its_name_begins_with_a_closed_folder(closed: list[str], name: str) -> None:
    assert Access(tuple(closed)).may_read(name) == (not any(name[: len(folder)] == folder for folder in closed))
