"""Where the running local AWS is: `state.json`, written by those who start its parts and read by everyone else.

It lies in `.causeway`, or in the folder that CAUSEWAY_STATE names: a second deployment beside the first.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".causeway"
STATE_FILE = ROOT / os.environ.get("CAUSEWAY_STATE", ".causeway") / "state.json"
REGION = "us-east-1"
ACCOUNT = "000000000000"
PREFIX = "causeway-local-"  # of the names of stacks and functions
ACCESS_KEY_ID = "LOCALCAUSEWAY0000000"
SECRET_ACCESS_KEY = "not-a-secret"


@dataclass
class State:
    """What is running now; an address is empty until its server answers.

    pids: process ids by part (`cloud`, `search`, `chat`, `embedding-...`), all of which `make down` ends.
    """

    cloud_url: str = ""
    search_url: str = ""
    chat_url: str = ""
    region: str = REGION
    account: str = ACCOUNT
    access_key_id: str = ACCESS_KEY_ID
    pids: dict[str, int] = field(default_factory=dict)

    def aws_variables(self) -> dict[str, str]:
        """The environment with which any AWS tool or SDK, the CDK CLI included, talks to this cloud."""
        return {
            "AWS_ENDPOINT_URL": self.cloud_url,
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "CDK_DEFAULT_ACCOUNT": self.account,
            "CDK_DEFAULT_REGION": self.region,
        }


def read(file: Path = STATE_FILE) -> State:
    """The state as last written; an empty one when nothing runs."""
    if not file.exists():
        return State()
    stored = json.loads(file.read_text())
    return State(**{each.name: stored[each.name] for each in fields(State) if each.name in stored})


def update(*, file: Path = STATE_FILE, pids: dict[str, int | None] | None = None, **addresses: str) -> State:
    """Merge addresses and process ids into the state, one writer at a time; a pid of None is taken out."""
    with _locked(file):
        state = read(file)
        for name, value in addresses.items():
            setattr(state, name, value)
        merged = state.pids | (pids or {})
        state.pids = {part: pid for part, pid in merged.items() if pid is not None}
        _replace(file, asdict(state))
    return state


def forget(file: Path = STATE_FILE) -> None:
    """Nothing runs any more."""
    file.unlink(missing_ok=True)


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _replace(file: Path, content: dict[str, Any]) -> None:
    fresh = file.with_suffix(f".{os.getpid()}")
    fresh.write_text(json.dumps(content, indent=2) + "\n")
    fresh.replace(file)
