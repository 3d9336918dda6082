from types import SimpleNamespace

import pytest

from local.app import deployment


class Account:
    """A stack that made the function `answers`, as CloudFormation and Lambda tell of it."""

    def __init__(self, status, functions):
        self.stacks = {"Stacks": [{"StackName": "app", "StackStatus": status}]}
        made = [{"ResourceType": "AWS::Lambda::Function", "PhysicalResourceId": "answers"}]
        self.pages = {
            "list_stack_resources": [{"StackResourceSummaries": made}],
            "list_functions": [{"Functions": [{"FunctionName": name} for name in functions]}],
        }

    def describe_stacks(self):
        return self.stacks

    def get_paginator(self, name):
        return SimpleNamespace(paginate=lambda **_: self.pages[name])


@pytest.mark.parametrize(
    ("status", "functions", "said"),
    [
        ("CREATE_COMPLETE", ["answers", "other"], ""),
        ("ROLLBACK_COMPLETE", ["answers"], ""),
        ("CREATE_IN_PROGRESS", ["answers"], "The last deployment was cut off half-way"),
        ("CREATE_COMPLETE", ["other"], "answers of the last deployment is gone"),
    ],
)
def test_an_account_is_damaged_when_a_deployment_was_cut_off_or_lost_a_function(status, functions, said):
    assert deployment.damage(lambda service: Account(status, functions)) == said
