"""What a run of `make add` has uploaded already, kept so that the same command goes on after it was stopped."""

import json
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from threading import Lock

from local import places
from local.app.people import Person
from local.app.uploads import Placed, Upload


class Journal:
    """One file for each user and folder, gone once all is done; it is kept with the account, whose documents it speaks of."""

    def __init__(self, owner: Person, path: Path) -> None:
        of = sha256(f"{owner.tenant}/{owner.name}\n{path.resolve()}".encode()).hexdigest()[:16]
        self._file = places.ACCOUNT / "adding" / f"{of}.jsonl"
        self._placed = dict(self._read())
        self._lock = Lock()

    def placed(self, upload: Upload) -> Placed | None:
        """Where this content was put under this name. Raises OSError when the file cannot be read."""
        digest, placed = self._placed.get(upload.name, ("", None))
        return placed if placed and digest == upload.digest() else None

    def add(self, upload: Upload, placed: Placed) -> None:
        line = json.dumps({"name": upload.name, "digest": upload.digest(), "placed": asdict(placed)})
        with self._lock:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("a", encoding="utf-8") as file:
                file.write(line + "\n")

    def close(self) -> None:
        """All is done."""
        self._file.unlink(missing_ok=True)

    def _read(self) -> list[tuple[str, tuple[str, Placed]]]:
        """A line that was cut off when the command was stopped is as if it had not been written."""
        found = []
        for line in self._file.read_text(encoding="utf-8").splitlines() if self._file.exists() else []:
            try:
                said = json.loads(line)
                found.append((said["name"], (said["digest"], Placed(**said["placed"]))))
            except (ValueError, KeyError, TypeError):
                continue
        return found
