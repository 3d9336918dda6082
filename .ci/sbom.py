"""Bills of materials of what the lock files pin, in CycloneDX 1.6.

    .venv/bin/python .ci/sbom.py requirements.txt lambdas/layers/answering.txt ...     (make sbom)

Writes build/sbom/NAME.cdx.json for each lock: name, version, package URL, the SHA-256 of each file that the lock permits, and the
licence that the installed package states. If another version of it is installed, a property says which. A package that is not installed
here, or states no licence, has none in the list, and is named.
"""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from cyclonedx.contrib.hash.factories import HashTypeFactory
from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

FOLDER = Path("build") / "sbom"
PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
SAID_BY = "causeway:licence-stated-by-version"
OF_A_LICENCE = "License :: OSI Approved :: "


def main(locks: list[str]) -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for lock in locks:
        made = bill(lock, Path(lock).read_text(encoding="utf-8"))
        file = FOLDER / f"{lock.removesuffix('.txt').replace('/', '-')}.cdx.json"
        file.write_text(JsonV1Dot6(made).output_as_string(indent=2) + "\n", encoding="utf-8")
        unknown = sorted(each.name for each in made.components if not each.licenses)
        print(f"{file}: {len(made.components)} packages" + (f", no licence known of {', '.join(unknown)}" if unknown else ""))
    return 0


def bill(name: str, lock: str) -> Bom:
    """name: of the lock. lock: its text. Raises ValueError for a lock that pins nothing."""
    components = list(_components(lock))
    if not components:
        raise ValueError(f"{name} pins no package")
    made = Bom(components=components)
    made.metadata.component = Component(name=name.removesuffix(".txt"), type=ComponentType.APPLICATION, bom_ref=name)
    made.register_dependency(made.metadata.component, components)
    return made


def _components(lock: str) -> Iterator[Component]:
    lines = lock.replace("\\\n", " ").splitlines()
    pinned: dict[tuple[str, str], set[str]] = {}
    for line in lines:
        if found := PIN.match(line):
            pinned.setdefault((found[1], found[2]), set()).update(HASH.findall(line))
    for (name, version), hashes in pinned.items():
        url = PackageURL("pypi", None, name.lower().replace("_", "-"), version)
        licence, said_by = licence_of(name)
        yield Component(
            name=name,
            version=version,
            type=ComponentType.LIBRARY,
            purl=url,
            bom_ref=url.to_string(),
            hashes=[HashTypeFactory().from_hashlib_alg("sha256", each) for each in sorted(hashes)],
            licenses=[LicenseFactory().make_from_string(licence)] if licence else [],
            properties=[Property(name=SAID_BY, value=said_by)] if licence and said_by != version else [],
        )


def licence_of(name: str) -> tuple[str, str]:
    """As the installed package states it, an SPDX expression or a name, and the version that is installed; both empty if none is."""
    try:
        installed = distribution(name)
    except PackageNotFoundError:
        return "", ""
    return _stated(installed), installed.version


def _stated(installed: Distribution) -> str:
    said = installed.metadata
    text = next(iter([*(said.get_all("License-Expression") or []), *(said.get_all("License") or [])]), "")
    classified = [each.removeprefix(OF_A_LICENCE) for each in said.get_all("Classifier") or [] if each.startswith(OF_A_LICENCE)]
    return text if text and "\n" not in text and len(text) < 80 else " AND ".join(classified)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
