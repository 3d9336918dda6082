import pytest

from local.console import Trouble
from local.switches import is_on


@pytest.mark.parametrize("value", ["1", "true", "True", "TRUE", "yes", "on", " 1 "])
def test_every_word_for_on_switches_on(monkeypatch, value):
    monkeypatch.setenv("JSON", value)
    assert is_on("JSON") is True


@pytest.mark.parametrize("value", ["", "0", "false", "No", "off"])
def test_every_word_for_off_switches_off(monkeypatch, value):
    monkeypatch.setenv("JSON", value)
    assert is_on("JSON") is False


def test_a_switch_that_is_not_set_is_off(monkeypatch):
    monkeypatch.delenv("JSON", raising=False)
    assert is_on("JSON") is False


@pytest.mark.parametrize("value", ["2", "maybe", "ja"])
def test_any_other_word_is_refused_with_the_name_of_the_switch(monkeypatch, value):
    monkeypatch.setenv("STRICT", value)
    with pytest.raises(Trouble, match=f"STRICT={value} is neither on nor off"):
        is_on("STRICT")
