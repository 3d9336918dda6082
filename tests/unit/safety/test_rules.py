"""Rules find what `re.search` finds, whatever they look for first."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causeway.safety.rules import Rules, alternatives

WORDS = ["ab", "abc", "bcd", "b", "cab", "語", "話"]
BOUNDS = ["?", "*", "+", "{0,2}", "{1,3}?", "{2}"]


def grouped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        several.map("".join),
        several.map(lambda parts: f"(?:{'|'.join(parts)})"),
        st.tuples(inner, st.sampled_from(BOUNDS)).map(lambda given: f"(?:{given[0]}){given[1]}"),
        inner.map(lambda part: f"(?!{part})"),
        inner.map(lambda part: f"(?={part})"),
        st.tuples(inner, inner).map("|".join),
    )


PATTERNS = st.recursive(st.sampled_from([*WORDS, r"\b", "^", "$", "[ab]", "[^a|)]", ".", r"\|"]), grouped, max_leaves=12)
TEXTS = st.lists(st.sampled_from([*WORDS, " ", "|", "x"]), max_size=8).map("".join)


@settings(max_examples=2_000, deadline=None, database=None)
@given(PATTERNS, st.lists(TEXTS, min_size=1, max_size=5))
def test_a_rule_is_broken_by_what_its_pattern_matches(pattern: str, texts: list[str]) -> None:
    rules = Rules({"it": pattern})
    for text in texts:
        assert list(rules.broken_by(text)) == ["it"] * (re.search(pattern, text) is not None)


@pytest.mark.parametrize(
    ("pattern", "cut"),
    [("a", ["a"]), ("a|b", ["a", "b"]), ("(a|b)|c", ["(a|b)", "c"]), (r"a\|b|[|)]|[]|]", [r"a\|b", "[|)]", "[]|]"]), ("|a", ["", "a"])],
)
def test_a_pattern_is_cut_where_no_group_is_open(pattern: str, cut: list[str]) -> None:
    assert alternatives(pattern) == cut
