"""Tools that go outside need a way out, and a domain's own functions are named by their ARN."""

from dataclasses import replace
from typing import Any

import pytest
from aws_cdk import App, Stack

from stacks.agents.domain_layer import Needs
from stacks.agents.outside import OutsideFunction, function_arns
from stacks.constructs.shared import Shared
from stacks.environment import InvalidEnvironment, load

NOTHING: Any = None


def test_tools_that_go_outside_are_refused_where_there_is_no_way_out() -> None:
    shared = Shared(load("dev"), NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING)
    given = {"settings": load("dev"), "shared": replace(shared, outside=None), "key": NOTHING, "layers": ()}
    with pytest.raises(InvalidEnvironment, match=r"domains/bookshop go outside \(fetch, order\), and network\.nat_gateways=none"):
        OutsideFunction(Stack(App(), "s"), "Outside", **given, needs=Needs(outside=("fetch", "order")))


def test_functions_of_a_domain_are_those_of_the_account_and_no_others() -> None:
    stack = Stack(App(), "s", env=load("dev").model_copy(update={"account": "111122223333"}).aws)
    (arn,) = function_arns(stack, Needs(functions=("library-lend:live",)))
    assert arn.split(":", 2)[2] == "lambda:us-east-1:111122223333:function:library-lend:live"
