"""What the policy of a bus lets another account put on it."""

from typing import Any

import pytest

from local.cloud.other_accounts import permits

ACCOUNT = "111122223333"
STATEMENT = {
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
    "Action": "events:PutEvents",
    "Condition": {"StringEquals": {"events:source": ["supplier"], "events:detail-type": "Late"}, "Null": {"events:source": "false"}},
}
ENTRY = {"Source": "supplier", "DetailType": "Late"}


def test_an_account_that_is_named_puts_what_is_named() -> None:
    assert permits(STATEMENT, ACCOUNT, ENTRY)


@pytest.mark.parametrize(
    ("account", "entry", "change"),
    [
        ("444455556666", ENTRY, {}),
        (ACCOUNT, {**ENTRY, "Source": "another"}, {}),
        (ACCOUNT, {**ENTRY, "DetailType": "Lost"}, {}),
        (ACCOUNT, {"DetailType": "Late"}, {}),
        (ACCOUNT, ENTRY, {"Action": ["events:PutRule"]}),
        (ACCOUNT, ENTRY, {"Effect": "Deny"}),
    ],
)
def test_anybody_and_anything_else_is_refused(account: str, entry: dict[str, str], change: dict[str, Any]) -> None:
    assert not permits({**STATEMENT, **change}, account, entry)


def test_a_condition_that_is_not_known_is_not_taken_for_met() -> None:
    with pytest.raises(ValueError, match="StringLike"):
        permits({**STATEMENT, "Condition": {"StringLike": {"events:source": "supplier*"}}}, ACCOUNT, ENTRY)
