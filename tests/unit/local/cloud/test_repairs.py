from typing import Any

from local.cloud.repairs import REPAIRS, _lifecycle_rule, _with_key, repaired
from local.cloud.resource_types import EMULATED


def test_every_repaired_type_is_one_that_is_emulated() -> None:
    assert set(REPAIRS) <= set(EMULATED)


def test_a_repair_follows_each_create_and_update_with_the_new_properties() -> None:
    seen: list[Any] = []
    handler = {
        "create": lambda logical_id, properties, stack: ("id", {"Arn": "arn"}),
        "update": lambda id, old, new, stack: (id, {"Arn": "arn"}),
        "delete": lambda id, properties: None,
    }
    whole = repaired(handler, lambda id, attributes, properties: seen.append((id, attributes["Arn"], properties)))
    whole["create"]("Logical", {"Size": 1}, "stack")
    whole["update"]("id", {"Size": 1}, {"Size": 2}, "stack")
    assert seen == [("id", "arn", {"Size": 1}), ("id", "arn", {"Size": 2})]
    assert whole["delete"] is handler["delete"]


def test_a_lifecycle_rule_is_said_in_the_words_of_s3() -> None:
    rule = {
        "Id": "old",
        "Status": "Enabled",
        "ExpirationInDays": 30,
        "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
        "Transitions": [{"StorageClass": "GLACIER", "TransitionInDays": 90}],
    }
    assert _lifecycle_rule(rule) == {
        "ID": "old",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "Expiration": {"Days": 30},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
        "Transitions": [{"StorageClass": "GLACIER", "Days": 90, "Date": None}],
    }


def test_encryption_by_kms_without_a_key_names_the_account_s_own() -> None:
    assert _with_key({"SSEAlgorithm": "aws:kms"})["KMSMasterKeyID"] == "alias/aws/s3"
    assert _with_key({"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "mine"})["KMSMasterKeyID"] == "mine"
    assert _with_key({"SSEAlgorithm": "AES256"}) == {"SSEAlgorithm": "AES256"}
