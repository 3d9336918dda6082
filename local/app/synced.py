"""What earlier syncs of a folder have put into the deployment: nothing else is ever deleted by one."""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from local import places
from local.app.people import Person
from local.console import Trouble


class Synced:
    """Names of documents with the SHA-256 of every content that was to be uploaded under them.

    One file for each tenant and folder; it is kept with the account, whose documents it speaks of.
    """

    def __init__(self, owner: Person, folder: Path) -> None:
        of = sha256(f"{owner.tenant}\n{folder.resolve()}".encode()).hexdigest()[:16]
        self._file = places.ACCOUNT / "syncing" / f"{of}.json"
        self._known: dict[str, list[str]] = self._read()

    @property
    def known(self) -> Mapping[str, list[str]]:
        return self._known

    def holds(self, name: str, digest: str | None) -> bool:
        """Whether a sync has meant to upload exactly this content under this name."""
        return digest is not None and digest in self._known.get(name, ())

    def intend(self, contents: Mapping[str, str]) -> None:
        """Noted before anything is uploaded: what is cut off half-way is known all the same. contents: digests by name."""
        for name, digest in contents.items():
            self._known[name] = [*(each for each in self._known.get(name, ()) if each != digest), digest]
        self._write()

    def settle(self, names: Iterable[str]) -> None:
        """Of these, what was meant last is there."""
        for name in names:
            self._known[name] = self._known[name][-1:]
        self._write()

    def forget(self, names: Iterable[str]) -> None:
        for name in names:
            self._known.pop(name, None)
        self._write()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Raises Trouble when another sync of the folder is under way."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.with_suffix(".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise Trouble("Another make sync of this folder is under way; wait until it has ended.") from error
            self._known = self._read()
            yield

    def _read(self) -> dict[str, list[str]]:
        return json.loads(self._file.read_text(encoding="utf-8")) if self._file.exists() else {}

    def _write(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps(self._known, ensure_ascii=False, indent=0), encoding="utf-8")
        fresh.replace(self._file)
