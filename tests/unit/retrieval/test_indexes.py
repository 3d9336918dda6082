from hypothesis import given
from hypothesis import strategies as st

from causeway.retrieval.indexes import Indexes, IndexSettings
from causeway.retrieval.schema import ALIAS, PATTERN, first_index, own_alias

TENANTS = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,63}", fullmatch=True) | st.sampled_from(["000001", "of-a", "a-000001", "a"])


def test_a_tenant_with_an_index_of_its_own_is_searched_in_the_shared_one_too_and_written_to_its_own() -> None:
    indexes = Indexes("passages", frozenset({"harbour"}))
    assert (indexes.written("harbour"), indexes.searched("harbour")) == ("passages-of-harbour", ("passages-of-harbour", "passages"))
    assert (indexes.written("lantern"), indexes.searched("lantern")) == ("passages", ("passages",))


def test_settings_name_the_tenants_with_commas_and_none_by_default() -> None:
    variables = {"CAUSEWAY_ENVIRONMENT": "test", "SEARCH_INDEX": "passages"}
    assert IndexSettings.from_environment(variables).indexes == Indexes("passages")
    own = IndexSettings.from_environment({**variables, "OWN_INDEX_TENANTS": "harbour,lantern"})
    assert own.indexes == Indexes("passages", frozenset({"harbour", "lantern"}))


@given(TENANTS, TENANTS)
def test_no_name_of_a_tenant_makes_its_index_anothers_or_the_shared_one(one: str, other: str) -> None:
    aliases, indexes = [ALIAS, own_alias(one), own_alias(other)], [first_index(each) for each in (ALIAS, own_alias(one), own_alias(other))]
    assert not set(aliases) & set(indexes)
    assert len(set(aliases)) == len(set(indexes)) == (2 if one == other else 3)
    assert all(each.startswith(PATTERN.rstrip("*")) for each in [*aliases[1:], *indexes])
