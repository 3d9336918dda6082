"""A digest of files, which tells whether any of them has changed."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

LEFT_OUT = {"__pycache__", ".pytest_cache", "node_modules"}


def fingerprint(paths: Iterable[Path], *more: str) -> str:
    """Hex SHA-256 of the names and contents of the files, of all files below the folders, and of the texts in `more`.

    A path that does not exist is included too: the digest changes when it appears.
    """
    digest = hashlib.sha256()
    for path in paths:
        for file in sorted(_files(path)):
            content = hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "absent"
            digest.update(f"{file}\0{content}\0".encode())
    for text in more:
        digest.update(f"{text}\0".encode())
    return digest.hexdigest()


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return [file for file in path.rglob("*") if file.is_file() and not LEFT_OUT & set(file.parts)]
