"""The servers behind a local deployment: OpenSearch, the chat model and the local AWS."""

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from local import places, settings
from local.console import Console, Trouble
from local.fingerprint import fingerprint
from local.process import Process
from local.servers import foreign, processes
from local.settings import ROOT, State

CLOUD_PYTHON = places.CLOUD_VENV / "bin" / "python"
STARTED_WITH = places.STATE / "servers.json"
DOMAIN = places.STATE / "search"
HEALTH = "/_ministack/health"
SOURCES = ("cloud", "search", "models", "requirements.txt", "loopback.py", "process.py", "settings.py")


@dataclass(frozen=True)
class Choice:
    """The servers that the environment variables ask for.

    chat: "stand-in", "small", or the address of an OpenAI-compatible server. model: the model to ask there, "" for its first one.
    search: the address of another OpenSearch, "" for our own.
    """

    chat: str
    search: str
    model: str = ""

    @classmethod
    def of_environment(cls) -> "Choice":
        """Raises Trouble when CHAT has an unknown value."""
        chat, url = os.environ.get("CHAT") or "stand-in", os.environ.get(foreign.CHAT, "")
        if chat not in ("stand-in", "small"):
            raise Trouble(f"CHAT={chat} is unknown: use CHAT=small, or leave it out.")
        search = os.environ.get(foreign.SEARCH, "").rstrip("/")
        return cls(url.rstrip("/").removesuffix("/v1") or chat, search, os.environ.get(foreign.CHAT_MODEL, ""))

    @property
    def foreign_chat(self) -> bool:
        """Whether the chat server is not one of ours."""
        return self.chat not in ("stand-in", "small")


def start(console: Console, choice: Choice) -> None:
    """Start all servers, unless the same ones run already.

    The account keeps its content if `keeps` allows it; otherwise it starts empty.
    """
    model = foreign.chat_model(choice.chat, choice.model, foreign.secret(foreign.CHAT_KEY)) if choice.foreign_chat else ""
    if choice.search:
        foreign.require_search(choice.search)
    wanted, before = _started_with(choice), _last_start()
    if before.get("with") == wanted and _are_running():
        return console.say("✓ The local AWS is running already")
    stop()
    addresses = _addresses(choice, before.get("at", {}))
    now = {"with": wanted, "at": addresses}
    if not (keeps(before, now) and places.ACCOUNT.exists()):
        if choice.search:
            foreign.require_no_passages(choice.search)
        forget_the_account()
    STARTED_WITH.parent.mkdir(parents=True, exist_ok=True)
    STARTED_WITH.write_text(json.dumps(now))
    _start_all(console, choice, addresses, model)


def keeps(before: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether an account that was created with the servers of `before` works with those of `now`.

    It holds the addresses of the local AWS and of the search domain, and data that their code wrote; nothing in it names a chat model.
    """

    def held(start: dict[str, Any]) -> list[dict[str, str]]:
        return [{key: value for key, value in start.get(part, {}).items() if key not in ("chat", "model")} for part in ("with", "at")]

    return held(before) == held(now)


def stop() -> list[str]:
    """Stop every server of this state folder; returns the names of those that ran."""
    state = settings.read()
    running = [name for name, process in state.processes.items() if process.runs]
    processes.stop(list(state.processes.values()))
    settings.forget()
    return running


def forget_the_account() -> None:
    """Delete what the local AWS and its search domain hold, together: passages without their registry are of no use."""
    shutil.rmtree(places.ACCOUNT, ignore_errors=True)
    shutil.rmtree(DOMAIN, ignore_errors=True)


def _start_all(console: Console, choice: Choice, at: dict[str, str], model: str) -> None:
    settings.update(search_url=at["search"], chat_url=at["chat"])
    processes.together(
        lambda: _search(console, choice.search, _port_of(at["search"])),
        lambda: None if choice.foreign_chat else _chat(console, choice.chat, _port_of(at["chat"])),
        lambda: _cloud(console, at, model),
    )


def _addresses(choice: Choice, before: dict[str, str]) -> dict[str, str]:
    """The address of each server: the same as last time if the port is free."""

    def own(name: str, preferred: int, variable: str | None = None) -> str:
        return f"http://127.0.0.1:{processes.port(_port_of(before.get(name, '')) or preferred, variable)}"

    chat = choice.chat if choice.foreign_chat else own("chat", 8081)
    return {"cloud": own("cloud", 4566, "CAUSEWAY_PORT"), "search": own("search", 9200), "chat": chat}


def _search(console: Console, other: str, port: int) -> None:
    engine = ["--foreign"] if other else ["--engine-port", processes.port(9300)]
    title = f"Starting the search front before {urlsplit(other).hostname}" if other else "Starting OpenSearch"
    with console.step(title):
        _serve("search", ["local.search", "--folder", DOMAIN, "--port", port, *engine], f"http://127.0.0.1:{port}/")


def _chat(console: Console, chat: str, port: int) -> None:
    module, python = ("local.models.small", places.CHAT_VENV / "bin" / "python") if chat == "small" else ("local.models.chat", CLOUD_PYTHON)
    with console.step("Starting the small language model" if chat == "small" else "Starting the stand-in chat model"):
        _serve("chat", [module, "--port", port], f"http://127.0.0.1:{port}/health", python)


def _cloud(console: Console, at: dict[str, str], model: str) -> None:
    urls = ["--search-url", at["search"], "--chat-url", at["chat"], "--chat-model", model]
    places_of = ["--folder", places.ACCOUNT, "--function-python", places.FUNCTION_VENV / "bin" / "python"]
    with console.step("Starting the local AWS"):
        _serve("cloud", ["local.cloud", "--port", _port_of(at["cloud"]), *urls, *places_of], at["cloud"] + HEALTH)
    settings.update(cloud_url=at["cloud"])


def _serve(name: str, arguments: Sequence[object], url: str, python: Path = CLOUD_PYTHON) -> None:
    log = places.LOGS / f"{name}.log"
    process = processes.serve([python, "-m", *arguments], log=log, folder=ROOT, variables={"PYTHONUNBUFFERED": "1"})
    settings.update(processes={name: Process.of(process.pid)})
    processes.wait_for(url, process, what=f"The {name} server", log=log)


def _are_running() -> bool:
    state: State = settings.read()
    if not state.cloud_url or not all(process.runs for process in state.processes.values()):
        return False
    return processes.answers(state.cloud_url + HEALTH) and processes.answers(state.search_url + "/")


def _last_start() -> dict[str, Any]:
    return json.loads(STARTED_WITH.read_text()) if STARTED_WITH.exists() else {}


def _started_with(choice: Choice) -> dict[str, str]:
    """What the running servers depend on; when any of it changes, they are started again."""
    sources = [ROOT / "local" / name for name in SOURCES]
    named = {"chat": choice.chat, "model": choice.model, "port": os.environ.get("CAUSEWAY_PORT", "")}
    return {"sources": fingerprint(sources), "search": foreign.shown(choice.search) if choice.search else "", **named}


def _port_of(url: str) -> int:
    return urlsplit(url).port or 0
