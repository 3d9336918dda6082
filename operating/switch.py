"""Show the switches of a deployment, or put one on or off. It acts within a minute, without a deployment of the app.

    python -m operating.switch

NAME and VALUE (on or off) name the switch, TENANT whose it is (everyone's without), ENV the environment (local without). In a real
account GO=1 does what is only shown without it.
"""

import os
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from causeway.runtime.switches import Positions, Switches
from local.console import Trouble, command
from local.switches import is_on
from operating.account import Account, account
from operating.deployed import DeployedDocument

VALUES = {"on": True, "off": False}


def main(environ: Mapping[str, str] = os.environ) -> int:
    where = account()
    document = DeployedDocument(where, "switches")
    found = document.read()
    now = Switches.model_validate_json(found.text)
    name, value, tenant = (environ.get(each, "").strip() for each in ("NAME", "VALUE", "TENANT"))
    if not (name or value or tenant):
        print("\n".join(shown(now, where)))
        return 0
    wanted = switched(now, name, value, tenant)
    sentence = f"{name} of {tenant or 'everyone'}: {'off → on' if VALUES[value] else 'on → off'}"
    if wanted == now:
        print(f"{name} of {tenant or 'everyone'} is {value} already.")
        return 0
    print(f"{where.environment} ({where.where}): {sentence}")
    if where.is_real and not is_on("GO"):
        print("Nothing is done yet: repeat the command with GO=1.")
        return 0
    document.deploy(wanted.model_dump_json(exclude_defaults=True), found, sentence)
    print(f"Deployed. Every function knows it within a minute.{_still_off(wanted, name, value, tenant)}")
    return 0


def switched(now: Switches, name: str, value: str, tenant: str) -> Switches:
    """The switches with one of them changed. Raises Trouble that names what there is instead."""
    if name not in Positions.model_fields:
        raise Trouble(f"NAME={name} is no switch. There are: {', '.join(Positions.model_fields)}.")
    if value not in VALUES:
        raise Trouble(f"VALUE={value} is neither on nor off.")
    content: dict[str, Any] = now.model_dump(exclude_defaults=True)
    part = content.setdefault("tenants", {}).setdefault(tenant, {}) if tenant else content.setdefault("everyone", {})
    part[name] = VALUES[value]
    try:
        return _tidied(Switches.model_validate(content))
    except ValidationError as error:
        raise Trouble(f"TENANT={tenant} is no name of a tenant: {error.errors()[0]['msg']}.") from error


def _tidied(switches: Switches) -> Switches:
    """Without tenants of which nothing is off."""
    return switches.model_copy(update={"tenants": {name: each for name, each in switches.tenants.items() if each != Positions()}})


def shown(switches: Switches, where: Account) -> list[str]:
    """A line for each switch: where it stands for everyone, and for which tenants it is off."""
    lines = [f"{where.environment} ({where.where})"]
    for name, field in Positions.model_fields.items():
        off = [tenant for tenant, own in switches.tenants.items() if not getattr(own, name)]
        position = "on" if getattr(switches.everyone, name) else "OFF"
        exceptions = f"off for {', '.join(sorted(off))}; " if off else ""
        lines.append(f"  {name:12} {position:4} {exceptions}{field.description}")
    return lines


def _still_off(switches: Switches, name: str, value: str, tenant: str) -> str:
    if value == "off" or not tenant or getattr(switches.everyone, name):
        return ""
    return f" It stays off for {tenant} all the same: it is off for everyone."


if __name__ == "__main__":
    command(main)
