"""Function code and layers on disk, unpacked once for each content and shared by all workers."""

from __future__ import annotations

import hashlib
import io
import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

EXECUTABLE = 0o111


def unpack(folder: Path, archives: Sequence[bytes]) -> Path:
    """A folder with the archives unpacked over each other in order, as in AWS's /opt; the same content is unpacked once.

    Raises ValueError when an archive holds a path that leaves its folder.
    """
    target = folder / hashlib.sha256(b"".join(hashlib.sha256(archive).digest() for archive in archives)).hexdigest()[:24]
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix="unpacking-", dir=folder))
        for archive in archives:
            _extract(archive, fresh)
        _publish(fresh, target)
    return target


def prune(folder: Path, keep: int = 40) -> None:
    """Delete all but the newest folders, and the remains of an interrupted unpacking."""
    if not folder.exists():
        return
    newest_first = sorted(folder.iterdir(), key=lambda each: each.stat().st_mtime, reverse=True)
    whole = [each for each in newest_first if not each.name.startswith("unpacking-")]
    for each in set(newest_first) - set(whole[:keep]):
        shutil.rmtree(each, ignore_errors=True)


def _extract(archive: bytes, fresh: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        for name in packed.namelist():
            if not (fresh / name).resolve().is_relative_to(fresh.resolve()):
                raise ValueError(f"the archive holds {name}, which leaves its folder")
        packed.extractall(fresh)
        for member in packed.infolist():
            if member.external_attr >> 16 & EXECUTABLE and not member.is_dir():
                (fresh / member.filename).chmod(0o755)


def _publish(fresh: Path, target: Path) -> None:
    """Move the folder into place, unless another worker was faster."""
    fresh.chmod(0o755)
    try:
        fresh.rename(target)
    except OSError:
        shutil.rmtree(fresh)
