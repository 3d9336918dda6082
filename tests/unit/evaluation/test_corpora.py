import gzip
import io
import json
import tarfile
from pathlib import Path

import pytest

from evaluation.corpora import Asked, aws_documentation, squad

ARTICLE = {
    "paragraphs": [
        {"context": "Köln liegt am Rhein.", "qas": [{"question": "Wo liegt Köln?", "answers": [{"text": "am Rhein"}]}]},
        {"context": "Die Elbe ist ein Fluss.", "qas": []},
    ]
}


@pytest.mark.parametrize("held", [{"data": [ARTICLE]}, [ARTICLE]])
def test_each_paragraph_is_a_document_that_answers_its_own_questions(tmp_path: Path, held: object):
    (tmp_path / "de.json.gz").write_bytes(gzip.compress(json.dumps(held).encode()))
    (corpus,) = squad(tmp_path)
    assert corpus.name == f"{tmp_path.name}-de"
    assert [file.content.decode() for file in corpus.files] == ["Köln liegt am Rhein.", "Die Elbe ist ein Fluss."]
    assert corpus.questions == (Asked("Wo liegt Köln?", frozenset({corpus.files[0].name})),)


def test_the_documents_of_an_archive_have_the_names_that_the_questions_use(tmp_path: Path):
    with tarfile.open(tmp_path / "documents.tar.xz", "w:xz") as archive:
        member = tarfile.TarInfo("./guide/doc_source/limits.md")
        member.size = 7
        archive.addfile(member, io.BytesIO(b"# Limit"))
    asked = [{"question": "How many?", "answer": "500", "documents": ["guide/doc_source/limits.md"]}]
    (tmp_path / "questions.json").write_text(json.dumps(asked))
    corpus = aws_documentation(tmp_path)
    assert corpus.questions[0].documents == {file.name for file in corpus.files}
    assert corpus.files[0].content == b"# Limit"
