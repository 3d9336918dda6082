from local.commands.add import bar


def test_a_progress_bar_fills():
    assert bar(0, 4).startswith("····")
    assert bar(2, 4) == "█" * 12 + "·" * 12 + " 2/4"
