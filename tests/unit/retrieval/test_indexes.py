from hypothesis import given
from hypothesis import strategies as st

from causeway.retrieval.indexes import Indexes, IndexSettings
from causeway.retrieval.schema import ALIAS, FIRST_INDEX, PATTERN, alias_of, generation_of, index_name, index_of

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


def test_generations_side_by_side_have_aliases_of_their_own() -> None:
    first = Indexes("passages", frozenset({"harbour"}))
    second, third = first.of(2), first.of(3)
    assert second.searched("harbour") == ("passages-even-of-harbour", "passages-even")
    assert second.searched("lantern") == ("passages-even",)
    assert third.aliases == first.aliases


def test_an_index_is_named_by_what_its_passages_depend_on() -> None:
    titan = index_name(12, "amazon.Titan-embed-text-v2:0", "small")
    assert titan == "passages-000012-amazon.titan-embed-text-v2-0-small"
    assert (generation_of(titan), generation_of(FIRST_INDEX), generation_of(index_of(titan, "of-a"))) == (12, 1, 12)


@given(TENANTS, TENANTS, st.integers(1, 4), st.integers(1, 4))
def test_no_name_of_a_tenant_makes_its_index_anothers_or_the_shared_one(one: str, other: str, first: int, second: int) -> None:
    """Whatever the generations that stand side by side, which are an odd and an even one."""
    owners = {(first, one), (first, other), (second, one), (second, other)}
    aliases = {alias_of(*owner) for owner in owners} | {alias_of(first), alias_of(second)}
    assert len(aliases) == len({(generation % 2, tenant) for generation, tenant in owners} | {(first % 2, ""), (second % 2, "")})
    indexes = {index_of(index_name(generation, "model", "small"), tenant) for generation, tenant in owners}
    assert len(indexes) == len(owners)
    assert not aliases & indexes
    assert all(each.startswith(PATTERN.rstrip("*")) for each in [*aliases - {ALIAS}, *indexes])
