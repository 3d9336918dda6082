"""What stands before the API blocks what it should, and nothing that users are allowed."""

import json
import re
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Template

from causeway.batches.contract import MAX_BYTES
from stacks.assistant.firewall import Firewall
from stacks.environment import load
from tests.infrastructure.synthesized import Synthesized
from tests.infrastructure.test_assistant import ROUTES, only

# As AWS documents them ("Baseline rule groups", "IP reputation rule groups", "Use-case specific rule groups" of the WAF guide).
GROUP_UNITS = {
    "AWSManagedRulesAmazonIpReputationList": 25,
    "AWSManagedRulesAnonymousIpList": 50,
    "AWSManagedRulesCommonRuleSet": 700,
    "AWSManagedRulesKnownBadInputsRuleSet": 200,
    "AWSManagedRulesSQLiRuleSet": 200,
}
RATE_UNITS, REGEX_UNITS, SIZE_UNITS, GEO_UNITS = 2, 3, 1, 1
UNITS_IN_THE_PRICE = 1500


def rules(app: Synthesized) -> dict[str, Any]:
    return {each["Name"]: each for each in only(app, "AWS::WAFv2::WebACL").properties["Rules"]}


def units(statement: dict[str, Any]) -> int:
    """The capacity of a statement; it fails for a kind that it does not know. No text is transformed, which would cost 10."""
    ((kind, inside),) = statement.items()
    assert all(each["Type"] == "NONE" for each in inside.get("TextTransformations", []))
    if kind == "ManagedRuleGroupStatement":
        return GROUP_UNITS[inside["Name"]]
    if kind == "RateBasedStatement":
        return RATE_UNITS + (units(inside["ScopeDownStatement"]) if "ScopeDownStatement" in inside else 0)
    if kind == "NotStatement":
        return units(inside["Statement"])
    if kind in ("AndStatement", "OrStatement"):
        return sum(units(each) for each in inside["Statements"])
    return {"RegexMatchStatement": REGEX_UNITS, "SizeConstraintStatement": SIZE_UNITS, "GeoMatchStatement": GEO_UNITS}[kind]


def matches(statement: dict[str, Any], path: str, **headers: str) -> bool:
    """Whether a request with an empty body matches. headers: with `_` for `-`."""
    ((kind, inside),) = statement.items()
    if kind == "NotStatement":
        return not matches(inside["Statement"], path, **headers)
    if kind in ("AndStatement", "OrStatement"):
        join = all if kind == "AndStatement" else any
        return join(matches(each, path, **headers) for each in inside["Statements"])
    if kind == "RegexMatchStatement":
        return re.search(inside["RegexString"], path) is not None
    assert kind == "SizeConstraintStatement"
    assert inside["ComparisonOperator"] == "GT"
    if "Body" in inside["FieldToMatch"]:
        return False
    value = headers.get(inside["FieldToMatch"]["SingleHeader"]["Name"].replace("-", "_"))
    return value is not None and len(value) > inside["Size"]


def test_every_rule_blocks_where_the_environment_does_not_count(app: Synthesized) -> None:
    blocks = app.environment.assistant.firewall_mode == "block"
    for name, rule in rules(app).items():
        acts = rule.get("Action") or rule["OverrideAction"]
        assert set(acts) == ({"Block" if "Action" in rule else "None"} if blocks else {"Count"}), name
    assert app.name != "prod" or blocks


def test_injection_bad_inputs_reputation_and_anonymous_addresses_are_looked_for(app: Synthesized) -> None:
    groups = {name: rule["Statement"]["ManagedRuleGroupStatement"] for name, rule in rules(app).items() if "OverrideAction" in rule}
    assert groups.keys() == GROUP_UNITS.keys()
    counted = {
        name: {each["Name"] for each in group["RuleActionOverrides"]} for name, group in groups.items() if "RuleActionOverrides" in group
    }
    assert counted == {
        "AWSManagedRulesAnonymousIpList": {"HostingProviderIPList"},
        # SizeRestrictions_BODY would block the 256 KB of a batch.
        "AWSManagedRulesCommonRuleSet": {"CrossSiteScripting_BODY", "GenericLFI_BODY", "GenericRFI_BODY", "SizeRestrictions_BODY"},
        "AWSManagedRulesSQLiRuleSet": {"SQLi_BODY", "SQLiExtendedPatterns_BODY"},
    }
    for group in groups.values():
        assert group.keys() <= {"Name", "VendorName", "RuleActionOverrides"}, group  # it looks at every request, by AWS's own version
        assert group["VendorName"] == "AWS"


def test_the_rules_fit_into_the_capacity_that_is_in_the_price(app: Synthesized) -> None:
    total = sum(units(rule["Statement"]) for rule in rules(app).values())
    assert total == 1186 <= UNITS_IN_THE_PRICE


def test_no_rate_and_no_throttle_refuses_a_user_before_the_users_own_limit(app: Synthesized) -> None:
    most = max(app.environment.assistant.questions_a_minute.values())
    (settings,) = only(app, "AWS::ApiGateway::Stage").properties["MethodSettings"]
    assert settings["ThrottlingRateLimit"] * 60 >= most
    with_token = {"path": "/v1/answers", "authorization": "Bearer x"}
    for name, rule in rules(app).items():
        rate = rule["Statement"].get("RateBasedStatement")
        if rate and ("ScopeDownStatement" not in rate or matches(rate["ScopeDownStatement"], **with_token)):
            assert rate["EvaluationWindowSec"] == 300
            assert app.environment.assistant.firewall_requests_per_five_minutes == rate["Limit"] > 5 * most, name


def test_each_address_is_counted_by_itself(app: Synthesized) -> None:
    rates = [rule["Statement"]["RateBasedStatement"] for rule in rules(app).values() if "RateBasedStatement" in rule["Statement"]]
    assert [each["AggregateKeyType"] for each in rates] == ["IP", "IP"]


def test_requests_without_a_token_and_to_open_paths_have_a_rate_of_their_own(app: Synthesized) -> None:
    rate = rules(app)["rate-limit-without-token"]["Statement"]["RateBasedStatement"]
    counted = rate["ScopeDownStatement"]
    assert rate["Limit"] == app.environment.assistant.firewall_open_requests_per_five_minutes == 100
    for route in ROUTES:
        path = f"/{app.name}{route.path}"
        assert matches(counted, path), route.path
        assert matches(counted, path, authorization="Bearer x") == route.open_to_all, route.path


def test_bodies_as_large_as_our_own_limits_pass_and_larger_ones_do_not(app: Synthesized) -> None:
    statement = rules(app)["body-size"]["Statement"]
    assert not matches(statement, "/v1/answers/batch", content_length=str(MAX_BYTES))
    assert matches(statement, "/v1/answers/batch", content_length="1000000")
    assert '"OversizeHandling": "MATCH"' in json.dumps(statement)


@pytest.fixture(scope="module")
def counting() -> Any:
    """The firewall of an environment that lists countries and counts."""
    stack, environment = Stack(App(), "edge"), load("staging")
    size = environment.assistant.model_copy(update={"firewall_mode": "count", "firewall_countries": ("DE", "US")})
    Firewall(stack, "Firewall", environment=environment.model_copy(update={"assistant": size}), logs_key=kms.Key(stack, "Key"))
    (acl,) = Template.from_stack(stack).find_resources("AWS::WAFv2::WebACL").values()
    return {each["Name"]: each for each in acl["Properties"]["Rules"]}


def test_a_firewall_that_counts_blocks_nothing(counting: Any) -> None:
    assert {json.dumps(rule.get("Action") or rule["OverrideAction"]) for rule in counting.values()} == {'{"Count": {}}'}


def test_requests_from_countries_that_are_not_listed_match(counting: Any) -> None:
    assert counting["countries"]["Statement"] == {"NotStatement": {"Statement": {"GeoMatchStatement": {"CountryCodes": ["DE", "US"]}}}}
    assert sum(units(rule["Statement"]) for rule in counting.values()) <= UNITS_IN_THE_PRICE
