"""Preflight over the templates of prod as they are, with an account that is ready and one that is new."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from stacks.application import Causeway
from stacks.reports.assembly import Assembly
from stacks.reports.preflight.__main__ import FILE
from stacks.reports.preflight.page import page
from stacks.reports.preflight.quotas import instances_asked, quotas, reserved_concurrency
from stacks.reports.preflight.report import outcome, report
from stacks.reports.preflight.steps import steps
from tests.infrastructure.synthesized import Synthesized
from tests.unit.stacks.reports.preflight.accounts import Account, ready


@pytest.fixture
def assembly(prod: Synthesized) -> Assembly:
    return Assembly(cast(Causeway, SimpleNamespace(environment=prod.environment)), prod.folder)


def test_the_quotas_are_counted_from_the_templates(assembly: Assembly, prod: Synthesized) -> None:
    asked = {quota.name: quota.asked for quota in quotas(assembly)}
    assert asked == {
        "VPCs per region": 1,
        "elastic addresses": 3,
        "NAT gateways per zone": 1,
        "interface endpoints per VPC": len(prod.environment.network.interface_endpoints),
        "gateway endpoints per region": 2,
        "search nodes per domain": 3,
    }
    functions = prod.all("AWS::Lambda::Function")
    assert reserved_concurrency(assembly) == sum(each.properties["ReservedConcurrentExecutions"] for each in functions) > 200
    assert instances_asked(assembly) == {"ml.g5.xlarge": 6}


def test_the_committed_page_has_the_steps_of_prod(assembly: Assembly) -> None:
    assert FILE.read_text() == page(assembly), "write it anew: python -m stacks.reports.preflight --docs"


def test_an_account_that_lacks_nothing_leaves_only_the_address_of_a_fresh_clone(assembly: Assembly) -> None:
    account = Account(ready(assembly))
    seen = {step.title: outcome(step, account.clients)[0] for step in steps(assembly)}
    assert {title for title, state in seen.items() if state == "missing"} == {"Someone who hears alarms"}
    assert {title for title, state in seen.items() if state not in ("done", "missing")} == {"Quota: model requests per minute"}


def test_the_services_of_every_interface_endpoint_are_asked_for_by_name(assembly: Assembly, prod: Synthesized) -> None:
    asked: list[str] = []

    def services(call: Any) -> Any:
        asked.extend(call["ServiceNames"])
        return {"ServiceDetails": []}

    account = Account({**ready(assembly), ("ec2", "DescribeVpcEndpointServices"): services})
    text, missing = report(assembly, account.clients)
    assert missing
    assert set(asked) == {f"com.amazonaws.us-east-1.{name}" for name in prod.environment.network.interface_endpoints}
    assert "[ ] Endpoints in these zones: not available" in text


def test_a_new_account_is_told_what_its_quotas_lack(assembly: Assembly) -> None:
    new = {
        ("lambda", "GetAccountSettings"): {"AccountLimit": {"ConcurrentExecutions": 10, "UnreservedConcurrentExecutions": 10}},
        ("service-quotas", "ListServiceQuotas"): {
            "Quotas": [
                {"QuotaName": f"{kind} usage", "Value": 0.0} for kind in ("ml.g5.xlarge for endpoint", "ml.m5.4xlarge for processing job")
            ]
        },
        ("iam", "GetRole"): "NoSuchEntity",
    }
    text, missing = report(assembly, Account({**ready(assembly), **new}).clients)
    assert missing
    for title in (
        "Quota: concurrent executions",
        "Quota: ml.g5.xlarge",
        "Quota: ml.m5.4xlarge",
        "Service-linked role of config",
        "Service-linked role of OpenSearch",
    ):
        assert f"[ ] {title}" in text, title
