from local.fingerprint import fingerprint


def test_a_fingerprint_changes_with_content_name_and_presence(tmp_path):
    file = tmp_path / "a.py"
    changes = (lambda: file.write_text("1"), lambda: file.write_text("2"), lambda: file.rename(tmp_path / "b.py"))
    seen = {fingerprint([file, tmp_path])}
    for change in changes:
        change()
        seen.add(fingerprint([file, tmp_path]))
    assert len(seen) == 1 + len(changes)


def test_a_fingerprint_does_not_see_what_running_leaves_behind(tmp_path):
    before = fingerprint([tmp_path])
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_text("")
    assert fingerprint([tmp_path]) == before
