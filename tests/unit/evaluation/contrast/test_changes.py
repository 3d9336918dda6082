import pytest

from evaluation.contrast.changes import TRUE, WRONG, Change

FIRST = "In 1066, William defeated Harald near Hastings (in Sussex)."
SECOND = "Two castles, of 12 and 40 towers, were not built, since stone was dear."
PASSAGE = f"{FIRST} {SECOND}"


@pytest.mark.parametrize(
    ("change", "sentence", "changed"),
    [
        (WRONG["negation put in or taken out"], "The tower is open today.", "The tower is not open today."),
        (WRONG["negation put in or taken out"], SECOND, SECOND.replace(" not ", " ")),
        (WRONG["two names exchanged"], FIRST, FIRST.replace("William", "X").replace("Harald", "William").replace("X", "Harald")),
        (WRONG["two names exchanged"], "William was defeated by Harald.", None),
        (WRONG["number of something else"], FIRST, FIRST.replace("1066", "12")),
        (WRONG["two numbers exchanged"], SECOND, SECOND.replace("12 and 40", "40 and 12")),
        (TRUE["in another order"], "In 1066, William defeated Harald near Hastings.", "William defeated Harald near Hastings in 1066."),
        (TRUE["shortened"], FIRST, FIRST.replace(" (in Sussex)", "")),
    ],
)
def test_one_thing_is_changed_and_no_other(change: Change, sentence: str, changed: str | None):
    assert change(sentence, PASSAGE, "en") == changed


def test_a_first_word_that_may_be_no_name_is_not_exchanged():
    assert WRONG["two names exchanged"]("Their troops attacked Normandy.", "Their troops attacked Normandy.", "en") is None
