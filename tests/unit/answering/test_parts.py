import pytest

from causeway.answering.parts import parts_of

WHEN, CARD = "When does Munday speak at the Loft", "can I buy a ticket with a gift card?"


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (f"{WHEN}, and {CARD}", (WHEN, CARD)),
        ("What does a valuation cost and how long does the repair take?", ("What does a valuation cost", "how long does the repair take?")),
        ("Where is the York shop? How much is express delivery?", ("Where is the York shop?", "How much is express delivery?")),
        ("Was kostet die Reparatur und wann öffnet der Laden?", ("Was kostet die Reparatur", "wann öffnet der Laden?")),
        ("What is the difference between gift cards and book tokens?", ("gift cards", "book tokens")),
        ("Compare standard delivery with express delivery.", ("standard delivery", "express delivery")),
        ("standard delivery vs. express delivery", ("standard delivery", "express delivery")),
    ],
)
def test_a_question_for_several_things_has_a_part_for_each(question: str, parts: tuple[str, ...]):
    assert parts_of(question) == parts


def test_what_is_told_before_the_questions_goes_with_the_first_that_follows():
    assert parts_of("The tills are offline. Which payments still work, and how do we write down the sales?") == (
        "The tills are offline. Which payments still work",
        "how do we write down the sales?",
    )
    assert parts_of("I bought a kettle. May I return the kettle? My flat is in York. When is the York shop open?") == (
        "I bought a kettle. May I return the kettle?",
        "My flat is in York. When is the York shop open?",
    )


def test_a_part_that_refers_to_the_one_before_is_searched_for_with_it():
    assert parts_of("Where is the York shop? How do I get to it?") == (
        "Where is the York shop?",
        "Where is the York shop? How do I get to it?",
    )


@pytest.mark.parametrize(
    "question",
    [
        "How long may books be returned?",
        "Which shops sell books and records?",
        "My son is autistic and can't stand noise. Is there a calmer time to visit?",
        "What is it and how?",
        "Where is York? Where is Bath? Where is Leith? Where is Truro?",
        "",
    ],
)
def test_a_question_for_one_thing_has_no_parts(question: str):
    assert parts_of(question) == ()
