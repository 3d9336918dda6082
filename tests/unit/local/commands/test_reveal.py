import pytest

from local.commands import reveal
from local.console import Trouble


@pytest.mark.parametrize(
    ("name", "token", "reason"),
    [("", "a" * 16, "lost"), ("a.md", "", "lost"), ("a.md", "A" * 16, "lost"), ("a.md", "a" * 15, "lost"), ("a.md", "a" * 16, " ")],
)
def test_what_is_missing_is_said_before_anybody_is_asked(monkeypatch, name, token, reason):
    monkeypatch.setattr("sys.argv", ["reveal", name])
    monkeypatch.setenv("TOKEN", token)
    monkeypatch.setenv("REASON", reason)
    with pytest.raises(Trouble, match="make reveal NAME="):
        reveal.main()
