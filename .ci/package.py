"""What the pipeline hands from a build to CloudFormation: templates, and zip files named for the hash of what they hold.

    .venv/bin/python .ci/package.py dev staging prod          after `make synth` of each

Reads cdk.out/ENV and writes build/package/templates/ENV/STACK.template.json and build/package/assets/HASH.zip. The variable
DEPLOYED_STACKS says which stacks of each environment the pipeline deploys, as JSON. Exits with 1 when the templates are of other stacks,
which the pipeline would leave out or wait for, and when an asset is no file of this folder.
"""

import json
import os
import shutil
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

TEMPLATE = ".template.json"
PACKAGE = Path("build") / "package"
EPOCH = (1980, 1, 1, 0, 0, 0)


class NotPackaged(Exception):
    """The message says what the pipeline could not deploy."""


def main(environments: Sequence[str]) -> int:
    expected = json.loads(os.environ["DEPLOYED_STACKS"])
    try:
        for environment in environments:
            print(f"{environment}: {package(Path('cdk.out') / environment, environment, expected[environment], PACKAGE)}")
    except NotPackaged as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def package(assembly: Path, environment: str, expected: Sequence[str], into: Path) -> str:
    """What was packaged, for people. Raises NotPackaged."""
    templates = {file.name.removesuffix(TEMPLATE): file for file in assembly.glob(f"*{TEMPLATE}")}
    refuse_others(environment, set(expected), set(templates))
    folder, assets = into / "templates" / environment, into / "assets"
    for place in (folder, assets):
        place.mkdir(parents=True, exist_ok=True)
    for file in templates.values():
        shutil.copy(file, folder / file.name)
    keys = dict(files(assembly))
    for key, source in keys.items():
        write(source, assets / key)
    return f"{len(templates)} templates, {len(keys)} assets"


def refuse_others(environment: str, expected: set[str], made: set[str]) -> None:
    unknown, missing = sorted(made - expected), sorted(expected - made)
    deploy = "deploy the pipeline anew (docs/operations/delivering.md)"
    if unknown:
        raise NotPackaged(f"{environment} has stacks that the pipeline does not deploy: {', '.join(unknown)}; {deploy}")
    if missing:
        raise NotPackaged(f"{environment} lacks stacks that the pipeline deploys: {', '.join(missing)}; {deploy}")


def files(assembly: Path) -> Iterator[tuple[str, Path]]:
    """Key in the bucket → what it holds, of every asset that is no template. Raises NotPackaged."""
    for manifest in sorted(assembly.glob("*.assets.json")):
        described: Mapping[str, Any] = json.loads(manifest.read_text())
        if described.get("dockerImages"):
            raise NotPackaged(f"{manifest.name} has container images: the pipeline publishes files alone")
        for asset in described["files"].values():
            if not str(asset["source"].get("path", "")).endswith(TEMPLATE):
                yield from _placed(asset, assembly, manifest)


def _placed(asset: Mapping[str, Any], assembly: Path, manifest: Path) -> Iterator[tuple[str, Path]]:
    if "path" not in asset["source"]:
        raise NotPackaged(f"{manifest.name} has an asset that a command would make: the pipeline runs none")
    source = (assembly / asset["source"]["path"]).resolve()
    for destination in asset["destinations"].values():
        key = str(destination["objectKey"])
        if Path(key).name != key:
            raise NotPackaged(f"{manifest.name} would write to {key}: keys of assets are names without a folder")
        yield key, source


def write(source: Path, target: Path) -> None:
    """A folder becomes a zip file that is the same whenever it is made; a file is copied."""
    if target.exists():
        return
    if source.is_file():
        shutil.copy(source, target)
        return
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(each for each in source.rglob("*") if each.is_file()):
            entry = zipfile.ZipInfo(file.relative_to(source).as_posix(), EPOCH)
            entry.external_attr = (file.stat().st_mode & 0o777) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, file.read_bytes())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
