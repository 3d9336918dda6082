"""The code of one function: the files of lambdas/ that its entry point reaches by imports, and nothing else.

A change in one room then publishes only the functions that import it. See docs/decisions/137-code-of-one-function.md. Byte code goes with
them where it fits the functions' interpreter, because a function cannot keep what it compiles: docs/decisions/004-layers-by-pip.md.
"""

import ast
import hashlib
import py_compile
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
LAMBDAS = TOP / "lambdas"
BUILT = TOP / ".causeway" / "functions"
PACKAGES = ("functions", "causeway")
COMPILED = f"{sys.implementation.cache_tag}.pyc"
NOT_DATA = {".py", ".pyc", ".md"}  # other files beside a module are its data
AT_RUN_TIME = "/var/task"
DIGITS = 16
KEPT_SECONDS = 7 * 86400

_MODULE = re.compile(rf"({'|'.join(PACKAGES)})(\.\w+)+")


class UnreadableCode(ValueError):
    """A module is missing or not valid Python; the message names it."""


def build(name: str, lambdas: Path = LAMBDAS, built: Path = BUILT, *, byte_code: bool = False) -> Path:
    """A folder with the code of one function, made now if there is none of this content. Its name tells its content.

    name: the entry point's file name with dashes. byte_code: add that of this interpreter. Raises UnreadableCode.
    """
    files = reached(name, lambdas)
    named = {file.relative_to(lambdas).as_posix(): file for file in files}
    folder = built / f"{name}-{digest(named, COMPILED if byte_code else '')}"
    if not folder.is_dir():
        built.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=built) as scratch:
            _copy(files, lambdas, Path(scratch) / "code")
            if byte_code:
                _compile(files, lambdas, Path(scratch) / "code")
            publish(Path(scratch) / "code", folder)
    folder.touch()
    _forget_unused(built.glob(f"{name}-{'?' * DIGITS}"))
    return folder


def reached(name: str, lambdas: Path = LAMBDAS) -> frozenset[Path]:
    """The entry point, every module that it imports, directly or not and even late, and the data files beside these modules.

    A module that is named by a string counts as imported; one imported for type checks only does not.
    Raises UnreadableCode.
    """
    module = name.replace("-", "_")
    if not (lambdas / "functions" / f"{module}.py").is_file():
        raise UnreadableCode(f"functions/{module}.py: there is no such entry point")
    found: set[Path] = set()
    waiting = _files([f"functions.{module}"], lambdas)
    while waiting:
        file = waiting.pop()
        if file not in found and file.is_file():
            found.add(file)
            waiting += _imported(file, lambdas)
    return frozenset(found | {path for folder in {file.parent for file in found} for path in folder.iterdir() if is_data(path)})


def is_data(path: Path) -> bool:
    """Whether a file beside a module belongs to it."""
    return path.suffix not in NOT_DATA and not path.name.startswith(".") and not path.is_dir()


def _imported(file: Path, lambdas: Path) -> list[Path]:
    """Files of our packages that a module names; the __init__ of each package above counts, too."""
    package = ".".join(file.relative_to(lambdas).parent.parts)
    try:
        names = _names(file.read_text(encoding="utf-8"), package)
    except SyntaxError as error:
        raise UnreadableCode(f"{file.relative_to(lambdas)}: {error}") from error
    return _files(names, lambdas)


def _files(names: Iterable[str], lambdas: Path) -> list[Path]:
    """Where modules of these dotted names, and the packages above them, would be; names of other packages have none."""
    ours = [name.split(".") for name in names if name.partition(".")[0] in PACKAGES]
    parents = {tuple(parts[:length]) for parts in ours for length in range(1, len(parts) + 1)}
    return [path for parts in parents for path in (lambdas.joinpath(*parts, "__init__.py"), lambdas.joinpath(*parts).with_suffix(".py"))]


@cache
def _names(source: str, package: str) -> frozenset[str]:
    """Dotted names of what a module of this package may import."""
    imports = _Imports(package)
    imports.visit(ast.parse(source))
    return frozenset(imports.names)


class _Imports(ast.NodeVisitor):
    def __init__(self, package: str) -> None:
        self._package = package.split(".")
        self.names: set[str] = set()

    def visit_Import(self, node: ast.Import) -> None:
        self.names |= {alias.name for alias in node.names}

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        above = self._package[: len(self._package) - node.level + 1] if node.level else []
        module = ".".join([*above, *filter(None, [node.module])])
        self.names |= {module, *(f"{module}.{alias.name}" for alias in node.names)}

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and _MODULE.fullmatch(node.value):
            self.names.add(node.value)

    def visit_If(self, node: ast.If) -> None:
        for_types = ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}
        for child in [*([] if for_types else [node.test, *node.body]), *node.orelse]:
            self.visit(child)


def digest(files: Mapping[str, Path], compiled: str = "") -> str:
    """Of names and contents, so that the same code has the same folder on every machine.

    files: by the name that each will have. compiled: what byte code is called, if any.
    """
    lines = sorted(f"{name} {hashlib.sha256(file.read_bytes()).hexdigest()}\n" for name, file in files.items())
    return hashlib.sha256("".join([*lines, compiled]).encode()).hexdigest()[:DIGITS]


def _copy(files: Iterable[Path], lambdas: Path, target: Path) -> None:
    for file in files:
        copied = target / file.relative_to(lambdas)
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copied)  # with its mode: the script `stream` is executed


def _compile(files: Iterable[Path], lambdas: Path, target: Path) -> None:
    for file in (file.relative_to(lambdas) for file in files if file.suffix == ".py"):
        compiled = target / file.parent / "__pycache__" / f"{file.stem}.{COMPILED}"
        compiled.parent.mkdir(exist_ok=True)
        compiled.write_bytes(_byte_code((lambdas / file).read_bytes(), f"{AT_RUN_TIME}/{file.as_posix()}"))


@cache
def _byte_code(source: bytes, place: str) -> bytes:
    """Byte code that stays valid whatever time stamps packing gives. place: the module's at run time, for tracebacks."""
    with tempfile.NamedTemporaryFile(suffix=".py") as module:
        Path(module.name).write_bytes(source)
        mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
        compiled = Path(py_compile.compile(module.name, f"{module.name}c", place, doraise=True, invalidation_mode=mode) or "")
        try:
            return compiled.read_bytes()
        finally:
            compiled.unlink()


def publish(made: Path, folder: Path) -> None:
    """Give a finished folder its name at once, so that no one ever sees half of it; the first of two builders wins."""
    try:
        made.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise


def _forget_unused(folders: Iterable[Path]) -> None:
    for folder in folders:
        if time.time() - folder.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
