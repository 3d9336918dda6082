import pytest

from causeway.safety.contradiction import Said
from causeway.safety.grounding import Verdict, ground

LEDGER = (
    "Members pay 12 pounds a year. Guests do not pay at the door. In 1066 Harald attacked William near Hastings. "
    "The tower has 40 bells and 7 clocks."
)


@pytest.mark.parametrize(
    ("claim", "against"),
    [
        ("Members do not pay 12 pounds a year.", "negated"),
        ("Guests pay at the door.", "negated"),
        ("In 1066 William attacked Harald near Hastings.", "swapped"),
        ("The tower has 7 bells and 40 clocks.", "other-number"),
        ("Members pay 40 pounds a year.", "other-number"),
        ("Members pay 12 pounds a year.", None),
        ("Guests do not pay at the door.", None),
        ("Near Hastings Harald attacked William in 1066.", None),
        ("In 1066 William was attacked by Harald near Hastings.", None),
        ("The tower has 7 clocks and 40 bells.", None),
    ],
)
def test_a_passage_that_says_otherwise_in_the_same_words_contradicts_a_claim(claim: str, against: str | None):
    found = ground(f"{claim} [1]", [LEDGER]).claims[0]
    assert (found.against, found.grounded) == (against, against is None)


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("Hunde sind im Lesesaal nicht erlaubt.", "Hunde sind im Lesesaal des Archivs erlaubt."),
        ("Es gibt keine Führungen am Montag im Archiv.", "Es gibt Führungen am Montag im Archiv."),
        ("Los perros no pueden entrar en la sala de lectura.", "Los perros pueden entrar en la sala de lectura."),
        ("Les chiens ne sont pas admis dans la salle de lecture.", "Les chiens sont admis dans la salle de lecture."),
        ("I cani non possono entrare nella sala di lettura.", "I cani possono entrare nella sala di lettura."),
        ("Os cães não podem entrar na sala de leitura.", "Os cães podem entrar na sala de leitura."),
        ("Honden zijn niet toegestaan in de leeszaal.", "Honden zijn toegestaan in de leeszaal."),
    ],
)
def test_negations_are_known_in_seven_languages(claim: str, passage: str):
    assert ground(f"{claim} [1]", [passage]).claims[0].against == "negated"
    assert ground(f"{passage} [1]", [claim]).claims[0].against == "negated"
    assert ground(f"{claim} [1]", [claim]).verdict is Verdict.GROUNDED


def test_one_passage_that_agrees_is_enough():
    denies, says = "Dogs are not allowed in the reading room.", "Dogs are allowed in the reading room."
    assert ground(f"{says} [1][2]", [denies, says]).verdict is Verdict.GROUNDED
    assert ground(f"{says} [1]", [denies, says]).verdict is not Verdict.GROUNDED


def test_not_only_is_no_negation():
    passage = "The museum shows paintings and photographs of the harbour."
    assert ground("The museum shows not only paintings of the harbour [1].", [passage]).verdict is Verdict.GROUNDED


def test_a_contradicted_claim_is_left_out_and_the_others_leave():
    answer = "Guests pay at the door [1]. Members pay 12 pounds a year [1]."
    found = ground(answer, [LEDGER])
    assert (found.text, found.verdict, found.withheld) == ("Members pay 12 pounds a year [1].", Verdict.PARTLY, 1)


def test_the_number_of_a_list_item_counts_nothing():
    assert ground("2. Choose the usage section of the menu [1].", ["1. Choose the usage section of the menu."]).claims[0].against is None


def test_a_range_counts_by_its_first_number_in_every_process() -> None:
    assert Said("He served in 1938-40.", "en", "en").numbers == {"1938"}
    assert Said("Er diente 9-12 Jahre.", "de", "de").numbers == {"9"}
