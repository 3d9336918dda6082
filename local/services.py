"""The servers behind a local deployment: OpenSearch, the chat model and the local AWS."""

import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from local import places, processes, settings
from local.console import Console, Trouble
from local.fingerprint import fingerprint
from local.settings import ROOT, State

CLOUD_PYTHON = places.CLOUD_VENV / "bin" / "python"
STARTED_WITH = places.STATE / "servers.json"
HEALTH = "/_ministack/health"


@dataclass(frozen=True)
class Choice:
    """What the environment variables ask for.

    chat: "stand-in", "small", or the address of an OpenAI-compatible server.
    search: the address of another OpenSearch, or "" for our own.
    """

    chat: str
    search: str

    @classmethod
    def of_environment(cls) -> "Choice":
        """Raises Trouble when CHAT is something unknown."""
        chat, url = os.environ.get("CHAT") or "stand-in", os.environ.get("CAUSEWAY_CHAT_URL", "")
        if chat not in ("stand-in", "small"):
            raise Trouble(f"CHAT={chat} is unknown; it is small, or left out.")
        return cls(url.rstrip("/").removesuffix("/v1") or chat, os.environ.get("CAUSEWAY_OPENSEARCH_URL", "").rstrip("/"))


def start(console: Console, choice: Choice) -> bool:
    """Start all servers, unless those of the same kind run already; whether anything was started."""
    wanted = _started_with(choice)
    if _are_running() and STARTED_WITH.exists() and json.loads(STARTED_WITH.read_text()) == wanted:
        console.say("✓ The local AWS is running already")
        return False
    stop()
    _start_all(console, choice)
    STARTED_WITH.write_text(json.dumps(wanted))
    return True


def stop() -> list[str]:
    """Stop every server of this state folder; returns the names of those that ran."""
    state = settings.read()
    running = [name for name, pid in state.pids.items() if processes.is_ours(pid)]
    processes.stop(list(state.pids.values()))
    settings.forget()
    return running


def _start_all(console: Console, choice: Choice) -> None:
    cloud_port = processes.port(4566, "CAUSEWAY_PORT")
    search_url, chat_url = f"http://127.0.0.1:{processes.port(9200)}", choice.chat
    if not chat_url.startswith("http"):
        chat_url = f"http://127.0.0.1:{processes.port(8081)}"
    settings.update(search_url=search_url, chat_url=chat_url)
    with ThreadPoolExecutor(3) as pool:
        starting = [
            pool.submit(_search, console, choice.search, _port_of(search_url)),
            pool.submit(_chat, console, choice.chat, _port_of(chat_url)),
            pool.submit(_cloud, console, cloud_port, search_url, chat_url),
        ]
        for each in starting:
            each.result()


def _search(console: Console, other: str, port: int) -> None:
    engine = ["--upstream", other] if other else ["--engine-port", processes.port(9300)]
    title = f"Starting the search front before {urlsplit(other).hostname}" if other else "Starting OpenSearch"
    with console.step(title):
        _serve("search", ["local.search", "--folder", places.STATE / "search", "--port", port, *engine], f"http://127.0.0.1:{port}/")


def _chat(console: Console, chat: str, port: int) -> None:
    if chat.startswith("http"):
        return
    module, python = ("local.models.small", places.CHAT_VENV / "bin" / "python") if chat == "small" else ("local.models.chat", CLOUD_PYTHON)
    with console.step("Starting the small language model" if chat == "small" else "Starting the stand-in chat model"):
        _serve("chat", [module, "--port", port], f"http://127.0.0.1:{port}/health", python)


def _cloud(console: Console, port: int, search_url: str, chat_url: str) -> None:
    """An empty account: of the former one only files are left, which nothing would know any more."""
    shutil.rmtree(places.STATE / "cloud", ignore_errors=True)
    urls = ["--search-url", search_url, "--chat-url", chat_url]
    workers = ["--function-python", places.FUNCTION_VENV / "bin" / "python"]
    with console.step("Starting the local AWS"):
        arguments = ["local.cloud", "--port", port, *urls, "--folder", places.STATE / "cloud", *workers]
        _serve("cloud", arguments, f"http://127.0.0.1:{port}{HEALTH}")
    settings.update(cloud_url=f"http://127.0.0.1:{port}")


def _serve(name: str, arguments: list, url: str, python: Path = CLOUD_PYTHON) -> None:
    log = places.LOGS / f"{name}.log"
    process = processes.serve([python, "-m", *arguments], log=log, folder=ROOT, variables={"PYTHONUNBUFFERED": "1"})
    settings.update(pids={name: process.pid})
    processes.wait_for(url, process, what=f"The {name} server", log=log)


def _are_running() -> bool:
    state: State = settings.read()
    if not state.cloud_url or not all(processes.is_ours(pid) for pid in state.pids.values()):
        return False
    return processes.answers(state.cloud_url + HEALTH) and processes.answers(state.search_url + "/")


def _started_with(choice: Choice) -> dict[str, str]:
    """What the running servers depend on: a change of any starts them anew."""
    sources = [ROOT / "local" / name for name in ("cloud", "search", "models", "requirements.txt", "settings.py")]
    return {"sources": fingerprint(sources), "chat": choice.chat, "search": choice.search, "port": os.environ.get("CAUSEWAY_PORT", "")}


def _port_of(url: str) -> int:
    return urlsplit(url).port or 0
