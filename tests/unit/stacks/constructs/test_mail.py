"""Real addresses open no finding: those of the committed files are placeholders, which subscribe nobody."""

import json
from typing import Any

from aws_cdk import App, assertions

from stacks.application import PACKS, set_feature_flags
from stacks.constructs.secure_defaults import secure
from stacks.environment import load
from stacks.foundation.stack import FoundationStack


def test_whoever_names_addresses_for_alarms_can_still_deploy() -> None:
    app, prod = App(), load("prod")
    addresses = ("night@example.com", "day@example.com")
    named = prod.model_copy(update={"foundation": prod.foundation.model_copy(update={"alarm_emails": addresses})})
    set_feature_flags(app)
    secure(app, named, log_retention=named.log_retention, recovery_days=named.data.recovery_days)
    stack = FoundationStack(app, "causeway-prod-foundation", environment=named)
    packs = [pack(app) for pack in PACKS]
    assert [each.rule_name for pack in packs for each in pack.validate_scope(app).violations if "SNS" in each.rule_name] == []
    template: dict[str, Any] = assertions.Template.from_stack(stack).to_json()
    mailed = [each["Properties"] for each in template["Resources"].values() if each["Type"] == "AWS::SNS::Subscription"]
    assert sorted(each["Endpoint"] for each in mailed) == sorted(addresses)
    queues = [name for name, each in template["Resources"].items() if each["Type"] == "AWS::SQS::Queue"]
    assert len(queues) == 1, "one for all addresses"
    assert all(queues[0] in json.dumps(each["RedrivePolicy"]) for each in mailed)
    keys = [each["Properties"]["KeyPolicy"] for each in template["Resources"].values() if each["Type"] == "AWS::KMS::Key"]
    assert any("sns.amazonaws.com" in json.dumps(each) for each in keys), "or SNS could not write to the queue"
