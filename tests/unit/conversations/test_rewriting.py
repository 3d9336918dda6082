import pytest

from causeway.conversations.rewriting import EARLIER_CHARACTERS, follows, standalone

EARLIER = "How many days do I have to return a book?"


@pytest.mark.parametrize(
    "question",
    [
        "And for online orders?",
        "What about audiobooks?",
        "How about a damaged copy?",
        "Why?",
        "How long does it take?",
        "Who pays for that?",
        "But what if I lost the receipt?",
        "Und für Onlinebestellungen?",
        "Wie lange dauert das?",
        "¿Y para pedidos en línea?",
        "Et pour les commandes en ligne ?",
        "E per gli ordini online?",
        "En voor online bestellingen?",
        "では、オンライン注文は？",
        "それはいつまでですか？",
        "那网上订单呢？",
        "그럼 온라인 주문은요?",
        "وماذا عن الطلبات عبر الإنترنت؟",
    ],
)
def test_a_question_that_goes_on_is_asked_with_the_one_before_it(question: str) -> None:
    assert standalone(question, EARLIER) == f"{EARLIER} {question}"


@pytest.mark.parametrize(
    "question",
    [
        "Do you sell vinyl records?",
        "Which shop is open on Sunday mornings?",
        "Is there a discount for students and teachers?",
        "Who is the manager of the Plymouth shop?",
        "What does it cost to send a parcel to Norway by ship?",
        "Wann öffnet der Laden in Plymouth am Sonntag?",
        "¿Cuánto cuesta enviar un paquete a Noruega?",
        "日曜日に開いている店はどこですか？",
        "周日哪家书店营业到晚上？",
    ],
)
def test_a_question_that_changes_the_subject_is_not_dragged_along(question: str) -> None:
    assert standalone(question, EARLIER) == question


def test_the_first_question_stays_as_it_is() -> None:
    assert standalone("And for online orders?", "") == "And for online orders?"


def test_a_chain_of_questions_keeps_the_newest_words() -> None:
    earlier = " ".join(f"word{number}" for number in range(200))
    asked = standalone("And why?", earlier)
    assert asked.endswith("word199 And why?")
    assert len(asked) <= EARLIER_CHARACTERS + len(" And why?")
    assert asked.startswith("word")


def test_a_question_without_content_words_follows() -> None:
    assert follows("Really?")
