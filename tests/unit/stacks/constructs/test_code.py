"""Each function gets the code that it runs, and only that."""

import marshal
import os
import shutil
import subprocess
import sys
import time
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from stacks.constructs.code import LAMBDAS, UnreadableCode, build, reached
from tests.unit.loopback import environment

FUNCTIONS = sorted(
    file.stem.replace("_", "-") for file in (LAMBDAS / "functions").glob("*.py") if "def handler(" in file.read_text(encoding="utf-8")
)
UNCHECKED = (1).to_bytes(4, "little")  # the flag of byte code that is not compared with its source
# Every module of a folder, imported with that folder and the installed packages alone; prints where they were found.
IMPORT_ALL = """
import importlib, pathlib, sys
folder = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(folder))
for file in sorted(folder.rglob("*.py")):
    parts = file.relative_to(folder).with_suffix("").parts
    module = importlib.import_module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    print(module.__file__)
"""


def tree(folder: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder


def built_of_all(lambdas: Path) -> dict[str, Path]:
    return {name: build(name, lambdas, lambdas.parent / "built") for name in FUNCTIONS}


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Path]]:
    """A copy of lambdas/ to change, and what is built of it before."""
    lambdas = shutil.copytree(LAMBDAS, tmp_path_factory.mktemp("copied") / "lambdas")
    return lambdas, built_of_all(lambdas)


def test_every_entry_point_is_known() -> None:
    assert {"answers", "documents", "index-documents", "read-documents", "search-setup"} < set(FUNCTIONS)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_code_of_each_function_imports_by_itself(function: str, tmp_path: Path) -> None:
    folder = build(function, built=tmp_path)
    program = [sys.executable, "-I", "-c", IMPORT_ALL, str(folder)]
    of_a_layer = {"AGENT_DOMAIN": ""}  # what a domain brings comes in a layer of its own
    variables = {"PATH": os.environ["PATH"], **environment("http://127.0.0.1:9"), **of_a_layer}
    done = subprocess.run(program, env=variables, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert not done.returncode, done.stderr
    assert done.stdout
    assert all(Path(line).is_relative_to(folder) for line in done.stdout.splitlines())
    assert str(folder / "functions" / f"{function.replace('-', '_')}.py") in done.stdout


@pytest.mark.parametrize(
    ("changed", "published"),
    [
        ("causeway/documents/readers/html/reader.py", {"agent-outside", "read-documents"}),
        ("causeway/documents/chunking/tokenizer.json", {"embed-batch", "index-documents", "read-documents", "reindex"}),
        ("causeway/documents/ingestion/remove.py", {"index-documents"}),
        (
            "causeway/answering/compose.py",
            {"answers", "answer-batch", "answer-stream", "agents", "agent-stream", "agent-worker", "team-role"},
        ),
        ("causeway/agents/stops.py", {"agents", "agent-stream", "agent-worker", "team-role"}),
        (
            "causeway/agents/http_api.py",
            {"agents", "agent-outside", "agent-stream", "agent-worker", "team-role", "teams"},
        ),  # for what a domain imports
        ("causeway/outside/exchange.py", {"agent-outside"}),
        ("functions/search_setup.py", {"search-setup"}),
        ("causeway/runtime/settings.py", set(FUNCTIONS) - {"default-group", "empty-bucket"}),
        ("layers/answering.in", set()),
    ],
)
def test_a_change_publishes_only_the_functions_that_reach_it(
    changed: str, published: set[str], copied: tuple[Path, dict[str, Path]]
) -> None:
    lambdas, before = copied
    original = (lambdas / changed).read_bytes()
    (lambdas / changed).write_bytes(original + b"\n")
    after = built_of_all(lambdas)
    (lambdas / changed).write_bytes(original)
    assert {name for name in FUNCTIONS if before[name] != after[name]} == published


def test_byte_code_lies_beside_each_module_and_outlives_packing(tmp_path: Path) -> None:
    plain, compiled = build("answers", built=tmp_path), build("answers", built=tmp_path, byte_code=True)
    modules = [file.relative_to(plain) for file in plain.rglob("*.py")]
    for module in modules:
        content = Path(cache_from_source(str(compiled / module))).read_bytes()
        assert content[4:8] == UNCHECKED
        assert marshal.loads(content[16:]).co_filename == f"/var/task/{module}"
    assert len(list(compiled.rglob("*.pyc"))) == len(modules)
    assert not list(plain.rglob("*.pyc"))


def test_the_same_code_has_the_same_folder_wherever_it_is_and_whatever_its_time_stamps(tmp_path: Path) -> None:
    lambdas = shutil.copytree(LAMBDAS, tmp_path / "elsewhere")
    for file in lambdas.rglob("*.py"):
        os.utime(file, (1, 1))
    assert build("answers", lambdas, tmp_path / "one").name == build("answers", LAMBDAS, tmp_path / "two").name


def test_what_is_named_late_relatively_or_by_a_string_is_reached_and_what_is_for_types_only_is_not(tmp_path: Path) -> None:
    lambdas = tree(
        tmp_path,
        {
            "functions/__init__.py": "",
            "functions/work.py": "from causeway import room\nif TYPE_CHECKING:\n    import causeway.types",
            "causeway/__init__.py": "",
            "causeway/types.py": "",
            "causeway/unused.py": "",
            "causeway/far.py": "",
            "causeway/room/__init__.py": "from .near import thing",
            "causeway/room/near.py": "NAME = 'causeway.room.named'\ndef thing():\n    from ..far import it\n    import causeway.room.late",
            "causeway/room/late.py": "",
            "causeway/room/named.py": "",
            "causeway/room/words.json": "{}",
            "causeway/room/notes.md": "",
            "causeway/room/.hidden": "",
            "causeway/other/__init__.py": "",
            "causeway/other/data.json": "{}",
        },
    )
    found = {str(file.relative_to(lambdas)) for file in reached("work", lambdas)}
    assert found == {
        *("functions/__init__.py", "functions/work.py", "causeway/__init__.py", "causeway/far.py", "causeway/room/__init__.py"),
        *("causeway/room/near.py", "causeway/room/late.py", "causeway/room/named.py", "causeway/room/words.json"),
    }


def test_modules_that_import_each_other_end(tmp_path: Path) -> None:
    lambdas = tree(
        tmp_path, {"functions/work.py": "import causeway.a", "causeway/a.py": "import causeway.b", "causeway/b.py": "import causeway.a"}
    )
    assert len(reached("work", lambdas)) == 3


def test_a_module_that_is_no_python_is_named(tmp_path: Path) -> None:
    lambdas = tree(tmp_path, {"functions/work.py": "import causeway.a", "causeway/a.py": "def ("})
    with pytest.raises(UnreadableCode, match=r"causeway/a\.py"):
        reached("work", lambdas)


def test_an_entry_point_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableCode, match=r"functions/send_mail\.py"):
        build("send-mail", tmp_path, tmp_path)


def test_code_that_no_one_used_for_a_week_is_removed_and_that_of_other_functions_stays(tmp_path: Path) -> None:
    lambdas = tree(tmp_path / "lambdas", {"functions/work.py": "", "functions/work_late.py": ""})
    former, other = build("work", lambdas, tmp_path / "built"), build("work-late", lambdas, tmp_path / "built")
    (lambdas / "functions" / "work.py").write_text("changed = True")
    recent = build("work", lambdas, tmp_path / "built")
    assert former.is_dir()
    for folder in (former, other):
        os.utime(folder, (time.time() - 8 * 86400,) * 2)
    build("work", lambdas, tmp_path / "built")
    assert (former.exists(), other.is_dir(), recent.is_dir()) == (False, True, True)
