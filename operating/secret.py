"""Set the key that tools send to a service, go back to the former one, or list the keys. No key is ever shown.

    python -m operating.secret

NAME names the key. Its value is asked for without being shown, or read from the standard input; it is no argument and no variable, which
other processes and the shell's history would have. BACK=1 returns to the former value. ENV names the environment (local without). In a
real account GO=1 does what is only shown without it.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from getpass import getpass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from causeway.runtime.secrets import LONGEST, SHORTEST, is_usable
from local.console import Trouble, command
from local.switches import is_on
from operating.account import Account, account

CURRENT, FORMER = "AWSCURRENT", "AWSPREVIOUS"
IN_USE = "Functions use it within five minutes, or as soon as the service refuses the other one."


class Keys:
    """The secrets of one environment, whose values it can set and not read."""

    def __init__(self, where: Account) -> None:
        self.where, self.names = where, where.parameter("agents/secrets").split(",")
        self._secrets, self._parameters = where.client("secretsmanager"), where.client("ssm")

    def shown(self) -> list[str]:
        return [f"{self.where.environment} ({self.where.where})", *(f"  {name:20} {self._state(name)}" for name in self.names)]

    def set(self, name: str, value: str) -> None:
        _told(lambda: self._secrets.put_secret_value(SecretId=self._id(name), SecretString=value))
        self._remember(name)

    def back(self, name: str) -> None:
        """Raises Trouble where there is no former value."""
        stages = self._stages(name)
        if FORMER not in stages or CURRENT not in stages:
            raise Trouble(f"NAME={name} has no former value: set it, with make secret NAME={name}.")
        moved = {"VersionStage": CURRENT, "MoveToVersionId": stages[FORMER], "RemoveFromVersionId": stages[CURRENT]}
        _told(lambda: self._secrets.update_secret_version_stage(SecretId=self._id(name), **moved))

    def _state(self, name: str) -> str:
        stages, described = self._stages(name), self._described(name)
        if CURRENT not in stages:
            return "NOT SET: tools that send it are refused"
        changed = described.get("LastChangedDate")
        when = f"changed {changed:%Y-%m-%d %H:%M %Z}" if changed else "set"
        return f"{when}{', BACK=1 returns to a former value' if FORMER in stages else ''}"

    def _stages(self, name: str) -> dict[str, str]:
        """Label → id of the version that has it."""
        versions = self._described(name).get("VersionIdsToStages") or {}
        return {stage: version for version, stages in versions.items() for stage in stages}

    def _described(self, name: str) -> Any:
        return _told(lambda: self._secrets.describe_secret(SecretId=self._id(name)))

    def _id(self, name: str) -> str:
        return f"causeway-{self.where.environment}-tool-{name}"

    def _remember(self, name: str) -> None:
        """When it was set, in a parameter that tells EventBridge when it has not changed for so many days."""
        days = self.where.parameter("agents/secret-days")
        policy = {"Type": "NoChangeNotification", "Version": "1.0", "Attributes": {"After": days, "Unit": "Days"}}
        try:
            self._parameters.put_parameter(
                Name=f"/causeway/{self.where.environment}/agents/secret/{name}",
                Description=f"When the key {name} was set",
                Value=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
                Type="String",
                Tier="Advanced",
                Overwrite=True,
                Policies=json.dumps([policy]),
            )
        except (ClientError, BotoCoreError) as error:
            raise Trouble(f"{name} is set and in use, but nobody will be reminded of its age: {error}") from error


def main(environ: Mapping[str, str] = os.environ, asked: Callable[[str], str] | None = None) -> int:
    """asked: reads the value after the words it is given; the terminal or the standard input without."""
    keys, name, back = Keys(account()), environ.get("NAME", "").strip(), is_on("BACK")
    if not name:
        print("\n".join(keys.shown()))
        return 0
    if name not in keys.names:
        raise Trouble(f"NAME={name} is no key that a tool sends. There are: {', '.join(keys.names)}.")
    where = keys.where
    print(f"{where.environment} ({where.where}): {name} {'returns to its former value' if back else 'gets a new value'}")
    if where.is_real and not is_on("GO"):
        print("Nothing is done yet: repeat the command with GO=1.")
        return 0
    if back:
        keys.back(name)
    else:
        keys.set(name, _value(name, asked or _typed))
    print(f"Done. {IN_USE}")
    return 0


def _value(name: str, asked: Callable[[str], str]) -> str:
    """Raises Trouble, which does not say what was typed."""
    value = asked(f"Value of {name}, which is not shown: ").strip()
    if not is_usable(value):
        raise Trouble(f"This is no value for {name}: it has {SHORTEST} to {LONGEST:,} printable ASCII characters. Nothing was changed.")
    return value


def _typed(words: str) -> str:
    return getpass(words) if sys.stdin.isatty() else sys.stdin.readline()


def _told(call: Callable[[], Any]) -> Any:
    """Raises Trouble for what AWS refuses; its answers hold no value."""
    try:
        return call()
    except (ClientError, BotoCoreError) as error:
        raise Trouble(f"Secrets Manager refuses: {error}") from error


if __name__ == "__main__":
    command(main)
