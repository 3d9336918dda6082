"""Have CloudFormation refuse updates that would replace or delete what keeps data: a stack policy for each stack.

    python -m operating.protect

It lists the stacks of ENV (local without) with what protects each, and sets the policy; in a real account GO=1 does what is only shown
without it. ALLOW=STACK/LOGICAL_ID lets an update do as it likes with that one resource until the command runs again without ALLOW.
docs/decisions/268-stack-policies-are-set-by-a-command.md says why no template holds this.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local.console import Trouble, command, counted
from local.switches import is_on
from operating.account import Account, account
from stacks.reports.diff.stateful import HOLDS

NOT_DEPLOYED = ("DELETE_COMPLETE", "REVIEW_IN_PROGRESS")


@dataclass(frozen=True)
class Protected:
    """A stack. allowed: the logical id that an update may replace or delete, "" for none. policy: as it has it now, "" for none."""

    client: Any
    name: str
    allowed: str
    policy: str

    @property
    def wanted(self) -> str:
        return json.dumps(stack_policy(self.allowed), sort_keys=True)

    @property
    def state(self) -> str:
        if not self.policy:
            return "not protected"
        held = json.loads(self.policy)
        if held == stack_policy():
            return "protected"
        others = [each.removeprefix("LogicalResourceId/") for part in held["Statement"] for each in _list(part.get("NotResource"))]
        return f"protected but for {', '.join(others)}" if others and held == stack_policy(*others) else "has another policy"


def stack_policy(*allowed: str) -> dict[str, Any]:
    """Every update is allowed but those that replace or delete a resource of a type that keeps data. allowed: logical ids left out."""
    deny = {"Effect": "Deny", "Principal": "*", "Action": ["Update:Replace", "Update:Delete"]}
    names = [f"LogicalResourceId/{each}" for each in allowed if each]
    beside = {"NotResource": names} if names else {"Resource": "*"}
    keeps = {"Condition": {"StringEquals": {"ResourceType": sorted(HOLDS)}}}
    return {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "Update:*", "Resource": "*"}, {**deny, **beside, **keeps}]}


def main(environ: Mapping[str, str] = os.environ) -> int:
    where, allow = account(), environ.get("ALLOW", "").strip()
    stacks = list(_stacks(where, allow))
    changes = [each for each in stacks if each.state == "not protected" or json.loads(each.policy) != json.loads(each.wanted)]
    print("\n".join(f"  {each.name:32} {each.state}" for each in stacks))
    if where.is_real and changes and not is_on("GO"):
        print(f"{counted(len(changes), 'stack')} to change. Nothing is done yet: repeat the command with GO=1.")
        return 1
    for each in changes:
        each.client.set_stack_policy(StackName=each.name, StackPolicyBody=each.wanted)
    print(f"{where.environment} ({where.where}): set for {counted(len(changes), 'stack')} of {len(stacks)}.")
    return 0


def _stacks(where: Account, allow: str) -> Iterator[Protected]:
    """In every region of the environment. Raises Trouble when nothing is deployed, or ALLOW names nothing that keeps data."""
    prefix = f"causeway-{where.environment}-"
    stack, _, resource = allow.partition("/")
    clients = [make("cloudformation") for make in (where.client, where.of_copies) if make]
    found = [(client, name) for client in clients for name in _names(client, prefix)]
    if not found:
        raise Trouble(f"{where.environment} ({where.where}) has no stack that begins with {prefix}")
    if allow and not any(name == prefix + stack and _keeps(client, name, resource) for client, name in found):
        raise Trouble(f"ALLOW={allow}: write STACK/LOGICAL_ID of something that keeps data, as in stacks/reports/diff/stateful.yaml")
    for client, name in found:
        policy = client.get_stack_policy(StackName=name).get("StackPolicyBody", "")
        yield Protected(client, name, resource if name == prefix + stack else "", policy)


def _names(client: Any, prefix: str) -> list[str]:
    pages = client.get_paginator("describe_stacks").paginate()
    stacks = [each for page in pages for each in page["Stacks"] if each["StackStatus"] not in NOT_DEPLOYED]
    return sorted(each["StackName"] for each in stacks if each["StackName"].startswith(prefix))


def _keeps(client: Any, stack: str, resource: str) -> bool:
    pages = client.get_paginator("list_stack_resources").paginate(StackName=stack)
    kinds = {each["LogicalResourceId"]: each["ResourceType"] for page in pages for each in page["StackResourceSummaries"]}
    return kinds.get(resource) in HOLDS


def _list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value] if value else []


if __name__ == "__main__":
    command(main)
