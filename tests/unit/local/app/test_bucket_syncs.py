from local.app.bucket_syncs import changes, reasons, summary

NOTHING = {name: [] for name in ("new", "changed", "renamed", "deleted", "kept", "later", "skipped")}


def named(*names, why=""):
    return [{"name": name, "etag": "", "why": why} for name in names]


def test_a_result_is_counted_in_words_and_what_is_rare_is_told_only_when_it_is_there():
    result = {**NOTHING, "unchanged": 1200, "new": named("a.md")}
    assert summary(result) == "1 new, 0 changed, 0 renamed, 0 deleted, 1,200 unchanged"
    rare = {**result, "kept": named("b.md"), "later": named("c.md"), "skipped": named("d.mp4")}
    assert summary(rare).endswith(", 1 came back and stay, 1 changed meanwhile: the next sync takes them, 1 skipped")


def test_every_change_is_a_line_that_a_terminal_does_not_obey():
    result = {**NOTHING, "new": named("a\x1b.md"), "changed": named("b.md"), "deleted": named("c.md"), "renamed": named("d.md", why="e.md")}
    assert list(changes(result)) == ["+ a\ufffd.md", "~ b.md", "- c.md", "> e.md is now d.md"]


def test_what_was_skipped_is_told_by_its_reasons():
    assert list(reasons(named("a.mp4", "b.mp4", why="not read"))) == ["2 skipped: not read (a.mp4, b.mp4)"]
