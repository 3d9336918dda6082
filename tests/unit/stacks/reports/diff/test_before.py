"""What is compared with: a commit that a person names, or what an account has."""

import json
from datetime import UTC, datetime

import boto3
import pytest
from botocore.stub import Stubber

from stacks.environment import load
from stacks.reports.diff import before
from stacks.reports.diff.before import NothingBefore, deployed, named

TEMPLATE = {"Resources": {"Books": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "books-of-the-test"}}}}


def test_a_commit_is_known_by_any_name_that_git_knows():
    assert named("HEAD") == named(named("HEAD"))


@pytest.mark.parametrize("since", ["no-such-commit", "HEAD^{tree}x", "--all"])
def test_another_name_is_told(since):
    with pytest.raises(NothingBefore, match="git knows no such commit"):
        named(since)


def test_release_needs_a_tag(monkeypatch):
    monkeypatch.setattr(before, "_git", lambda *arguments: "")
    with pytest.raises(NothingBefore, match="has a tag"):
        named("release")


class Account:
    """Answers of CloudFormation, held to its model: stack → template, by region."""

    def __init__(self, **regions):
        self._regions = regions

    def __call__(self, service, region):
        client = boto3.client(service, region_name=region, aws_access_key_id="none", aws_secret_access_key="none")
        stub, stacks = Stubber(client), self._regions.get(region.replace("-", "_"), {})
        self._answer(stub, stacks)
        stub.activate()
        return client

    @staticmethod
    def _answer(stub, stacks):
        for name, (state, template) in stacks.items():
            if state is None:
                stub.add_client_error("describe_stacks", "ValidationError", f"Stack with id {name} does not exist")
                continue
            stack = {"StackName": name, "StackStatus": state, "CreationTime": datetime(2026, 1, 1, tzinfo=UTC)}
            stub.add_response("describe_stacks", {"Stacks": [stack]}, {"StackName": name})
            if template is not None:
                stub.add_response("get_template", {"TemplateBody": template}, {"StackName": name, "TemplateStage": "Original"})


def test_what_is_deployed_is_read_where_each_stack_is():
    account = Account(
        us_east_1={"causeway-dev-data": ("UPDATE_ROLLBACK_COMPLETE", json.dumps(TEMPLATE))},
        us_west_2={"causeway-dev-replica": ("CREATE_COMPLETE", json.dumps({"Resources": {}}))},
    )
    found = deployed(account, load("dev"), {"data": "us-east-1", "replica": "us-west-2"})
    assert found == {"data": TEMPLATE, "replica": {"Resources": {}}}


@pytest.mark.parametrize("state", [None, "REVIEW_IN_PROGRESS", "DELETE_COMPLETE", "ROLLBACK_COMPLETE"])
def test_an_account_without_the_app_is_told(state):
    with pytest.raises(NothingBefore, match="no stack of dev is deployed in this account: everything would be new"):
        deployed(Account(us_east_1={"causeway-dev-data": (state, None)}), load("dev"), {"data": "us-east-1"})
