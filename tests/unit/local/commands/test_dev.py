import io
import zipfile

import pytest

from local.commands import dev
from local.console import Console


@pytest.fixture
def lambdas(tmp_path):
    """Two functions; only `answers` reaches causeway/search.py, by way of causeway/answering.py."""
    files = {
        "functions/__init__.py": "",
        "functions/answers.py": "from causeway.answering import answer",
        "functions/read_document.py": "from causeway import reading",
        "causeway/__init__.py": "",
        "causeway/answering.py": "import json\nimport causeway.search",
        "causeway/search.py": "",
        "causeway/reading.py": "",
        "causeway/words.json": "{}",
        "causeway/other/data.json": "{}",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    return tmp_path


@pytest.mark.parametrize(
    ("changed", "functions"),
    [
        ("causeway/search.py", ["answers"]),
        ("causeway/reading.py", ["read-document"]),
        ("causeway/__init__.py", ["answers", "read-document"]),
        ("causeway/words.json", ["answers", "read-document"]),
        ("functions/answers.py", ["answers"]),
        ("causeway/unused.py", []),
        ("causeway/deleted.json", ["answers", "read-document"]),
        ("causeway/other/data.json", []),
    ],
)
def test_a_change_reaches_only_the_functions_that_import_it(lambdas, changed, functions):
    assert dev.affected({lambdas / changed}, {"answers", "read-document"}, lambdas) == functions


def test_a_file_saved_half_written_is_said_and_the_watch_goes_on(lambdas):
    (lambdas / "functions" / "answers.py").write_text("def (")
    stream = io.StringIO()
    dev.update(Console(stream), {lambdas / "functions" / "answers.py"}, frozenset({"answers"}), lambdas)
    assert "functions/answers.py" in stream.getvalue()


def test_what_was_changed_between_deployment_and_watch_is_not_taken_for_deployed(lambdas):
    changed, same = lambdas / "causeway" / "search.py", lambdas / "causeway" / "reading.py"
    assert dev.unchanged({changed: 30, same: 10}, synthesized=20) == {same: 10}


def test_a_function_is_given_its_own_code_and_no_other(lambdas):
    with zipfile.ZipFile(io.BytesIO(dev.package("read-document", lambdas))) as archive:
        assert set(archive.namelist()) == {
            *("functions/__init__.py", "functions/read_document.py", "causeway/__init__.py", "causeway/reading.py", "causeway/words.json"),
        }
