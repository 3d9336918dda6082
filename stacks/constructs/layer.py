"""Lambda layers built by pip into a folder: wheels for the target's interpreter and processor, no Docker.

A layer is its lock file less what Lambda ships itself and what nothing here imports. It is built once per lock file and target
and kept in .causeway/layers. Byte code is shipped where the interpreter that synthesizes is the target's version.
"""

import compileall
import hashlib
import py_compile
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Literal

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.constructs.code import publish
from stacks.constructs.runtime import architecture_of, host_compiles_for, runtime_of
from stacks.constructs.settings import Common, Interpreter

TOP = Path(__file__).resolve().parents[2]
LOCKS = TOP / "lambdas" / "layers"
BUILT = TOP / ".causeway" / "layers"
LayerName = Literal["agents", "answering", "documents", "mcp", "sealing"]
RUNTIME = "runtime"  # what Lambda ships itself, for where no Lambda is
BELOW: dict[str, tuple[LayerName, ...]] = {
    "answering": (),
    RUNTIME: (),
    **dict.fromkeys(("agents", "documents", "mcp", "sealing"), ("answering",)),
}

SHIPPED_BY_LAMBDA = {"boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six"}
UNUSED_OPENSEARCH_GRPC = {"grpcio", "opensearch-protobufs", "protobuf", "tzdata"}
UNUSED_MODEL_HUB = {
    *("anyio", "click", "colorama", "filelock", "fsspec", "h11", "hf-xet", "httpcore2", "httpx2", "httpx2-jsfetch"),
    *("huggingface-hub", "packaging", "tqdm", "truststore"),
}
NOT_SHIPPED = SHIPPED_BY_LAMBDA | UNUSED_OPENSEARCH_GRPC | UNUSED_MODEL_HUB
USED_BY = {RUNTIME: SHIPPED_BY_LAMBDA, "mcp": UNUSED_MODEL_HUB}  # its client asks by the HTTP client that the model hub has no use for here
NOISE = (
    "**/tests",
    "**/__pycache__",
    "**/*.pyi",
    "bin",
    "*.dist-info/RECORD",
    "*.dist-info/INSTALLER",
    "*.dist-info/REQUESTED",
    "*.dist-info/WHEEL",
)


class LayerBuildFailed(RuntimeError):
    """pip could not install a layer's packages; the message ends with pip's own words."""


def layer(scope: Construct, name: LayerName, environment: Common) -> lambda_.LayerVersion:
    """The layer `name`, built now if its lock file or the target changed. Raises LayerBuildFailed."""
    return lambda_.LayerVersion(
        scope,
        f"{name.capitalize()}Layer",
        description=f"Packages of lambdas/layers/{name}.txt",
        code=lambda_.Code.from_asset(str(build(name, environment.functions))),
        compatible_runtimes=[runtime_of(environment.functions)],
        compatible_architectures=[architecture_of(environment.functions)],
        removal_policy=environment.removal_policy,
    )


def build(name: str, functions: Interpreter) -> Path:
    """The folder that holds `python/` with the layer's packages, built if it is not there yet. Raises LayerBuildFailed."""
    requirements = shipped(name)
    recipe = hashlib.sha256((requirements + Path(__file__).read_text()).encode()).hexdigest()[:16]
    byte_code = "pyc" if host_compiles_for(functions) else "py"
    folder = BUILT / f"{name}-{functions.python_version}-{functions.system}-{byte_code}-{recipe}"
    if not folder.is_dir():
        BUILT.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=BUILT) as scratch:
            _install(requirements, Path(scratch), functions)
            _finish(Path(scratch) / "python", functions)
            _publish(Path(scratch), folder)
    return folder


def shipped(name: str) -> str:
    """The lock file's requirements, hashes included, that belong into the layer."""
    below = {package for lower in BELOW[name] for package in _locked(lower)}
    return "".join(text for package, text in _locked(name).items() if package not in (NOT_SHIPPED - USED_BY.get(name, set())) | below)


def _locked(name: str) -> dict[str, str]:
    """Each package of a lock file with its lines."""
    blocks = re.findall(r"^[\w.-]+==(?:.*\\\n)*.*\n?", (LOCKS / f"{name}.txt").read_text(), re.MULTILINE)
    return {block.split("==")[0].lower(): block for block in blocks}


def _install(requirements: str, scratch: Path, functions: Interpreter) -> None:
    wanted = scratch / "requirements.txt"
    wanted.write_text(requirements)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:", "--no-compile"]
    command += ["--disable-pip-version-check", "--target", str(scratch / "python"), "--requirement", str(wanted), *_target(functions)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LayerBuildFailed(
            f"pip could not install packages for Python {functions.python_version} on {functions.machine}:\n{done.stderr}"
        )
    wanted.unlink()


def _target(functions: Interpreter) -> list[str]:
    """pip's options for AWS's interpreter and system; none where functions run on this host."""
    if functions.runtime == "host":
        return []
    processor = "aarch64" if functions.machine == "arm64" else "x86_64"
    platforms = [f"--platform=manylinux{tag}_{processor}" for tag in ("2014", "_2_28", "_2_17")]
    return [*platforms, "--implementation=cp", f"--python-version={functions.python_version}"]


def _finish(packages: Path, functions: Interpreter) -> None:
    """Drop what no function reads and add byte code that stays valid whatever time stamps packing gives."""
    for pattern in NOISE:
        for path in list(packages.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    if host_compiles_for(functions):
        mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
        compileall.compile_dir(packages, quiet=2, stripdir=str(packages), prependdir="/opt/python", invalidation_mode=mode)


def _publish(scratch: Path, folder: Path) -> None:
    done = scratch / "done"
    done.mkdir()
    (scratch / "python").rename(done / "python")
    publish(done, folder)
