from hypothesis import given, settings
from hypothesis import strategies as st

from causeway.documents.chunking.tokens import counts, offsets

SNIPPETS = [
    "shop",
    "Re-Use",
    "don't",
    "[MASK]",
    "[mask]",
    "[CLS",
    "café",
    "cafe\u0301",
    "東京",
    "a\x0cb",
    "a\x1cb",
    "a\x85b",
    "\xa0",
    "\r\n",
]
SNIPPETS += [" ", "\t", "\ufffd", "x" * 101, "£12.99", "\u2028", "İ", "ß", "__init__", "a\u200bb", "\U0001f600", "unaffable"]
TEXTS = st.lists(st.one_of(st.sampled_from(SNIPPETS), st.text(max_size=8)), max_size=30).map("".join)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_a_texts_count_is_the_number_of_its_tokens(text: str) -> None:
    assert counts([text, text]) == [len(offsets(text))] * 2


def test_no_texts_have_no_counts() -> None:
    assert counts([]) == []
