import pytest

from benchmarks.handlers import CONFIGURATION
from causeway.answering.settings import AnswerSettings
from causeway.answering.switchboard import SwitchboardSettings


def test_the_measured_function_gets_every_setting_that_it_requires(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*AnswerSettings.model_fields, *SwitchboardSettings.model_fields):
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in CONFIGURATION.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SEARCH_ENDPOINT", "of the process")
    assert AnswerSettings.from_environment().registry_table == "documents"
    assert SwitchboardSettings.from_environment().switch_seconds == 30
