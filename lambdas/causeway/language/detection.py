"""Which language a text is in, by its script and its commonest words: enough to filter by and to choose rules, with no model to load."""

import re
from collections import Counter

UNKNOWN = "und"
SAMPLE = 20_000

# The commonest words of a language, which carry no claim either: `words` leaves them out.
COMMON: dict[str, frozenset[str]] = {
    code: frozenset(words.split())
    for code, words in {
        "en": "the and of to in is that for with as are this be you from it on by not or an was at which have has will can their "
        "what when where who how why did does do were been they his her a its all any if we our your may must only than into",
        "de": "der die und das nicht ist mit den ein eine von für auf sich werden wird im zu dem des einer eines einem einen auch als an "
        "bei oder aus nach es sie er wir ich sind hat haben kann zum zur vom beim wie wer was wo wann welche welcher welches",
        "fr": "le la les des est et une un dans pour qui que pas sur avec vous nous du au aux de par ce cette il elle sont ne ou à être "
        "son sa ses leur plus en se quel quelle quels quelles où comment quand",
        "es": "el la los las que una un por con para del se es como más su al de en y no lo sus o este esta son qué cuál dónde cuándo cómo",
        "it": "il la lo gli le di che è per una un sono con non della del nel nella anche più alla dei delle da si al e in ha come i qual "
        "quale quando dove",
        "pt": "não uma um para em mais ao dos das pelo são foi seu sua também isso você muito o a os as do da no na e que com por se qual "
        "quando onde como",
        "nl": "de het een van en niet dat zijn op voor met ook aan bij wordt is te in die der er maar om naar uit als welke wat waar",
        "sv": "och att det som en ett är på av för med den inte till har de om var kan från eller ska vid när vilken vad hur",
        "da": "og at det som en et er på af for med den ikke til har de om var kan fra eller skal ved når hvilken hvad hvor jeg også",
        "nb": "og å det som en et er på av for med den ikke til har de om var kan fra eller skal ved når hvilken hva hvor jeg også etter",
        "fi": "ja on ei että se oli mutta myös kun joka ovat hän tai sen kuin voi olla ole mikä missä milloin jos sekä",
        "pl": "i w na z do się nie jest to że o jak po przez od dla za oraz są co tym może być lub jaki jaka kiedy gdzie",
        "cs": "a v na je se že do o s z k pro i jsou nebo jako od při by být ve za který která které co kde kdy není",
        "sk": "a v na je sa že do o s z k pre aj sú alebo ako od pri by byť vo za ktorý ktorá ktoré čo kde kedy nie",
        "hu": "a az és hogy nem is egy van meg de ez vagy mint csak azt már még ha kell lehet volt mi hol mikor",
        "ro": "și în de la a cu pe nu este un o care pentru din sau ce mai sunt al ale prin se să fi cum unde când",
        "tr": "ve bir bu için ile da de olarak daha çok gibi ne olan en kadar sonra var değil ya veya ise her nasıl nerede hangi",
        "id": "yang dan di untuk dengan tidak ini dari dalam pada adalah akan itu ke oleh atau juga dapat harus sebagai apa kapan",
        "vi": "và của là có được cho trong không với các một này những đã để khi người từ đến về theo phải tại",
        "ca": "el la els les que una un per amb del és com més i al de en no ha són aquest aquesta seva o quan on",
        "hr": "i je u na se za da su od s o ne koji koja koje ili kao iz po do bi nije što gdje kada",
        "et": "ja on ei see et oli kui ka ta mis või kes oma selle ning olema tema ole aga siis kus millal",
        "lv": "un ir no ar uz par kas ka tas vai arī pie tiek lai nav bet kad kur šis tā",
        "lt": "ir yra kad su į iš ar kaip bet tai nuo už per jo jos kuris kuri nėra kada kur",
        "ru": "и в не на что с по как это к из за для от или при он она они его может быть если также где когда какой",
        "bg": "и на в се да за от не е са с по че като или при което който която които може ако къде кога",
        "hi": "है के में की का और से को हैं पर यह नहीं कि लिए एक था ने या भी तो जो क्या कब कहाँ",
        "mr": "आहे आणि च्या ते या हे नाही एक तो होते आहेत मध्ये किंवा साठी काय कधी",
        "ne": "छ र को मा ले का यो छन् गर्न हरू लाई पनि भएको हो वा के कहिले",
        "ar": "في من على إلى أن هذا هذه التي الذي عن مع ما لا أو هو هي كان كل قد هل متى أين كم",
        "fa": "و در به از که این را با است برای آن یک تا می شود بر نیست یا چه کی کجا",
        "he": "של את על לא הוא היא זה עם כל או אם גם יש אל כי מה מתי איפה",
        "el": "και το του να η της με που για την ο στο από είναι δεν τα οι των σε θα τι πότε πού",
    }.items()
}
_SCRIPTS = {
    "Latin": "a-zA-Z\xaa\xba\xc0-\xd6\xd8-\xf6\xf8-\u024f\u1e00-\u1eff",
    "Han": "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff",
    "kana": "\u3041-\u309f\u30a1-\u30fa\u31f0-\u31ff",
    "ko": "\u1100-\u11ff\uac00-\ud7a3",
    "th": "\u0e01-\u0e3a\u0e40-\u0e4e",
    "lo": "\u0e81-\u0ecd\u0edc-\u0edf",
    "km": "\u1780-\u17d3",
    "my": "\u1000-\u109f",
    "bo": "\u0f40-\u0fbc",
    "Arabic": "\u0620-\u065f\u066e-\u06d3\u0750-\u077f",
    "he": "\u05d0-\u05f4",
    "Cyrillic": "\u0400-\u052f",
    "el": "\u0370-\u03ff\u1f00-\u1fff",
    "Devanagari": "\u0900-\u0963\u0970-\u097f",
    "bn": "\u0980-\u09e3",
    "pa": "\u0a01-\u0a5e\u0a70-\u0a75",
    "gu": "\u0a81-\u0ae3",
    "or": "\u0b01-\u0b63",
    "ta": "\u0b82-\u0bd7",
    "te": "\u0c00-\u0c63",
    "kn": "\u0c80-\u0ce3",
    "ml": "\u0d00-\u0d63",
    "si": "\u0d80-\u0df4",
    "hy": "\u0531-\u058a",
    "ka": "\u10a0-\u10ff",
    "am": "\u1200-\u137f",
}  # fmt: skip
_RUN = re.compile("|".join(f"(?P<{name}>[{letters}]+)" for name, letters in _SCRIPTS.items()))
_LANGUAGES: dict[str, list[str]] = {word: [] for words in COMMON.values() for word in words}
for _code, _words in COMMON.items():
    for _word in _words:
        _LANGUAGES[_word].append(_code)
# Languages of which a short text is easily told as another one of the group.
_ALIKE = (
    *({"da", "nb", "sv"}, {"de", "nl"}, {"cs", "sk"}, {"hi", "mr", "ne"}),
    *({"es", "pt", "it", "ca", "ro", "fr"}, {"ru", "bg", "uk", "mk", "sr"}),
)
# Letters that no other language of the list writes; the first language of which the text has enough is the text's.
_LETTERS = {
    "Cyrillic": {"be": "ўЎ", "uk": "їєґЇЄҐ", "kk": "әғқңұӘҒҚҢҰ", "mk": "ѓќѕЃЌЅ", "sr": "ђћџљњјЂЋЏЉЊЈ"},
    "Arabic": {"ur": "ٹڈڑےں", "ps": "ټډړښږ", "ckb": "ێۆڕڵ", "fa": "پچژگکی"},
}
# Scripts of several languages, and which it is taken for when neither letters nor words tell.
_WRITTEN_BY_MANY = {"Latin": UNKNOWN, "Arabic": "ar", "Cyrillic": "ru", "Devanagari": "hi"}
_WORD = {script: re.compile(f"[{_SCRIPTS[script]}]+") for script in _WRITTEN_BY_MANY}
_TAG = re.compile(r"([A-Za-z]{2})(?:[-_][A-Za-z0-9_-]*)?(?:$|[.@])")
FEWEST_KANA = 0.05  # of Japanese; Chinese text has none but in names
FEWEST_LETTERS = 0.01
FEWEST_COMMON = 0.05
NEARLY = 0.8  # of the best language's common words: Danish and Norwegian share most of theirs


def named_language(tag: str) -> str | None:
    """The ISO 639-1 code of a language tag such as "de", "de-AT" or "pt_BR"; None for a name such as "German"."""
    found = _TAG.match(tag.strip())
    return found[1].lower() if found else None


def alike(one: str, other: str) -> bool:
    """Whether a short text in one language may be told as one in the other; a language that cannot be told may be any."""
    return one == other or UNKNOWN in (one, other) or any({one, other} <= group for group in _ALIKE)


def language_of(text: str, declared: str = "") -> str:
    """An ISO 639 code, or "und".

    The script that most letters of the first 20,000 characters belong to decides; among languages of one script, letters of their
    own, then common words, which must make up 5% of the words.
    declared: what the file says of itself; pages often say "en" whatever they are in, so it decides only where words hardly do.
    """
    sample = text[:SAMPLE]
    script = "Latin" if sample.isascii() else _script(sample)
    if script in _WRITTEN_BY_MANY:
        return _by_letters(sample, script) or _by_words(sample, script, declared) or _WRITTEN_BY_MANY[script]
    return (declared or UNKNOWN) if script == UNKNOWN else {"Han": "zh", "kana": "ja"}.get(script, script)


def _script(sample: str) -> str:
    """The script of most letters; a sign for a syllable or a word counts as two letters."""
    letters: Counter[str] = Counter()
    for run in _RUN.finditer(sample):
        letters[str(run.lastgroup)] += len(run[0])
    kana, together = letters["kana"], letters["kana"] + letters["Han"]
    letters["kana"], letters["Han"] = (2 * together, 0) if kana >= FEWEST_KANA * together else (0, 2 * together)
    letters["ko"] *= 2
    script, most = letters.most_common(1)[0]
    return script if most else UNKNOWN


def _by_letters(sample: str, script: str) -> str:
    enough = FEWEST_LETTERS * len(sample)
    own = _LETTERS.get(script, {}).items()
    return next((code for code, letters in own if sum(map(sample.count, letters)) > enough), "")


def _by_words(sample: str, script: str, declared: str) -> str:
    """A word that several languages share is divided among them: "is" alone tells English, Dutch and Hungarian not apart.

    Single letters alone tell no language: they may be signs of a list or of a formula.
    """
    words = _WORD[script].findall(sample.lower())
    spoken = [_LANGUAGES[word] for word in words if word in _LANGUAGES]
    votes: dict[str, float] = {}
    for codes in spoken:
        share = 1 / len(codes)
        for code in codes:
            votes[code] = votes.get(code, 0.0) + share
    (best, weight), (_, second) = [*sorted(votes.items(), key=lambda vote: -vote[1])[:2], ("", 0.0), ("", 0.0)][:2]
    is_told = any(len(word) > 1 and best in _LANGUAGES.get(word, ()) for word in words)
    if weight == second or not is_told or sum(best in codes for codes in spoken) < FEWEST_COMMON * len(words):
        best, weight = "", 0.0
    return declared if declared and script == "Latin" and votes.get(declared, 0.0) >= NEARLY * weight else best
