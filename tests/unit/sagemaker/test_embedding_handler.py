"""The handler of the embedding endpoint, over a model of eight words."""

import json
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

CODE = Path(__file__).resolve().parents[3] / "sagemaker" / "embedding" / "code"
WORDS = ["[UNK]", "books", "may", "be", "returned", "within", "thirty", "days"]


@pytest.fixture
def code(monkeypatch):
    monkeypatch.syspath_prepend(str(CODE))
    import backends
    import inference

    yield inference, backends
    for name in ("inference", "backends"):
        sys.modules.pop(name, None)


@pytest.fixture
def model(code):
    tokenizer = Tokenizer(WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    return code[1].TokenVectors(np.random.default_rng(7).normal(size=(len(WORDS), 16)), tokenizer)


def ask(inference, model, inputs, kind="passage"):
    request = inference.input_fn(json.dumps({"inputs": inputs, "kind": kind}), "application/json")
    return json.loads(inference.output_fn(inference.predict_fn(request, model), "application/json"))


def test_every_input_gets_a_unit_vector_of_1024_dimensions_and_its_token_count(code, model):
    answer = ask(code[0], model, ["books may be returned", "thirty days"])
    assert [len(vector) for vector in answer["embeddings"]] == [1024, 1024]
    assert np.linalg.norm(answer["embeddings"], axis=1) == pytest.approx([1, 1], abs=1e-5)
    assert answer["tokens"] == [4, 2]


def test_padding_keeps_the_cosine_of_two_texts(code, model):
    inference, _ = code
    small, _ = model.embed(["books returned", "thirty days"], "passage")
    padded = np.array(ask(inference, model, ["books returned", "thirty days"])["embeddings"])
    assert padded[0] @ padded[1] == pytest.approx(small[0] @ small[1], abs=1e-6)


def test_a_text_has_the_same_vector_alone_and_in_a_batch(code, model):
    alone = ask(code[0], model, ["books"])["embeddings"][0]
    assert ask(code[0], model, ["books", "may be returned within thirty days"])["embeddings"][0] == alone


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{", "not JSON"),
        ("[]", "exactly the keys"),
        ('{"inputs": ["a"]}', "exactly the keys"),
        ('{"inputs": ["a"], "kind": "passage", "more": 1}', "exactly the keys"),
        ('{"inputs": "a", "kind": "passage"}', "1 to 64 strings"),
        ('{"inputs": [], "kind": "passage"}', "1 to 64 strings"),
        (json.dumps({"inputs": ["a"] * 65, "kind": "passage"}), "1 to 64 strings"),
        ('{"inputs": ["a", " "], "kind": "passage"}', r"inputs\[1\]"),
        ('{"inputs": ["a", 3], "kind": "passage"}', r"inputs\[1\]"),
        ('{"inputs": ["a"], "kind": "title"}', "passage, query"),
    ],
)
def test_a_wrong_request_is_refused_with_a_sentence_that_names_the_field(code, body, said):
    with pytest.raises(ValueError, match=said):
        code[0].input_fn(body, "application/json")


def test_another_content_type_is_refused_and_a_charset_is_not(code):
    inference, _ = code
    with pytest.raises(ValueError, match="application/json"):
        inference.input_fn("a", "text/plain")
    assert inference.input_fn('{"inputs": ["a"], "kind": "query"}', "application/json; charset=utf-8")["kind"] == "query"


def test_a_folder_without_a_model_is_refused(code, tmp_path):
    with pytest.raises(ValueError, match=r"no config\.json"):
        code[0].model_fn(str(tmp_path))


def test_a_model_of_more_dimensions_than_the_index_is_refused(code, model, monkeypatch, tmp_path):
    reader = ModuleType("safetensors.numpy")
    reader.load_file = lambda file: {"embedding.weight": np.zeros((len(WORDS), 2048))}
    monkeypatch.setitem(sys.modules, "safetensors.numpy", reader)
    monkeypatch.setitem(sys.modules, "safetensors", ModuleType("safetensors"))
    (tmp_path / "wordllama").mkdir()
    model.tokenizer.save(str(tmp_path / "wordllama" / "tokenizer.json"))
    with pytest.raises(ValueError, match="2048 dimensions"):
        code[0].model_fn(str(tmp_path))


def test_pooling_takes_the_first_token_or_the_mean_of_the_real_ones(code):
    _, backends = code
    hidden = np.array([[[1.0, 0.0], [3.0, 4.0], [9.0, 9.0]]])
    mask = np.array([[1, 1, 0]])
    assert backends.pooled(hidden, mask, "cls").tolist() == [[1.0, 0.0]]
    assert backends.pooled(hidden, mask, "mean").tolist() == [[2.0, 2.0]]


def test_the_models_own_configuration_chooses_the_pooling(code, tmp_path):
    _, backends = code
    assert backends.pooling_of(tmp_path) == "cls"
    (tmp_path / "1_Pooling").mkdir()
    (tmp_path / "1_Pooling" / "config.json").write_text('{"pooling_mode_mean_tokens": true, "pooling_mode_cls_token": false}')
    assert backends.pooling_of(tmp_path) == "mean"
