"""The host of a model folder, with a module of three lines in place of a model."""

import json
import sys
import urllib.error
import urllib.request

import pytest

from local.models.embedding_host import embedding_host, load

MODULE = """
def model_fn(folder): return folder
def input_fn(body, content_type):
    if b"bad" in body: raise ValueError("the body is bad")
    return body.decode()
def predict_fn(request, model): return {"said": request, "folder": model}
def output_fn(prediction, accept):
    import json
    return json.dumps(prediction)
"""


@pytest.fixture
def host(tmp_path, serving, monkeypatch):
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "inference.py").write_text(MODULE)
    monkeypatch.setattr(sys, "path", list(sys.path))
    sys.modules.pop("inference", None)
    with serving(embedding_host(0, *load(tmp_path))) as address:
        yield address
    sys.modules.pop("inference", None)


def post(url, body):
    try:
        with urllib.request.urlopen(
            urllib.request.Request(url, data=body, headers={"Content-Type": "application/json"}), timeout=5
        ) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_ping_answers_when_the_model_is_loaded(host):
    with urllib.request.urlopen(f"{host}/ping", timeout=5) as answer:
        assert answer.status == 200


def test_an_invocation_passes_through_the_four_functions_of_the_folders_code(host, tmp_path):
    assert post(f"{host}/invocations", b"hello") == (200, {"said": "hello", "folder": str(tmp_path)})


def test_an_exception_becomes_a_400_with_its_message(host):
    assert post(f"{host}/invocations", b"bad") == (400, {"code": 400, "type": "ValueError", "message": "the body is bad"})


def test_another_path_is_not_found(host):
    assert post(f"{host}/predict", b"x")[0] == 404


def test_a_folder_without_code_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"code/inference\.py"):
        load(tmp_path)
