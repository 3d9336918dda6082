"""The wire format of Bedrock's event streams."""

import json
import struct
import zlib
from collections.abc import Iterator
from typing import Any


def message(kind: str, body: Any, how: str = "event") -> bytes:
    """One message of an event stream; `how` is "event" or "exception"."""
    told = {f":{how}-type": kind, ":content-type": "application/json", ":message-type": how}
    headers = b"".join(
        struct.pack(f"!B{len(name)}sBH", len(name), name.encode(), 7, len(text)) + text.encode() for name, text in told.items()
    )
    payload = json.dumps(body).encode()
    prelude = struct.pack("!II", 16 + len(headers) + len(payload), len(headers))
    whole = prelude + struct.pack("!I", zlib.crc32(prelude)) + headers + payload
    return whole + struct.pack("!I", zlib.crc32(whole))


def piece(text: str) -> bytes:
    return message("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": text}})


def ending(reason: str = "end_turn", tokens: tuple[int, int] = (100, 10)) -> Iterator[bytes]:
    """The last messages of a reply. tokens: sent and written."""
    yield message("messageStop", {"stopReason": reason})
    yield message("metadata", {"usage": {"inputTokens": tokens[0], "outputTokens": tokens[1], "totalTokens": sum(tokens)}})
