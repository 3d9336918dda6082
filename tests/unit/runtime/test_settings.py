import pytest

from causeway.runtime.settings import Settings, SettingsError


class Example(Settings):
    index: str
    size: int = 5


def test_a_field_is_read_from_the_variable_of_its_name():
    settings = Example.from_environment({"CAUSEWAY_ENVIRONMENT": "dev", "INDEX": "passages", "SIZE": "7", "OTHER": "x"})
    assert (settings.causeway_environment, settings.index, settings.size) == ("dev", "passages", 7)


def test_every_wrong_variable_is_named_in_one_message():
    with pytest.raises(SettingsError) as error:
        Example.from_environment({"SIZE": "many", "INDEX": ""})
    assert all(name in str(error.value) for name in ("CAUSEWAY_ENVIRONMENT", "INDEX", "SIZE"))


def test_a_message_does_not_repeat_a_variables_value():
    with pytest.raises(SettingsError) as error:
        Example.from_environment({"CAUSEWAY_ENVIRONMENT": "dev", "INDEX": "passages", "SIZE": "a-secret"})
    assert "a-secret" not in str(error.value)
