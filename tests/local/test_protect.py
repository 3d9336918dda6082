"""Stack policies, set on the stacks of the local AWS, which keeps them and does not enforce them."""

import json

from local.app.aws import client
from operating import protect
from operating.protect import stack_policy


def test_every_stack_gets_its_policy_and_one_resource_may_be_let_go(deployment, monkeypatch, capsys):
    monkeypatch.delenv("ENV", raising=False)
    assert protect.main({}) == 0
    cloudformation = client("cloudformation")
    stacks = [each["StackName"] for page in cloudformation.get_paginator("describe_stacks").paginate() for each in page["Stacks"]]
    ours = [each for each in stacks if each.startswith("causeway-local-")]
    assert len(ours) > 5
    assert all(json.loads(cloudformation.get_stack_policy(StackName=each)["StackPolicyBody"]) == stack_policy() for each in ours)
    resources = cloudformation.list_stack_resources(StackName="causeway-local-data")["StackResourceSummaries"]
    bucket = next(each["LogicalResourceId"] for each in resources if each["ResourceType"] == "AWS::S3::Bucket")
    assert protect.main({"ALLOW": f"data/{bucket}"}) == 0
    assert json.loads(cloudformation.get_stack_policy(StackName="causeway-local-data")["StackPolicyBody"]) == stack_policy(bucket)
    capsys.readouterr()
    assert protect.main({}) == 0
    assert f"protected but for {bucket}" in capsys.readouterr().out
