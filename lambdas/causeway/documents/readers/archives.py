"""ZIP archives of strangers: opened, and held to the limits before anything is unpacked."""

import io
import zipfile
import zlib
from collections.abc import Callable, Sequence

from causeway.documents.bad import BadDocument
from causeway.documents.readers.limits import Limits

DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, KeyError, ValueError, OverflowError, NotImplementedError)


def opened(data: bytes, truncated: Callable[[], BadDocument]) -> zipfile.ZipFile:
    """Raises what `truncated` gives for an archive that is damaged."""
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except DAMAGED as error:
        raise truncated() from error


def check_size(entries: Sequence[zipfile.ZipInfo], limits: Limits) -> int:
    """Bytes of all entries once unpacked; no more than this is ever read of them. Raises BadDocument zip_bomb."""
    size = sum(entry.file_size for entry in entries)
    if size > limits.expanded or len(entries) > limits.entries:
        most = f"{limits.expanded // 2**20} MB or {limits.entries:,} parts"
        raise BadDocument("zip_bomb", f"Unpacked, the file has over {most}. Split the document or remove large pictures.")
    return size
