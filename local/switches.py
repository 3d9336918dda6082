"""Switches of the commands: environment variables such as JSON=1 or STRICT=yes."""

import os

from local.console import Trouble

ON = {"1", "true", "yes", "on"}
OFF = {"", "0", "false", "no", "off"}


def is_on(name: str) -> bool:
    """Whether the variable switches something on; upper and lower case are the same. Raises Trouble for any other value."""
    value = os.environ.get(name, "").strip()
    if value.lower() not in ON | OFF:
        raise Trouble(f"{name}={value} is neither on nor off: use {name}=1 for on, {name}=0 for off.")
    return value.lower() in ON
