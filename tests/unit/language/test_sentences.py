from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causeway.language.sentences import sentence_spans


def sentences(text: str, language: str | None = None) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text, language)]


@pytest.mark.parametrize(
    "expected",
    [
        ["We sell books.", "Members get 10 % off every book, e.g. on paperbacks.", "Ask at the till.", "Dr. Vane runs the club."],
        ["The U.S. Navy paid $1.5 million.", "J. R. R. Tolkien wrote it.", "Say no.", "Then go.", "No. 5 is out, see fig. 3 and p. 7."],
        ["See https://a.example/b?c=d for more.", "Open config.yaml now!", "Version v1.2.3 is out.", "Wait... what?", "It ended…"],
        ["Books cost 5.50 euros [1].", "And more [2][3].", "After the stop. [4]", "Next one [1, 3].", "Last 【2】."],
        ["Am 3. Oktober ist Feiertag.", "Seit dem 1. Januar gilt Nr. 5 der Satzung, z. B. für Gäste.", "Das kostet ca. 3,50 Euro."],
        [
            "Das ist die 2. Auflage.",
            "Sie gilt seit dem 24. 12. des Jahres.",
            "Siehe Abs. 2 und S. 14.",
            "Das galt bis 2020.",
            "Danach nicht.",
        ],
        ["„Ja.“ sagte er.", "Danach gingen sie in den Laden."],
        ["M. Dupont arrive à 8 h.", "Mme Durand part, voir p. 5 et art. 3.", "Est-ce vrai ?", "Oui, pour la journée !"],
        ["El Sr. García vive en EE. UU. desde 2010.", "¿Qué hora es?", "Véase la pág. 4 del núm. 3."],
        ["Il sig. Rossi abita al n. 5.", "Cfr. pag. 3 della guida."],
        ["通勤手当の上限は月額二万五千円です。", "「はい。」と言った。", "本当？", "はい！", "終わり｡", "次"],
        ["一线城市住宿标准为每晚六百元 [1]。", "超出部分由员工自行承担。[2]", "他说：“好。”", "真的吗？！", "好"],
        ["출장비는 하루 5만 원입니다.", "숙박비는 따로 냅니다!", "네?"],
        ["यह पहला वाक्य है।", "यह दूसरा है।", "क्या यह तीसरा है?", "हाँ॥"],
        ["هل هذا صحيح؟", "نعم هذا صحيح.", "انتهى الأمر۔"],
        ["זה משפט.", "האם זה עוד אחד?", "כן."],
        ["នេះជាប្រយោគ។", "ពីរ។"],
        ["พนักงานมีสิทธิลาพักร้อนปีละ 10 วัน", "ต้องแจ้งหัวหน้าล่วงหน้าอย่างน้อย 7 วัน"],
        ["พนักงานลาได้ปีละ 10 วัน [1]", "ต้องแจ้งล่วงหน้า 7 วัน [2]"],
        ["ພະນັກງານມີສິດລາພັກປະຈຳປີ 15 ວັນ", "ຕ້ອງແຈ້ງລ່ວງໜ້າຢ່າງໜ້ອຍ 5 ວັນ"],
    ],
)
def test_sentences_end_where_a_reader_ends_them(expected: list[str]) -> None:
    parted = "" if any("\u3000" < sentence[0] < "\ua000" for sentence in expected) else " "
    assert sentences(parted.join(expected)) == expected


def test_lines_list_items_and_rows_are_sentences() -> None:
    assert sentences("Fees:\n1. Late return 2.50\n2. Lost card 5") == ["Fees:", "1. Late return 2.50", "2. Lost card 5"]
    assert sentences("1. First item. 2. Second item.") == ["1. First item.", "2. Second item."]


@pytest.mark.parametrize("space", ["\u0085", "\u00a0", "\u1680", "\u2003", "\u2009", "\u2028", "\u202f", "\u205f", "\u3000"])
def test_spaces_of_every_kind_end_words_and_nothing_breaks(space: str) -> None:
    assert sentences(f"It is plan B{space}. It{space}holds.") == [f"It is plan B{space}.", f"It{space}holds."]
    assert sentences(f"We go by ferry.{space}Dogs travel{space}free.") == ["We go by ferry.", f"Dogs travel{space}free."]
    assert sentences(f"A{space}. B") == [f"A{space}. B"]


@given(st.text(max_size=300))
def test_sentences_lie_in_order_and_lose_only_white_space(text: str) -> None:
    spans = sentence_spans(text)
    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


def test_an_abbreviation_of_two_parts_is_not_torn() -> None:
    assert sentences("Sie kommt z. B. um 9 Uhr. Gut.", "de") == ["Sie kommt z. B. um 9 Uhr.", "Gut."]
    assert sentences("Er hat i. d. R. Zeit. Sie nicht.", "de") == ["Er hat i. d. R. Zeit.", "Sie nicht."]
