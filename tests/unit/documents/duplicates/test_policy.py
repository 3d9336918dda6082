"""What happens to a duplicate."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from causeway.documents.duplicates.fingerprint import Duplicate
from causeway.documents.duplicates.policy import INDEX, Duplicates, Standing, decide

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
OLD = Standing("old", "policies/returns.md", MONDAY, "1", is_current=True)
NEW = Standing("new", "policies/returns.pdf", MONDAY + timedelta(days=1), "2")
SAME = [Duplicate("old", "same_text")]


def all_read(kept: str, dropped: str) -> bool:
    return True


def fate(new: Standing, others: list[Standing], policy: Duplicates, found=SAME, covers=all_read):
    return decide(new, found, {each.document_id: each for each in others}.get, policy, covers)


def test_without_a_policy_everything_is_indexed() -> None:
    assert fate(NEW, [OLD], Duplicates()) == INDEX


@pytest.mark.parametrize("kind", ["same_bytes", "same_text", "near"])
def test_each_kind_has_its_own_policy_and_the_later_one_yields(kind: str) -> None:
    found = [Duplicate("old", kind, 0.93)]
    decided = fate(NEW, [OLD], Duplicates(**{kind: "skip"}), found)
    assert (decided.fate, decided.other) == ("skip", "old")
    assert "policies/returns.md" in decided.why
    others = {"same_bytes", "same_text", "near"} - {kind}
    assert fate(NEW, [OLD], Duplicates(**dict.fromkeys(others, "skip")), found) == INDEX


def test_a_reason_says_how_alike_near_ones_are() -> None:
    decided = fate(NEW, [OLD], Duplicates(near="skip"), [Duplicate("old", "near", 0.934)])
    assert decided.why.startswith("It says nearly the same as policies/returns.md (93% alike). Answers use that one")
    assert "alike" not in fate(NEW, [OLD], Duplicates(same_text="skip")).why


def test_of_two_on_their_way_the_one_that_was_announced_later_yields_since_it_has_found_the_other() -> None:
    policy, one = Duplicates(same_text="skip"), replace(OLD, is_current=False)
    assert fate(one, [NEW], policy, [Duplicate("new", "same_text")]) == INDEX
    assert fate(NEW, [one], policy).fate == "skip"


def test_who_is_not_announced_yet_may_have_been_so_before() -> None:
    assert fate(OLD, [replace(NEW, announced="")], Duplicates(same_text="skip"), [Duplicate("new", "same_text")]).fate == "skip"


def test_what_answers_use_already_stays_though_an_earlier_document_comes_to_say_the_same() -> None:
    current = replace(NEW, is_current=True)
    assert fate(replace(OLD, is_current=False), [current], Duplicates(same_text="skip"), [Duplicate("new", "same_text")]).fate == "skip"


def test_keep_newest_replaces_an_older_one_and_skips_what_comes_late() -> None:
    policy = Duplicates(same_text="keep_newest")
    assert (fate(NEW, [OLD], policy).fate, fate(NEW, [OLD], policy).other) == ("replace", "old")
    late = fate(OLD, [NEW], policy, [Duplicate("new", "same_text")])
    assert (late.fate, late.other) == ("skip", "new")
    assert "newer" in late.why


@pytest.mark.parametrize("policy", ["skip", "keep_newest"])
def test_of_two_at_the_same_moment_exactly_one_stays(policy: str) -> None:
    a, b = Standing("a", "a.md", MONDAY, "1"), Standing("b", "b.md", MONDAY, "1")
    chosen = Duplicates(same_text=policy)
    fates = {fate(a, [b], chosen, [Duplicate("b", "same_text")]).fate, fate(b, [a], chosen, [Duplicate("a", "same_text")]).fate}
    assert fates == ({"replace", "skip"} if policy == "keep_newest" else {"index", policy})


def test_no_document_yields_to_one_that_its_readers_may_not_read() -> None:
    policy = Duplicates(same_text="skip")
    assert fate(NEW, [OLD], policy, covers=lambda kept, dropped: (kept, dropped) != ("old", "new")) == INDEX
    assert fate(NEW, [OLD], policy, covers=lambda kept, dropped: (kept, dropped) == ("old", "new")).fate == "skip"


def test_only_a_document_with_the_same_readers_is_replaced() -> None:
    policy = Duplicates(same_text="keep_newest")
    assert fate(NEW, [OLD], policy, covers=lambda kept, dropped: kept == "new") == INDEX
    assert fate(NEW, [OLD], policy, covers=lambda kept, dropped: kept == "old") == INDEX
    assert fate(NEW, [OLD], policy).fate == "replace"


def test_a_document_is_no_duplicate_of_itself_or_of_one_that_is_not_indexed() -> None:
    policy = Duplicates(same_text="skip")
    assert fate(NEW, [NEW], policy, [Duplicate("new", "same_text")]) == INDEX
    assert fate(NEW, [], policy) == INDEX


def test_the_first_duplicate_that_decides_anything_is_named() -> None:
    found = [Duplicate("gone", "same_bytes"), Duplicate("closed", "same_text"), Duplicate("old", "same_text")]
    closed = Standing("closed", "staff/returns.md", MONDAY, "1")
    decided = fate(NEW, [OLD, closed], Duplicates(same_text="skip"), found, lambda kept, dropped: kept != "closed")
    assert (decided.fate, decided.other) == ("skip", "old")


@pytest.mark.parametrize(("field", "value"), [("near", "drop"), ("near_from", 0.69), ("near_from", 1.1), ("same_words", "skip")])
def test_a_policy_that_does_not_exist_is_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(ValidationError, match=field):
        Duplicates(**{field: value})
