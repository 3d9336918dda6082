import sys

import pytest

from evaluation import __main__ as evaluation_main
from evaluation.corpora import SETS, Corpus, File
from evaluation.library import EveryVersion, read_all
from local.console import Trouble


def test_a_set_whose_folder_is_absent_is_skipped_with_the_place_where_it_comes_from(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["evaluation", str(tmp_path)])
    evaluation_main.main()
    printed = capsys.readouterr().out
    for name, needed in evaluation_main.OF_SEVERAL.items():
        assert f"## {name}\n\nskipped: {tmp_path} has none of the sets {', '.join(needed)}" in printed
    for name in evaluation_main.TABLES.keys() - evaluation_main.OF_SEVERAL.keys() - {evaluation_main.FORMS}:
        assert f"skipped: {tmp_path / name} is not there; it comes from {SETS[name]}" in printed


def test_a_folder_that_is_not_there_is_an_error_in_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["evaluation", str(tmp_path / "none")])
    with pytest.raises(Trouble, match="is no folder: DATA names"):
        evaluation_main.main()


def test_files_are_read_and_cut_as_the_app_does_and_those_that_cannot_be_are_counted_by_reason():
    files = (File("a.md", b"# Returns\n\nBooks may be returned."), File("b.md", b""))
    passages, refused = read_all(Corpus("set", files, ()))
    assert [(passage.tenant, passage.source, passage.title, passage.language) for passage in passages] == [("set", "a.md", "Returns", "en")]
    assert refused == {"empty": 1}
    assert EveryVersion().of("set", [passages[0].document_id], None) == {passages[0].document_id: passages[0].version}
