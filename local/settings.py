"""Addresses and processes of the running local AWS, in `state.json`: written by what starts its parts, read by everything else.

It is stored in `.causeway`, or in the folder that CAUSEWAY_STATE names for a second deployment beside the first.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from local.process import Process

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
    """What runs now; an address is empty until its server answers.

    processes: by part (`cloud`, `search`, `chat`, `embedding-...`); `make down` ends all of them.
    """

    cloud_url: str = ""
    search_url: str = ""
    chat_url: str = ""
    region: str = REGION
    account: str = ACCOUNT
    access_key_id: str = ACCESS_KEY_ID
    processes: dict[str, Process] = field(default_factory=dict)

    def aws_variables(self) -> dict[str, str]:
        """Environment variables with which any AWS tool or SDK, including the CDK CLI, uses this cloud."""
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
    """The state that was written last; an empty one when nothing runs."""
    if not file.exists():
        return State()
    stored = json.loads(file.read_text())
    known = {each.name: stored[each.name] for each in fields(State) if each.name in stored}
    processes = {part: Process(**each) for part, each in known.pop("processes", {}).items()}
    return State(**known, processes=processes)


def update(*, file: Path = STATE_FILE, processes: Mapping[str, Process | None] | None = None, **addresses: str) -> State:
    """Merge addresses and processes into the state, one writer at a time; a part whose process is None is removed."""
    with _locked(file):
        state = read(file)
        for name, value in addresses.items():
            setattr(state, name, value)
        merged = {**state.processes, **(processes or {})}
        state.processes = {part: process for part, process in merged.items() if process is not None}
        _replace(file, asdict(state))
    return state


def forget(file: Path = STATE_FILE) -> None:
    """Delete the state, when nothing runs any more."""
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
