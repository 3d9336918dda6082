"""Single rules of security groups, written directly into ministack's record of the group: its API drops prefix lists."""

from __future__ import annotations

from uuid import uuid4

from local.cloud import emulator
from local.cloud.recipes import Made, Recipe
from local.cloud.recorded import Properties

EVERYWHERE = {"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}


def security_group_rule(direction: str) -> Recipe:
    """The recipe of a rule; direction is IpPermissions or IpPermissionsEgress."""

    def create(properties: Properties, name: str) -> Made:
        rules = _rules(properties["GroupId"], direction)
        if direction == "IpPermissionsEgress":
            _drop_the_default(rules)
        rules.extend(_as_stored(properties))
        id = f"sgr-{uuid4().hex[:17]}"
        return id, {"Id": id}

    def delete(id: str, properties: Properties) -> None:
        stored = _as_stored(properties)
        rules = _rules(properties["GroupId"], direction)
        rules[:] = [each for each in rules if each not in stored]

    return Recipe(create, delete)


def _drop_the_default(rules: list[Properties]) -> None:
    """As on AWS, the first egress rule of a group replaces the one that allows all traffic."""
    default = _as_stored(EVERYWHERE)
    rules[:] = [each for each in rules if each not in default]


def _rules(group: str, direction: str) -> list[Properties]:
    found: list[Properties] = emulator.part("services.ec2")._security_groups.get(group, {}).setdefault(direction, [])
    return found


def _as_stored(properties: Properties) -> list[Properties]:
    stored: list[Properties] = emulator.part("services.cloudformation.provisioners")._ec2_sg_permissions([properties])
    return stored
