import gzip
import json
from pathlib import Path

import pytest

from evaluation import statements


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "ordinary").mkdir()
    asked = ["How long may I return a book?", "I prefer paperbacks.", "Where is my order?"]
    (tmp_path / "ordinary" / "shop.json.gz").write_bytes(gzip.compress(json.dumps(asked).encode()))
    (tmp_path / "mt_rag").mkdir()
    turn = [{"speaker": "user", "text": "My name is Ada."}, {"speaker": "agent", "text": "I prefer paperbacks."}]
    (tmp_path / "mt_rag" / "tasks.json.gz").write_bytes(gzip.compress(json.dumps([{"input": turn}, {"input": turn}]).encode()))
    return tmp_path


def test_the_share_of_each_corpus_is_printed_with_the_questions_that_are_taken(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    statements.main(data)
    printed = capsys.readouterr().out
    assert "| shop   | 3         | 1     | 0.0615 to 0.7923 |" in printed
    assert "| mt_rag | 1         | 1     | 0.2065 to 1.0000 |" in printed
    assert "shop: I prefer paperbacks." in printed
    assert "mt_rag: My name is Ada." in printed


def test_without_questions_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    statements.main(tmp_path)
    assert "`ordinary/` is missing" in capsys.readouterr().out
