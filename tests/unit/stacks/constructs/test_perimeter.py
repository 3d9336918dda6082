"""Whom the perimeter spares: nobody by default, and those an environment names."""

import json

from aws_cdk import App, Stack

from stacks.constructs.perimeter import key_policy
from stacks.constructs.settings import Perimeter
from stacks.environment import Environment, load


def exempt(environment: Environment) -> str:
    stack = Stack(App(), "any", env=environment.aws)
    statements = {each["Sid"]: each for each in stack.resolve(key_policy(stack, environment).to_json())["Statement"]}
    return json.dumps(statements["OnlyThroughServices"]["Condition"]["ArnNotLikeIfExists"]["aws:PrincipalArn"])


def test_no_role_of_people_is_exempt_unless_it_is_named() -> None:
    prod = load("prod")
    assert "BreakGlass" not in exempt(prod)
    named = prod.model_copy(update={"perimeter": Perimeter(break_glass_roles=("BreakGlass",))})
    assert ":role/BreakGlass" in exempt(named)
