import pytest

from local.app.erasures import is_open, report
from local.commands import erase
from local.console import Trouble

PLACE = {"place": "logs", "holds": "lines", "erased": {}, "remains": [{"what": "lines that were written before", "until": "2027-01-01"}]}
ERASURE = {
    "dry_run": False,
    "found": {"conversations": 3, "facts": 0, "documents": 2},
    "looked_at": {"documents": 40},
    "certificate": {"places": [PLACE]},
}
FOUND = [
    {"document_id": "d1", "name": "cv.pdf", "outcome": "by-hand"},
    {"document_id": "d2", "name": None, "outcome": "erased"},
]


@pytest.fixture
def variables(monkeypatch):
    def given(**values):
        for name in ("USER", "ABOUT", "DOCUMENTS", "DRY"):
            monkeypatch.setenv(name, values.get(name, ""))

    return given


def test_what_was_done_and_what_is_left_is_said_in_lines():
    assert list(report(ERASURE, FOUND)) == [
        "erased: 3 conversations",
        "40 documents looked through, 2 found",
        "  cv.pdf: to be changed by hand: its format or its name",
        "  d2: erased",
        "left in logs, until 2027-01-01: lines that were written before",
    ]


def test_after_a_dry_run_nothing_is_said_to_be_erased():
    assert next(report({**ERASURE, "dry_run": True, "certificate": None}, [])) == "found: 3 conversations"


def test_a_user_without_traces_is_told_of():
    said = list(report({**ERASURE, "dry_run": True, "found": {"conversations": 0, "facts": 0}, "certificate": None}, []))
    assert said == ["nothing of the user was found", "DRY=1: nothing was erased"]


def test_documents_that_a_person_has_to_look_at_make_the_command_fail():
    assert is_open(FOUND)
    assert not is_open(FOUND[1:])


def test_names_are_given_with_semicolons_between(variables):
    variables(ABOUT=" Ada Lovelace; ada@example.com ;", DRY="1")
    wanted = erase.asked()
    assert (wanted.user, wanted.about, wanted.documents, wanted.dry_run) == (None, ["Ada Lovelace", "ada@example.com"], "list", True)


@pytest.mark.parametrize(("values", "said"), [({}, "Say who"), ({"ABOUT": "Ada Lovelace", "DOCUMENTS": "burn"}, "list, redact, delete")])
def test_what_cannot_be_meant_is_refused_with_what_can(variables, values, said):
    variables(**values)
    with pytest.raises(Trouble, match=said):
        erase.asked()
