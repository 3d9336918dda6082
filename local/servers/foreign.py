"""Checks of servers that environment variables name and others run, before anything is started.

Every Trouble names the variable and what to change. No message contains a password or a key.
"""

import http.client
import json
import os
from typing import Any
from urllib.parse import urlsplit

from local.console import Trouble
from local.search.front import Upstream

CHAT, CHAT_MODEL, CHAT_KEY, SEARCH = "CAUSEWAY_CHAT_URL", "CAUSEWAY_CHAT_MODEL", "CAUSEWAY_CHAT_KEY", "CAUSEWAY_OPENSEARCH_URL"
OLDEST_SEARCH = (2, 10)  # the first with hybrid queries and their normalization
PLUGINS = {"opensearch-knn", "opensearch-neural-search"}
INDEX = "passages"
SECONDS = 10.0


def chat_model(url: str, wanted: str = "", key: str = "") -> str:
    """The wanted model, or the first that the server lists. Raises Trouble when the server does not have it."""
    said = _get(CHAT, url, "/v1/models", {"Authorization": f"Bearer {key}"} if key else {}, f"put its key into {CHAT_KEY}")
    try:
        models = [str(model["id"]) for model in said["data"]]
    except (KeyError, TypeError):
        models = []
    if not models:
        raise Trouble(f"{CHAT}: {shown(url)} lists no model at /v1/models; it must be an OpenAI-compatible server that has one loaded.")
    if wanted and wanted not in models:
        raise Trouble(f"{CHAT_MODEL}={wanted} is not at {shown(url)}; it has {', '.join(models)}.")
    return wanted or models[0]


def require_search(url: str) -> None:
    """Raises Trouble unless an OpenSearch answers there that can do what the app needs."""
    access = "put a user and password into it, as in https://user:password@host:9200"
    said = _get(SEARCH, url, "/", {}, access)
    version = said.get("version", {}) if isinstance(said, dict) else {}
    number, distribution = str(version.get("number", "")), version.get("distribution")
    if distribution != "opensearch":
        found = f"{distribution or 'Elasticsearch'} {number}" if number else "something else"
        raise Trouble(f"{SEARCH}: {shown(url)} is {found}, not OpenSearch; name an OpenSearch server.")
    if tuple(int(part) for part in number.split(".")[:2]) < OLDEST_SEARCH:
        oldest = ".".join(map(str, OLDEST_SEARCH))
        raise Trouble(f"{SEARCH}: {shown(url)} is OpenSearch {number}; hybrid search needs {oldest} or newer.")
    there = {plugin["component"] for plugin in _get(SEARCH, url, "/_cat/plugins?format=json&h=component", {}, access)}
    if missing := sorted(PLUGINS - there):
        raise Trouble(f"{SEARCH}: {shown(url)} lacks {' and '.join(missing)}; install what is missing there, or name another server.")


def require_no_passages(url: str) -> None:
    """Raises Trouble when the server holds passages, because the registry of a new account does not know them."""
    client = Upstream(url, SECONDS)
    response, content = client.request("GET", f"/_alias/{INDEX}", b"", {})
    if response.status == 200:
        names = ", ".join(json.loads(content))
        raise Trouble(
            f"{SEARCH}: {shown(url)} holds passages of an earlier deployment ({names}), and this one begins with an empty registry. "
            f"Delete that index there if nobody needs it (DELETE /{names}), or name another server."
        )


def shown(url: str) -> str:
    """The address without user and password."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def secret(variable: str) -> str:
    """The variable's value, empty when it is not set."""
    return os.environ.get(variable, "")


def _get(variable: str, url: str, path: str, headers: dict[str, str], access: str) -> Any:
    """The JSON that GET returns. access: what to do when the server asks for credentials. Raises Trouble."""
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise Trouble(f"{variable} must be an address such as http://127.0.0.1:8080, not {url!r}.")
    try:
        response, content = Upstream(url, SECONDS).request("GET", path, b"", headers)
    except TimeoutError as late:
        raise Trouble(f"{variable}: {shown(url)} takes connections, but gave no answer for {SECONDS:.0f} s; is it still loading?") from late
    except (OSError, http.client.HTTPException) as error:
        raise Trouble(f"{variable}: {shown(url)} does not answer ({error}); start that server, or name another one.") from error
    if response.status in (401, 403):
        raise Trouble(f"{variable}: {shown(url)} answers {response.status}: it needs credentials; {access}.")
    if response.status != 200:
        raise Trouble(f"{variable}: {shown(url)} answers {response.status} to GET {path}; is that the server's base address?")
    try:
        return json.loads(content)
    except ValueError as error:
        raise Trouble(f"{variable}: {shown(url)} answers GET {path} with something that is not JSON.") from error
