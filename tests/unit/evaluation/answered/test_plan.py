from pathlib import Path
from types import SimpleNamespace

from evaluation.answered import plan
from evaluation.answered.posed import Posed, Put


def test_a_model_that_is_not_installed_is_named_and_left_out(monkeypatch, tmp_path, capsys):
    posed = Posed("q", "golden", "harbour", "How long?", "answered")
    monkeypatch.setattr(plan, "put", lambda data: Put((), [posed]))
    monkeypatch.setattr("evaluation.answered.asking.FOLDER", tmp_path)
    monkeypatch.setitem(plan.MOST, "stand-in", {})
    monkeypatch.setattr("evaluation.answered.chat.MODULES", {"small": ("local.models.small", Path("absent"))})
    found = plan.kept_by_model(SimpleNamespace(data=tmp_path), minutes=1.0)
    assert found == {"stand-in": []}
    assert "left out, small: the model is not installed" in capsys.readouterr().out
