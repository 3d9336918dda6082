"""Which revision of the protocol a request follows: a modern one says so in each request, an older one in a header or not at all."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from causeway.mcp.messages import BAD_REQUEST, INVALID_PARAMS, Heard, Message, Refusal

MODERN = ("2026-07-28",)
OLDER = ("2025-11-25", "2025-06-18", "2025-03-26")  # they begin with `initialize`, the latest first
WITH_BATCHES = OLDER[-1]  # also what a request without a version follows
UNSUPPORTED_VERSION, HEADER_MISMATCH = -32022, -32020
PREFIX = "io.modelcontextprotocol/"
VERSION, CAPABILITIES, SERVER = f"{PREFIX}protocolVersion", f"{PREFIX}clientCapabilities", f"{PREFIX}serverInfo"
HEADER = "mcp-protocol-version"
_ENCODED = re.compile(r"=\?base64\?(.*)\?=", re.DOTALL)


@dataclass(frozen=True)
class Revision:
    """asks: whether the client can put a form before its user."""

    version: str
    is_modern: bool = False
    asks: bool = False


def revision_of(message: Message, heard: Heard) -> Revision:
    """Raises Refusal for a request that follows no revision that is known here, or says two things at once."""
    told = message.params.get("_meta")
    meta, header = told if isinstance(told, dict) else {}, heard.headers.get(HEADER)
    if header is not None and header not in (*MODERN, *OLDER):
        raise _unsupported(header)
    if VERSION in meta or header in MODERN:
        return _modern(message, meta, heard.headers)
    return Revision(header or WITH_BATCHES)


def takes_batches(heard: Heard) -> bool:
    return heard.headers.get(HEADER, WITH_BATCHES) == WITH_BATCHES


def _modern(message: Message, meta: Mapping[str, Any], headers: Mapping[str, str]) -> Revision:
    version, capabilities = meta.get(VERSION), meta.get(CAPABILITIES)
    if not isinstance(version, str) or not isinstance(capabilities, dict):
        raise Refusal(INVALID_PARAMS, f"params._meta: {VERSION} (text) and {CAPABILITIES} (object) are required", BAD_REQUEST)
    if version not in MODERN:
        raise _unsupported(version)
    wanted = {HEADER: version, "mcp-method": message.method}
    if message.method == "tools/call":
        wanted["mcp-name"] = message.params.get("name")
    for name, value in wanted.items():
        if _decoded(headers.get(name)) != value:
            raise Refusal(HEADER_MISMATCH, f"The header {name} is not what the body says.", BAD_REQUEST)
    return Revision(version, is_modern=True, asks=_has_forms(capabilities))


def _has_forms(capabilities: Mapping[str, Any]) -> bool:
    """An `elicitation` that names no mode stands for forms."""
    modes = capabilities.get("elicitation")
    return isinstance(modes, dict) and (not modes or "form" in modes)


def _decoded(value: str | None) -> str | None:
    """A header's value; what ASCII cannot say is in Base64."""
    found = _ENCODED.fullmatch(value or "")
    try:
        return base64.b64decode(found[1], validate=True).decode() if found else value
    except ValueError:
        return None


def _unsupported(version: str) -> Refusal:
    data = {"supported": [*MODERN, *OLDER], "requested": version}
    return Refusal(UNSUPPORTED_VERSION, "Unsupported protocol version", BAD_REQUEST, data)
