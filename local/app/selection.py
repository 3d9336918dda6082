"""Which files of a folder are uploaded. Whatever is not uploaded is kept with its reason."""

import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from local.app.bundles import ENDING, holds_bundle, is_bundle, packed
from local.app.people import Person
from local.app.uploads import Upload
from local.console import Trouble

NOT_READ = "not read"


@dataclass(frozen=True)
class Skipped:
    """What is not uploaded. kind: what they are, such as "hidden file{s}" or ".xlsx". names: paths in the folder."""

    kind: str
    why: str
    names: tuple[str, ...]


@dataclass
class Selection:
    """uploads: in the order of their names."""

    uploads: list[Upload] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def read_endings() -> tuple[str, ...]:
    """The endings of file names that the app's readers know, such as ".pdf"."""
    from causeway.documents.readers.formats import EXTENSIONS

    return tuple(EXTENSIONS)


def selected(path: Path, owner: Person) -> Selection:
    """A file under its own name, whatever it is; or a folder's files of known formats under their paths in the folder.

    A folder that is a bundle is one document: it is uploaded as an archive.
    Raises Trouble when there is no such path, or no file in the folder.
    """
    if not path.exists():
        raise Trouble(f"{path} does not exist.")
    if not path.is_dir():
        return Selection([Upload(path, path.name, owner)])
    if is_bundle(path):
        return Selection([_upload(path, path.resolve().name, owner)])
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for file, kind, why in _sorted_out(path):
        found[kind, why].append(file.relative_to(path).as_posix())
    uploads = [_upload(path / name, name, owner) for name in sorted(found.pop(("", ""), []))]
    skipped = [Skipped(kind, why, tuple(sorted(names))) for (kind, why), names in sorted(found.items())]
    if not uploads and not skipped:
        raise Trouble(f"{path} is a folder without files.")
    return Selection(uploads, skipped)


def _upload(path: Path, name: str, owner: Person) -> Upload:
    return Upload(packed(path), f"{name}{ENDING}", owner) if path.is_dir() else Upload(path, name, owner)


def _sorted_out(folder: Path) -> Iterator[tuple[Path, str, str]]:
    """Every file of the folder with the kind and the reason for which it is skipped, both empty for one to upload; a bundle is one."""
    inside, endings, barred = folder.resolve(), read_endings(), list[Path]()

    def unreadable(error: OSError) -> None:
        barred.append(Path(error.filename))

    for name, folders, files in os.walk(folder, onerror=unreadable):
        here = Path(name)
        bundles = [each for each in folders if not each.startswith(".") and not (here / each).is_symlink() and is_bundle(here / each)]
        folders[:] = [each for each in folders if each not in bundles]
        yield from ((here / each, "", "") for each in bundles)
        linked = [here / each for each in folders if (here / each).is_symlink()]
        for file in [*linked, *(here / each for each in files)]:
            yield file, *_reason(file, file.relative_to(folder), inside, endings)
    for each in barred:
        yield each, "folder{s}", "no permission to open"


def _reason(file: Path, name: Path, inside: Path, endings: tuple[str, ...]) -> tuple[str, str]:
    """(kind, why) of a file that is skipped, empty texts for one to upload."""
    if any(part.startswith(".") for part in name.parts):
        return "hidden file{s}", ""
    if not file.exists():
        return "link{s}", "the target does not exist"
    if not file.resolve().is_relative_to(inside):
        return "link{s}", "the target is outside the folder"
    if file.is_dir():
        return "link{s} to folders", "their files are added where they are stored"
    if not file.is_file():
        return "special file{s}", "not a regular file"
    if not _is_text(name.as_posix()):
        return "file{s}", "the name is not valid Unicode"
    is_read = file.suffix.lower() in endings and (file.suffix.lower() != ENDING or holds_bundle(file))
    return ("", "") if is_read else (file.suffix.lower() or "file{s} without an ending", NOT_READ)


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
