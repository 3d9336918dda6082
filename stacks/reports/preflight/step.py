"""One thing that an account needs, and how it is looked up."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Clients = Callable[[str, str], Any]
State = Literal["done", "missing", "unknown"]


@dataclass(frozen=True)
class Step:
    """One thing to do once. `check` answers (done, missing or unknown; what was seen); it may raise what boto3 raises.

    needs_account: whether the check asks the account; if not, it is made without credentials too.
    """

    title: str
    how: str
    check: Callable[[Clients], tuple[State, str]] | None = None
    needs_account: bool = True
