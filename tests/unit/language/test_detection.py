import pytest

from causeway.language.detection import language_of, named_language

TEXTS = {
    "en": "The shop is open and you can return a book to any of our tills.",
    "de": "Der Laden ist offen und das Buch ist nicht teuer für die Kunden.",
    "fr": "La boutique est ouverte et les livres sont dans la vitrine pour vous.",
    "es": "La tienda está abierta y los libros se pueden devolver con el recibo.",
    "it": "Il negozio è aperto e i libri si possono restituire con lo scontrino.",
    "pt": "A loja está aberta e você não pode devolver os livros sem o recibo.",
    "nl": "De winkel is open en het boek kan niet worden teruggebracht zonder bon.",
    "sv": "Butiken är öppen och det är inte möjligt att lämna tillbaka böcker.",
    "pl": "Sprzedajemy książki i nie jest możliwe, aby je zwrócić.",
    "cs": "Prodáváme knihy a není možné je vrátit, pokud nejsou nové.",
    "tr": "Kitap satıyoruz ve bir ay içinde iade edilebilir.",
    "vi": "Chúng tôi bán sách và không được trả lại.",
    "ja": "通勤手当の上限は月額二万五千円です。",
    "zh": "一线城市住宿标准为每晚六百元",
    "ko": "직원은 연차 10일을 쓸 수 있습니다.",
    "th": "พนักงานมีสิทธิลาพักร้อน 10 วัน",
    "lo": "ພະນັກງານມີສິດລາພັກ 10 ວັນ",
    "km": "បុគ្គលិកមានសិទ្ធិឈប់សម្រាក 10 ថ្ងៃ",
    "my": "ဝန်ထမ်းများသည် ခွင့်ရက် ၁၀ ရက် ရှိသည်။",
    "ar": "يحق للموظفين إجازة سنوية مدتها ٢١ يوما.",
    "fa": "ما کتاب می‌فروشیم و نمی‌توان آن‌ها را پس داد.",
    "ur": "ہم کتابیں بیچتے ہیں اور انہیں واپس نہیں کیا جا سکتا۔",
    "he": "אנחנו מוכרים ספרים ולא ניתן להחזיר אותם.",
    "el": "Πουλάμε βιβλία και δεν επιστρέφονται.",
    "ru": "Мы продаём книги, и вернуть их нельзя.",
    "uk": "Ми продаємо книги, і їх не можна повернути.",
    "bg": "Ние продаваме книги и те не могат да се връщат.",
    "hi": "हम किताबें बेचते हैं और उन्हें वापस नहीं किया जा सकता।",
    "mr": "आम्ही पुस्तके विकतो आणि ती परत करता येत नाहीत. हे आहे.",
    "ta": "நாங்கள் புத்தகங்களை விற்கிறோம்",
    "ka": "ჩვენ ვყიდით წიგნებს",
    "hy": "Մենք վաճառում ենք գրքեր",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_language_is_told_by_its_script_or_its_common_words(language: str) -> None:
    assert language_of(TEXTS[language]) == language


def test_names_and_codes_of_another_script_do_not_hide_a_texts_language() -> None:
    assert language_of("Amazon OpenSearch Service の料金は月額 300 ドルです。S3 に保存します。") == "ja"
    assert language_of("شركة Amazon Web Services تقدم هذه الخدمة في كل المناطق") == "ar"


def test_a_kana_in_a_name_makes_no_japanese_text() -> None:
    assert language_of("优衣库在中国销售名为の的系列服装，价格为每件一百元，由员工自行选择颜色和尺码。") == "zh"


@pytest.mark.parametrize("text", ["", "12345 67", "xyzzy 123", "?!", "Article I Terms (a) duty (b) rent", "Fee = (a+b)/2, i=1, k"])
def test_what_cannot_be_told_is_und(text: str) -> None:
    assert language_of(text) == "und"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("A visitor badge is valid for nine hours.", "en"),
        ("No dogs.", "en"),
        ("Press the green key for four seconds.", "en"),
        ("Die Gebühr beträgt 40 Kronen.", "de"),
        ("La redevance est de 40 couronnes.", "fr"),
        ("A belépés egy órára szól.", "hu"),
    ],
)
def test_a_short_text_is_not_taken_for_a_language_that_shares_a_word_with_it(text: str, language: str) -> None:
    assert language_of(text) in {language, "und"}


@pytest.mark.parametrize(
    ("tag", "code"),
    [("de", "de"), ("de-AT", "de"), ("pt_BR", "pt"), (" EN-us ", "en"), ("zh-Hans-CN", "zh"), ("German", None), ("spa", None), ("", None)],
)
def test_a_language_is_named_by_its_tag_and_by_no_other_word(tag: str, code: str | None) -> None:
    assert named_language(tag) == code
