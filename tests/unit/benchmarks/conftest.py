import pytest

from benchmarks.verdicts import Judge
from local.app.api import Reply
from tests.unit.benchmarks.told import ADA, answer, asked


@pytest.fixture
def judge(monkeypatch):
    monkeypatch.setattr("benchmarks.verdicts.call", lambda *request: Reply(200, {"documents": [{"document_id": "returns"}]}, "", {}))
    return Judge([asked(answer())], {"harbour": ADA})
