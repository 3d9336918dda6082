import pytest

from local.servers import services


@pytest.mark.parametrize(
    ("part", "name", "kept"),
    [
        ("with", "chat", True),
        ("with", "model", True),
        ("at", "chat", True),
        ("with", "sources", False),
        ("with", "search", False),
        ("with", "port", False),
        ("at", "cloud", False),
        ("at", "search", False),
    ],
)
def test_an_account_outlives_its_chat_model_and_no_other_server(part, name, kept):
    def started(**more):
        start = {"with": dict.fromkeys(("sources", "search", "chat", "model", "port"), "a")}
        start["at"] = dict.fromkeys(("cloud", "search", "chat"), "a")
        return start | {part: start[part] | more}

    assert services.keeps(started(), started(**{name: "b"})) is kept
    assert not services.keeps({}, started())
