"""How the stand-in rates a sentence; vectors are given by hand, so that what is near in meaning is known."""

import numpy as np
import pytest

from local.models.quoting import ENOUGH
from local.models.relevance import scores, words
from local.models.sentences import PromptPassage, sentences
from local.models.vectors import kept

NEAR = {"café": "coffee", "canine": "dog"}


def embed(texts):
    """One direction for each word; a pair in NEAR shares most of it."""
    known = sorted({word for text in texts for word in words(text)} | set(NEAR.values()))
    rows = np.zeros((len(texts), len(known) + 1))
    for row, text in zip(rows, texts, strict=True):
        row[-1] = 1e-6
        for word in words(text):
            row[known.index(word)] += 1
            if word in NEAR:
                row[known.index(NEAR[word])] += 2
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def rated(question, text, context="Guide"):
    found = list(sentences(PromptPassage(1, context, text)))
    return dict(zip((sentence.text for sentence in found), scores(question, found, embed), strict=True))


def best(question, text):
    found = rated(question, text)
    return max(found, key=found.get)


def test_a_rare_word_of_the_question_weighs_more_than_a_common_one():
    text = "Books are sold here today. Books wait in boxes. Books travel by lorry. Pirates arrive at noon."
    assert best("Which books do pirates like?", text) == "Pirates arrive at noon."


def test_a_word_near_in_meaning_counts_though_it_is_written_differently():
    found = rated("Is there any good coffee?", "We have good lifts and stairs. We have good café tables.")
    assert found["We have good café tables."] > 0.4


def test_a_question_of_one_word_is_rated_lower_than_one_with_more_to_go_by():
    text = "Books wait in our cellar. Pirates wait in our cellar."
    assert rated("Which books?", text)["Books wait in our cellar."] < 0.5
    assert rated("Which books wait in your cellar?", text)["Books wait in our cellar."] > 0.6


def test_the_only_sentence_there_is_can_be_the_answer():
    assert rated("Where do pirates wait?", "Pirates wait in our cellar.")["Pirates wait in our cellar."] > ENOUGH


def test_a_heading_counts_for_the_sentences_under_it():
    found = rated("When is a refund made?", "Refunds\n\nIt takes five working days.\n\nDelivery\n\nIt takes three working days.")
    assert found["It takes five working days."] > found["It takes three working days."]


def test_a_question_for_a_figure_prefers_the_sentence_that_has_one():
    text = "Parcels to Europe need patience. Parcels to Europe need nine days."
    assert best("How long do parcels to Europe take?", text) == "Parcels to Europe need nine days."
    assert best("Do parcels to Europe need anything?", text) == "Parcels to Europe need patience."


def test_the_label_of_a_column_is_no_word_of_the_row():
    row, said = "Record: Orders; Kept for: six years", "Record of orders, kept for six years."
    found = rated("Which record is this?", f"{row}\n\n{said}")
    assert found[said] > found[row]


def test_a_line_that_does_not_end_as_a_sentence_rates_below_one_that_does():
    found = rated("Where does the key go?", "Send the key in a header.\n\nSend the key in a header \\\n--silent \\")
    assert found["Send the key in a header."] > found["Send the key in a header \\"]


def test_a_question_on_a_line_of_its_own_is_the_heading_of_its_answer():
    found = rated(
        "How do I cancel a flight?", "How do I cancel a flight?\n\nWrite to us three days before.\n\nMay I eat?\n\nYes, at dawn or noon."
    )
    assert max(found, key=found.get) == "Write to us three days before."
    assert "How do I cancel a flight?" not in found


def test_a_label_with_its_value_is_as_good_as_a_sentence():
    text = "The mill grinds stones for the customer of this invoice.\n\nAmount due: 204.50 crowns, payable by 4 March"
    assert best("What is the amount due of this invoice?", text) == "Amount due: 204.50 crowns, payable by 4 March"


def test_a_clause_that_the_question_names_by_number_comes_before_one_that_mentions_it():
    text = "7.2 The holder pays a deposit of 640 crowns.\n\nIf clause 7.2 is broken, the lease ends."
    assert best("What does clause 7.2 say of the deposit?", text) == "7.2 The holder pays a deposit of 640 crowns."


@pytest.mark.parametrize("question", ["Why?", "What about it?", ""])
def test_a_question_without_words_that_carry_meaning_rates_nothing(question):
    assert set(rated(question, "Books are sold here.").values()) == {0.0}


def test_contractions_and_addresses_are_not_taken_for_words():
    assert words("Don't say hello@shop.example, that's Ruth's") == ["say", "hello@shop.example", "ruth"]


def test_what_was_embedded_before_is_remembered():
    asked = []

    def embed_once(texts):
        asked.extend(texts)
        return np.array([[float(len(text))] for text in texts])

    remembering = kept(embed_once)
    remembering(["a", "bb"])
    assert remembering(["bb", "ccc", "bb"]).tolist() == [[2.0], [3.0], [2.0]]
    assert asked == ["a", "bb", "ccc"]


SCRIPTS = {
    "kana": (
        "通勤手当の上限は月額二万五千円です。",
        "会議のある日は出社してください。",
        "通勤手当の上限はいくらですか？",
        "駐車料金はいくらですか？",
    ),
    "Han": ("一线城市住宿标准为每晚六百元。", "逾期不予报销。", "一线城市的住宿标准是多少？", "停车费是多少？"),
    "Hangul": (
        "숙박비는 하루 12만 원까지 지급합니다. ",
        "초과분은 본인이 부담합니다.",
        "숙박비는 하루 얼마까지 지급합니까?",
        "주차 요금은 얼마입니까?",
    ),
    "Thai": ("พนักงานลาพักร้อนได้สิบสองวันต่อปี ", "ต้องแจ้งหัวหน้าล่วงหน้าห้าวันทำการ", "พนักงานลาพักร้อนได้กี่วัน", "ค่าจอดรถเท่าไร"),
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_sentences_of_every_script_answer_what_they_say_and_nothing_else(script):
    answer, beside, question, stray = SCRIPTS[script]
    found = rated(question, answer + beside)
    assert max(found, key=found.get) == answer.strip()
    assert found[answer.strip()] > ENOUGH > max(rated(stray, answer + beside).values())


def test_the_passage_with_the_number_that_is_asked_for_goes_before_one_with_more_of_the_other_words():
    texts = ["To be paid: 760 crowns", "Fee due: 795 crowns"]
    found = [
        sentence for number, text in enumerate(texts, 1) for sentence in sentences(PromptPassage(number, f"Invoice AB-512{number}", text))
    ]
    ratings = scores("What is the fee due of invoice AB-5121?", found, embed)
    assert found[int(np.argmax(ratings))].text == texts[0]


def test_the_other_lines_of_a_record_are_about_the_one_it_names():
    found = [
        sentence
        for number, name in enumerate(["Gorse Farm", "Fallow Dairy", "Heron Mill"], 1)
        for sentence in sentences(PromptPassage(number, "Invoice", f"The customer is {name} in the north.\n\nTo pay: {number}00 crowns"))
    ]
    ratings = scores("How much does Fallow Dairy have to pay?", found, embed)
    assert found[int(np.argmax(ratings))].text == "To pay: 200 crowns"


def test_of_two_headings_that_ask_the_one_that_asks_nothing_else_is_answered():
    text = (
        "How heavy may a passenger be?\n\nAt most 125 kilograms each.\n\nHow do I cancel a balloon flight?\n\nThe fee is 40 crowns, always."
    )
    assert best("How heavy may a passenger be on a balloon flight?", text) == "At most 125 kilograms each."
    assert best("How do I cancel a balloon flight?", text) == "The fee is 40 crowns, always."


@pytest.mark.parametrize(
    "line", ["Brackenfell Ferries - Contract no. BF-77031", "Brackenfell Ferries - Contract Nr. 77031", "Contract #77031"]
)
def test_a_line_that_is_no_sentence_answers_when_it_holds_the_number_asked_for(line):
    found = rated("What is the contract number?", f"{line}\n\nThe contract covers two crossings.")
    assert found[line] > found["The contract covers two crossings."]


def test_a_clause_goes_before_a_sentence_that_speaks_of_it():
    text = "7.2 The berth holder pays 640 crowns.\n\nIf clause 7.2 is broken, the lease ends at once."
    assert best("What does clause 7.2 say of the berth?", text).startswith("7.2 The berth holder")


def test_how_many_asks_for_the_field_that_gives_the_number():
    text = "Keeper of the hives: Rosalind Ashby\n\nNumber of hives: 37 hives"
    assert best("How many hives does Rosalind Ashby keep?", text) == "Number of hives: 37 hives"


def test_a_short_sentence_is_whole():
    found = rated("Where do parcels go?", "Parcels go to the porter.\n\nParcels, porter")
    assert found["Parcels go to the porter."] > ENOUGH


def test_a_sentence_that_begins_with_it_is_about_what_the_one_before_it_names():
    question = "How many grams does the brass lever weigh?"
    with_pronoun = rated(question, "The lever is made of brass. It has 58 grams.")
    without = rated(question, "The lever is made of brass. Tin has 58 grams.")
    assert with_pronoun["It has 58 grams."] > without["Tin has 58 grams."] + 0.05


def test_a_code_that_is_part_of_another_code_is_not_that_code():
    text = "Pump: A1-1; Lift: 9 m\n\nPump: A1; Lift: 4 m\n\nPump: A11; Lift: 7 m"
    assert best("What is the lift of pump A1?", text) == "Pump: A1; Lift: 4 m"
