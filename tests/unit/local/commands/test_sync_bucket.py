import pytest

from local.commands import sync_bucket
from local.console import Console, Trouble


@pytest.mark.parametrize(
    ("arguments", "variables", "said"),
    [
        (["b", "docs"], {}, "PREFIX=docs: end it with a slash"),
        (["b", ""], {"TENANT": "moon"}, "TENANT=moon is none of bookshop: it is one of harbour, lantern"),
        (["b", ""], {"FOLDER": "docs"}, "FOLDER or BUCKET, not both"),
    ],
)
def test_a_sync_that_cannot_be_is_refused_before_it_begins(monkeypatch, arguments, variables, said):
    monkeypatch.setenv("DOMAIN", "bookshop")
    for name in ("AS", "TENANT", "FOLDER"):
        monkeypatch.setenv(name, variables.get(name, ""))
    monkeypatch.setattr("sys.argv", ["sync_bucket", *arguments])
    with pytest.raises(Trouble, match=said):
        sync_bucket.main()


def test_a_refusal_to_delete_is_an_error_and_a_dry_run_that_shows_it_is_none():
    assert sync_bucket.ended(Console(), {"dry": True, "refused": True}) == 0
    assert sync_bucket.ended(Console(), {"dry": False, "refused": False}) == 0
    with pytest.raises(Trouble, match="FORCE=1"):
        sync_bucket.ended(Console(), {"dry": False, "refused": True})
