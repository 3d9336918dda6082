import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causeway.safety.grounding import Verdict, coverage, ground

RETURNS = "Returns\nBooks may be returned within 30 days of delivery with the receipt. Signed copies are not taken back."
SHIPPING = "Shipping\nParcels to Norway take 5 working days and cost 12.50 euros."
PASSAGES = [RETURNS, SHIPPING]


def test_a_claim_in_the_passages_words_is_grounded():
    grounding = ground("You can return a book within 30 days with its receipt [1].", PASSAGES)
    assert (grounding.verdict, grounding.cites) == (Verdict.GROUNDED, [1])


def test_a_claim_that_no_passage_carries_is_not():
    assert ground("Membership costs twelve crowns every quarter [1].", PASSAGES).verdict is Verdict.UNGROUNDED


def test_a_wrong_number_alone_makes_a_claim_ungrounded():
    assert ground("Books may be returned within 60 days of delivery with the receipt [1].", PASSAGES).verdict is Verdict.UNGROUNDED


def test_numbers_match_in_any_of_their_forms():
    assert ground("Parcels to Norway cost 12.5 euros [2].", PASSAGES).verdict is Verdict.GROUNDED


def test_an_unknown_mark_is_dropped_beside_a_known_one():
    grounding = ground("Parcels to Norway take 5 working days [2][7].", PASSAGES)
    assert grounding.text == "Parcels to Norway take 5 working days [2]."
    assert grounding.verdict is Verdict.GROUNDED


def test_a_claim_with_only_unknown_marks_gets_the_mark_of_the_passage_that_says_it():
    grounding = ground("Signed copies are not taken back [8].", PASSAGES)
    assert grounding.text == "Signed copies are not taken back. [1]"


def test_a_claim_with_only_unknown_marks_that_no_passage_says_is_misattributed():
    assert ground("Parcels to Norway take 5 working days [2]. Cats rule the moon base [9].", PASSAGES).verdict is Verdict.MISATTRIBUTED


def test_a_claim_without_a_mark_is_given_one():
    grounding = ground("Signed copies are not taken back.", PASSAGES)
    assert (grounding.text, grounding.verdict) == ("Signed copies are not taken back. [1]", Verdict.GROUNDED)


def test_a_wrong_mark_is_joined_by_the_right_one():
    grounding = ground("Signed copies are not taken back [2].", PASSAGES)
    assert set(grounding.cites) == {1, 2}


def test_one_claim_of_two_makes_an_answer_partly_grounded():
    grounding = ground("Parcels to Norway take 5 working days [2]. The shop also employs friendly penguins.", PASSAGES)
    assert grounding.verdict is Verdict.PARTLY
    assert (grounding.text, grounding.withheld) == ("Parcels to Norway take 5 working days [2].", 1)
    assert 0.3 < grounding.support < 0.7


def test_a_mark_after_the_full_stop_belongs_to_the_sentence_before_it():
    grounding = ground("Parcels to Norway take 5 working days. [2] Signed copies are not taken back. [1]", PASSAGES)
    assert [claim.cites for claim in grounding.claims] == [(2,), (1,)]


def test_introductions_and_questions_claim_nothing():
    answer = "These rules hold for returned books:\n- Signed copies are not taken back [1].\nShall I look up anything else?"
    grounding = ground(answer, PASSAGES)
    assert len(grounding.claims) == 1


def test_an_answer_that_claims_nothing_is_ungrounded():
    assert ground("Yes.", PASSAGES).verdict is Verdict.UNGROUNDED


@given(st.text(max_size=300), st.lists(st.text(max_size=100), max_size=4))
def test_marks_of_any_checked_answer_name_given_passages(answer: str, passages: list[str]):
    assert set(ground(answer, passages).cites) <= set(range(1, len(passages) + 1))


@given(st.sampled_from(PASSAGES), st.integers(0, 3))
def test_a_passages_own_sentences_are_always_grounded(passage: str, extra: int):
    answer = passage.split("\n")[1]
    assert ground(answer, [passage, *["Nothing here."] * extra]).verdict is Verdict.GROUNDED


def test_coverage_is_the_share_of_the_questions_words():
    assert coverage("Do you ship parcels to Norway?", SHIPPING) > 0.6
    assert coverage("Who painted the ceiling?", SHIPPING) == 0.0
    assert coverage("and then?", SHIPPING) == 0.0


RULES = {
    "ja": (
        "通勤手当の上限は月額二万五千円です。自転車通勤には手当がありません。",
        "通勤手当の上限は月額{}です [1]。",
        "二万五千円",
        "三万円",
    ),
    "zh": ("一线城市住宿标准为每晚六百元，其他城市为每晚四百元。超出部分自理。", "一线城市的住宿标准是每晚{}元 [1]。", "六百", "八百"),
    "ko": (
        "출장 숙박비는 하루 12만 원까지 지급합니다. 초과분은 본인이 부담합니다.",
        "출장 숙박비는 하루 {} 원까지 지급합니다 [1].",
        "12만",
        "15만",
    ),
    "th": ("พนักงานมีสิทธิลาพักร้อนปีละ 10 วัน ต้องแจ้งล่วงหน้าอย่างน้อย 7 วัน", "พนักงานมีสิทธิลาพักร้อนปีละ {} วัน [1]", "๑๐", "12"),
    "lo": ("ພະນັກງານມີສິດລາພັກປະຈຳປີ 15 ວັນ ຕ້ອງແຈ້ງລ່ວງໜ້າ 5 ວັນ", "ພະນັກງານມີສິດລາພັກປະຈຳປີ {} ວັນ [1]", "15", "20"),
    "km": ("បុគ្គលិកមានសិទ្ធិឈប់សម្រាកប្រចាំឆ្នាំ ១៨ ថ្ងៃ។ ត្រូវជូនដំណឹងមុន។", "បុគ្គលិកមានសិទ្ធិឈប់សម្រាកប្រចាំឆ្នាំ {} ថ្ងៃ [1]។", "18", "20"),
    "ar": ("يحق للموظفين إجازة سنوية مدتها ٢١ يوما. يجب الإخطار قبل ٧ أيام.", "يحق للموظفين إجازة سنوية مدتها {} يوما [1].", "21", "30"),
    "he": ("עובדים זכאים ל 12 ימי חופשה בשנה. יש להודיע שבוע מראש.", "עובדים זכאים ל {} ימי חופשה בשנה [1].", "12", "15"),
    "hi": ("कर्मचारियों को साल में १२ दिन की छुट्टी मिलती है। सूचना पहले दें।", "कर्मचारियों को साल में {} दिन की छुट्टी मिलती है [1]।", "12", "15"),
    "ru": (
        "Сотрудникам положено 28 дней отпуска в год. Заявление подают заранее.",
        "Сотрудникам положено {} дней отпуска в год [1].",
        "28",
        "14",
    ),
    "de": (
        "Die Gebühr beträgt 1.250,50 Euro im Jahr. Sie ist im Januar fällig.",
        "Die Gebühr beträgt {} Euro im Jahr [1].",
        "1250,50",
        "1.205,50",
    ),
}


@pytest.mark.parametrize("language", RULES)
def test_a_sentence_of_any_script_is_grounded_with_the_right_number_and_not_with_another(language: str):
    passage, sentence, right, wrong = RULES[language]
    assert ground(sentence.format(right), [passage]).verdict is Verdict.GROUNDED
    assert ground(sentence.format(wrong), [passage]).verdict is Verdict.UNGROUNDED


@pytest.mark.parametrize("language", RULES)
def test_a_sentence_about_something_else_in_the_same_script_is_not_grounded(language: str):
    other = {
        "ja": "社員食堂は毎日無料で利用できます。", "zh": "公司食堂每天免费开放给所有人。", "ko": "회사 식당은 매일 무료로 이용합니다.",
        "th": "บริษัทจ่ายค่าเดินทางให้ทุกเดือน", "lo": "ບໍລິສັດຈ່າຍຄ່າເດີນທາງທຸກເດືອນ", "km": "ក្រុមហ៊ុនបង់ថ្លៃធ្វើដំណើររៀងរាល់ខែ។",
        "ar": "تقدم الشركة وجبات مجانية كل يوم.", "he": "החברה מחלקת ארוחות צהריים חינם.", "hi": "कंपनी रोज मुफ्त भोजन देती है।",
        "ru": "Компания бесплатно кормит обедом каждый вторник.", "de": "Das Mittagessen in der Kantine ist immer kostenlos.",
    }  # fmt: skip
    assert ground(other[language], [RULES[language][0]]).verdict is Verdict.UNGROUNDED


@pytest.mark.parametrize(
    ("passage", "answer"),
    [
        (
            unicodedata.normalize("NFD", "Der Schlüssel für den Käsekühlraum hängt bei Frau Köster."),
            "Der Schlüssel für den Käsekühlraum hängt bei Frau Köster [1].",
        ),
        ("ＰＡＲＴ　ＱＬ７７３　ｗｅｉｇｈｓ　４７　ｇｒａｍｓ．", "Part QL773 weighs 47 grams [1]."),
        ("The o\ufb03ce re\u00adfunds de\u200blayed parcels.", "The office refunds delayed parcels [1]."),
    ],
)
def test_a_passage_in_another_form_of_the_same_letters_carries_the_answer(passage: str, answer: str):
    assert ground(answer, [passage]).verdict is Verdict.GROUNDED
    assert ground(passage, [answer]).verdict is Verdict.GROUNDED


def test_an_exponent_is_no_digit():
    assert (
        ground("The tube holds 105 cells in each millilitre [1].", ["The tube holds 10⁵ cells in each millilitre."]).verdict
        is Verdict.UNGROUNDED
    )


def test_a_claim_about_another_code_is_not_grounded():
    valves = ["Part: HX-2041-A; Material: brass; Minimum order: 50"]
    assert ground("The minimum order of HX-2041-A is 50 [1].", valves).verdict is Verdict.GROUNDED
    assert ground("The minimum order of HX-2041-B is 50 [1].", valves).verdict is Verdict.UNGROUNDED


def test_a_number_is_read_as_its_own_text_writes_it():
    assert (
        ground(
            "The deposit is 1,250 euros a year [1].",
            ["Deposit (Kaution): 1.250 euros a year. Die Kaution ist mit der Miete fällig und wird nicht verzinst."],
        ).verdict
        is Verdict.GROUNDED
    )


def test_questions_of_any_script_claim_nothing():
    assert ground("自転車通勤の手当について調べましょうか？", [RULES["ja"][0]]).claims == []


def test_coverage_sees_words_of_any_script():
    assert coverage("通勤手当の上限はいくらですか？", RULES["ja"][0]) > 0.5
    assert coverage("一线城市的住宿标准是多少？", RULES["zh"][0]) > 0.5
    assert coverage("พนักงานลาพักร้อนได้กี่วัน", RULES["th"][0]) > 0.5
    assert coverage("通勤手当の上限はいくらですか？", RULES["zh"][0]) == 0.0


@pytest.mark.parametrize("claim", ["有給休暇は入社後6か月で10日与えられます [1]。", "保証期間は1年です [1]。", "保証期間は一年です [1]。"])
def test_months_and_single_years_are_numbers_in_japanese(claim: str) -> None:
    assert ground(claim, ["有給休暇は入社から六か月後に十日間与えられます。保証期間は一年です。"]).verdict is Verdict.GROUNDED


def test_words_from_all_over_a_passage_support_no_claim():
    told = ["The lighthouse keeper paints boats.", "A bakery closed in spring.", "Salmon returned to rivers.", "Clouds hid mountains."]
    passage = " Nobody was surprised. ".join(told)
    mixed = "The lighthouse bakery returned clouds, boats, salmon and mountains in spring [1]."
    assert ground(mixed, [passage]).verdict is Verdict.UNGROUNDED
    assert ground("The lighthouse keeper paints boats, and a bakery closed in spring [1].", [passage]).verdict is Verdict.GROUNDED


def test_title_and_heading_support_a_claim_with_any_sentence():
    passage = "Harbour lighthouse\nOpening hours\nVisitors bring lamps. Boats land here. Tickets cost money. It is open from nine to noon."
    assert ground("The harbour lighthouse is open from nine to noon [1].", [passage]).verdict is Verdict.GROUNDED


def test_a_sentence_that_is_said_again_is_given_once():
    said = "Books may be returned within 30 days [1]."
    assert ground(f"{said} {said} {said}", ["Books may be returned within 30 days."]).text == said


REWORDED = [
    (
        "The term for books that nobody collects within nine days is returned stock [1].",
        "Harbour\nCollecting\nBooks that nobody collects within nine days are returned to stock. Ask at the desk.",
        "Books that nobody collects within nine days are returned to stock. [1]",
    ),
    (
        "The ferry leaves at nine on most winter days [1].",
        "* The ferry leaves the harbour at nine on winter days.\n* Dogs travel free.",
        "The ferry leaves the harbour at nine on winter days. [1]",
    ),
    (
        "Members pay for the ticket, and dogs travel free of charge [1][2].",
        "Nobody pays here. Members pay for the blue ticket [3]. Dogs travel on board free of charge.",
        "Members pay for the blue ticket (3). Dogs travel on board free of charge. [1]",
    ),
    (
        "渡し船は九時に港の東を出ます [1]。",
        "渡し船は毎日九時に港の南東を出ます。犬は無料です。",
        "渡し船は毎日九時に港の南東を出ます。 [1]",
    ),
]


@pytest.mark.parametrize(("said", "passage", "leaves"), REWORDED)
def test_a_claim_leaves_in_the_words_of_its_passage_where_answers_are_quoted(said: str, passage: str, leaves: str):
    found = ground(said, [passage, "Cats are not allowed. Nor are birds."], "quoted")
    assert found.text == leaves
    assert found.claims[0].reworded
    assert ground(said, [passage, "Cats are not allowed. Nor are birds."]).text != leaves


def test_a_claim_in_the_words_of_its_passage_stays_as_it_is():
    passage = "Harbour ferry\nTimetable\nIt leaves daily at nine. Dogs travel free."
    for said in (
        "It leaves daily at nine, the ferry [1].",
        "Dogs travel free [1].",
        "By the timetable of the ferry it leaves daily at nine [1].",
    ):
        found = ground(said, [passage], "quoted")
        assert (found.text, found.claims[0].reworded if found.claims else False) == (said, False)


def test_what_a_longer_quote_has_said_already_is_not_quoted_again():
    passage = "The ferry leaves the harbour at nine, and dogs travel free on board. Members pay for the blue ticket."
    said = "The ferry leaves the harbour at nine, and dogs travel free on board [1]. Dogs travel free on board [1]."
    assert ground(said, [passage], "quoted").text == "The ferry leaves the harbour at nine, and dogs travel free on board [1]."


@pytest.mark.parametrize(
    ("introduction", "leaves"),
    [
        ("These books are collected at the desk:", True),
        ("The desk offers books, including:", False),
        ("!", False),
        ("Are books on a boat?", False),
    ],
)
def test_what_claims_nothing_leaves_where_answers_are_quoted_only_if_a_passage_says_it(introduction: str, leaves: bool):
    passage = "Harbour\nCollecting\nThese books are collected at the desk:\n* The Salt Path.\nMembers pay for the ticket."
    found = ground(f"{introduction}\n\nMembers pay for the ticket [1].", [passage], "quoted")
    assert (introduction in found.text) is leaves
    assert found.verdict is Verdict.GROUNDED


STRUNG = [
    (
        "The harbour ferry leaves nine times at the old pier.",
        "The ferry leaves the harbour at nine. Nine boats lie at the old pier in winter.",
    ),
    ("Members of the old museum pay the garden ticket.", "Members pay no ticket in the museum. The garden is older than the museum."),
    ("Die alte Fähre zahlt den Hafen im Winter.", "Im Winter liegt die alte Fähre im Hafen. Gäste zahlen an Bord."),
]


@pytest.mark.parametrize(("claim", "passage"), STRUNG)
def test_true_words_in_a_false_order_do_not_leave_where_answers_are_quoted(claim: str, passage: str):
    assert ground(f"{claim} [1]", [passage]).claims[0].support >= 0.5
    found = ground(f"{claim} [1]", [passage], "quoted")
    assert found.verdict is Verdict.UNGROUNDED
    assert found.claims[0].rearranged or found.claims[0].against


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("The ferry leaves at nine.", "In summer the ferry always leaves the harbour at nine."),
        ("The ferry leaves the harbour at nine, and dogs travel free.", "The ferry leaves the harbour at nine. Dogs travel free."),
        ("By the timetable of the island ferry it leaves at nine.", "Island ferry\nTimetable\nThe boat leaves daily at nine."),
        ("渡し船は九時に港を出ます。", "渡し船は毎日九時に港を出ます。"),
    ],
)
def test_what_keeps_the_order_of_its_passage_leaves_where_answers_are_quoted(claim: str, passage: str):
    assert ground(f"{claim} [1]", [passage], "quoted").verdict is Verdict.GROUNDED
