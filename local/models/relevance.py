"""How well a sentence answers a question, by its words and their meanings.

A question's words are weighed by how rare they are among the sentences at hand (the idf of BM25). Each counts as far as the sentence,
or to a lesser degree the text around it, contains that word or one near it in meaning. The share covered is averaged with the likeness
of question and sentence as a whole. A question for a figure prefers a sentence with one.

It fails where an answer shares no meaning with the words of its question ("autistic", "no music in any shop"), and it cannot see
that a sentence speaks about the right thing without answering ("What does Ms Trask earn?", "Ms Trask is managing director").
"""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from causeway.language.words import pieces, stem
from local.models.sentences import FIELD, NUMBER, NUMBER_SIGN, Sentence
from local.models.vectors import Embed, Matrix

COVERED, ALIKE = 0.55, 0.45  # weights of the two halves of the score
UNRELATED = 0.2  # cosine of two words that have nothing to do with each other
# Weight of a word above the sentence, of a name elsewhere in its record, and of a word in the sentence before or after it.
ABOVE, NAMED_HERE, BESIDE = 0.6, 0.6, 0.3
NO_FIGURE, FRAGMENT = 0.5, 0.6  # the share of its score that such a sentence keeps
NUMBERED = 3.0  # how much a clause gains when the question names its number
FEWEST_WORDS = 3
NOT_HERE, ELSEWHERE = 0.85, 0.45  # what a sentence keeps when a number or code of the question is elsewhere in its passage, or in another
LITTLE = 0.6  # of the weight of a word that no sentence holds: a question of two words is answered only when they are covered well

BEYOND_LATIN = "\u0370"
WORD = re.compile(r"[^\W_]+(?:['@.][^\W_]+)*")  # "hello@shop.example" is no greeting
CODE = re.compile(r"[^\W_]*\d[^\W_]*(?:[.:/-][^\W_]+)*")
NAME = re.compile(r"(?<=[^.!?:] )[^\W\d_a-z][^\W_]+")  # the first word of a sentence has a capital anyway
COMMON = (
    "a about after all already also always am an and another any anybody anyone anything are as at away be because been before being "
    "both but by can could did do does each either else ever every everybody everyone everything few first for from get give go goes "
    "going got had has have he her here him his how however i if in into is it its just last later least less let like long lot made "
    "make many may maybe me might mine more most much must my near nearly need never next no nobody nor not nothing now of off often "
    "on once one only or other our out over own per perhaps please possible quite rather really same shall she should simply since so "
    "some somebody someone something still such supposed take tell than that the their them then there these they thing things this "
    "those though through to together too under until up upon us use very want was way we well went were what when where whether "
    "which while who whom whose why will with within without would yes yet you your"
)
STOP_WORDS = frozenset(COMMON.split())
PRONOUN = re.compile(r"(?:it|its|they|their|he|his|she|her|this|these|there)\b", re.IGNORECASE)
HOW_MANY = re.compile(r"\bhow many\b", re.IGNORECASE)
ASKS_FOR_A_FIGURE = re.compile(
    r"\bhow (?:many|much|long|late|soon|early|big|old|far|often|heavy|high|tall|wide|deep|large|fast|hot|cold)\b"
    r"|\bwhen\b|\bwhat time\b|\bcosts?\b|\bprice\b|\bnumber\b",
    re.IGNORECASE,
)
FIGURE = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundred|free)\b",
    re.IGNORECASE,
)


def scores(question: str, found: Sequence[Sentence], embed: Embed) -> Matrix:
    """One score for each sentence, 0 to 1; all 0 for a question without words that carry meaning."""
    asked = list(dict.fromkeys(words(HOW_MANY.sub("number of", question) if any(map(_is_count, found)) else question)))
    if not asked or not found:
        return np.zeros(len(found))
    inside = [words(sentence.says) for sentence in found]
    covered = _coverage(question, asked, inside, found, embed)
    total: Matrix = COVERED * covered + ALIKE * (_likeness(question, found, embed) if asked[0] < BEYOND_LATIN else np.sqrt(covered))
    if ASKS_FOR_A_FIGURE.search(question):
        named = CODE.findall(question.lower())
        total = total * [1.0 if FIGURE.search(_without(named, sentence.text)) else NO_FIGURE for sentence in found]
    total = total * [NUMBERED if is_named(question, sentence.text) else 1.0 for sentence in found]
    total = total * [1.0 if _says_enough(question, sentence, own) else FRAGMENT for sentence, own in zip(found, inside, strict=True)]
    total = total * _by_codes(question, found)
    capped: Matrix = np.minimum(total, 1.0)
    return capped


def is_named(question: str, text: str) -> bool:
    """Whether the text opens with a number that the question asks by: clause 7.2, step 3."""
    number = NUMBER.match(text)
    return number is not None and number[0] in re.findall(r"\d+(?:\.\d+)*", question)


def _without(codes: Sequence[str], text: str) -> str:
    """The text without the codes and numbers that the question itself names: they are not the figure it asks for."""
    return re.sub("|".join(map(re.escape, codes)), "", text, flags=re.IGNORECASE) if codes else text


def _says_enough(question: str, sentence: Sentence, own: Sequence[str]) -> bool:
    """A sentence of some words, a short one below a question as its heading, or a line with the figure that is asked for."""
    if sentence.whole:
        return len(own) >= FEWEST_WORDS or len(sentence.says.split()) > FEWEST_WORDS or _is_asked(sentence.context)
    return bool(ASKS_FOR_A_FIGURE.search(question) and FIGURE.search(sentence.text))


def _is_count(sentence: Sentence) -> bool:
    """Whether it is a field such as "Number of hives: 37"."""
    return sentence.text.lower().startswith("number of") and FIELD.match(sentence.text) is not None


def _is_asked(context: str) -> bool:
    return context.rstrip().endswith("?")


def _by_codes(question: str, found: Sequence[Sentence]) -> list[float]:
    """What each sentence keeps for the numbers and codes that the question names: all if it or its heading has one of them.

    NOT_HERE where only its passage has, ELSEWHERE where only other passages have; all where none has.
    """
    asked = set(CODE.findall(question.lower()))
    has = [bool(asked & set(CODE.findall(f"{sentence.context} {sentence.text}".lower()))) for sentence in found]
    passages = {sentence.number for sentence, one in zip(found, has, strict=True) if one}
    if not passages:
        return [1.0] * len(found)
    return [1.0 if one else NOT_HERE if each.number in passages else ELSEWHERE for each, one in zip(found, has, strict=True)]


def _likeness(question: str, found: Sequence[Sentence], embed: Embed) -> Matrix:
    vectors = embed([question, *(f"{sentence.context}: {sentence.says}" for sentence in found)])
    likeness: Matrix = np.maximum(0.0, vectors[1:] @ vectors[0])
    return likeness


def words(text: str) -> list[str]:
    """Words that carry meaning, in lower case, without endings such as 's; characters in a row of scripts without spaces."""
    text = NUMBER_SIGN.sub(" number ", text)
    plain = (word.partition("'")[0] for word in WORD.findall(text.lower().replace("’", "'")) if not word.endswith("n't"))
    return [piece for word in plain if word not in STOP_WORDS for piece in pieces(word)]


def _coverage(question: str, asked: list[str], inside: list[list[str]], found: Sequence[Sentence], embed: Embed) -> Matrix:
    """The weighted share of the question's words that each sentence covers together with the text around it."""
    above = {context: words(context) for context in {sentence.context for sentence in found}}
    known = {word: place for place, word in enumerate(dict.fromkeys(word for bag in (*inside, *above.values()) for word in bag))}
    if not known:
        return np.zeros(len(found))
    near = _nearness(asked, list(known), embed)

    def best(bag: list[str]) -> Matrix:
        return near[:, [known[word] for word in bag]].max(axis=1) if bag else np.zeros(len(asked))

    own = [best(bag) for bag in inside]
    title = set.intersection(*map(set, above.values()))
    headings = {context: _above(context, set(bag) - title, asked) * best(bag) for context, bag in above.items()}
    weights = _weights(asked, inside)
    names = _names_here(question, asked, found)
    around = [[headings[each.context], *_beside(i, own, found)] for i, each in enumerate(found)]
    around = [[*others, names[each.number]] if FIELD.match(each.text) else others for each, others in zip(found, around, strict=True)]
    return np.array([np.maximum.reduce([mine, *others]) @ weights for mine, others in zip(own, around, strict=True)])


def _names_here(question: str, asked: list[str], found: Sequence[Sentence]) -> dict[int, Matrix]:
    """For each passage, NAMED_HERE for every name of the question that is somewhere in it.

    An invoice or a record names its customer once, and its other lines ("Amount due: 204.50 crowns") are about that customer too.
    """
    names = {name.lower() for name in NAME.findall(question)}
    texts: dict[int, set[str]] = {}
    for sentence in found:
        texts.setdefault(sentence.number, set()).update(words(sentence.text))
    return {number: NAMED_HERE * np.array([word in names and word in held for word in asked]) for number, held in texts.items()}


def _above(context: str, bag: set[str], asked: list[str]) -> float:
    """More than ABOVE for a question as a heading, up to 1 when it says nothing but what is asked."""
    if not bag or not _is_asked(context):
        return ABOVE
    roots = {stem(word) for word in asked}
    return ABOVE + (1 - ABOVE) * sum(stem(word) in roots for word in bag) / len(bag)


def _nearness(asked: list[str], known: list[str], embed: Embed) -> Matrix:
    """(asked, known): 1 for the same stem, else how much nearer in meaning than unrelated words; the vectors know Latin letters only."""
    vectors = embed([*asked, *known])
    cosines = vectors[: len(asked)] @ vectors[len(asked) :].T
    same = np.array([stem(word) for word in asked])[:, None] == np.array([stem(word) for word in known])[None, :]
    meant = np.array([word < BEYOND_LATIN for word in asked])[:, None] & np.array([word < BEYOND_LATIN for word in known])[None, :]
    return np.where(same, 1.0, np.where(meant, np.clip((cosines - UNRELATED) / (1 - UNRELATED), 0.0, 1.0), 0.0))


def _beside(i: int, own: list[Matrix], found: Sequence[Sentence]) -> list[Matrix]:
    """Words of the sentences before and after it; a sentence such as "It weighs 58 grams" is about what the one before it names."""
    here = (found[i].number, found[i].paragraph)
    near = [(j, BESIDE) for j in (i - 1, i + 1) if 0 <= j < len(found) and (found[j].number, found[j].paragraph) == here]
    goes_on = bool(PRONOUN.match(found[i].text))
    return [(ABOVE if goes_on and j < i else weight) * own[j] for j, weight in near]


def _weights(asked: list[str], inside: list[list[str]]) -> Matrix:
    """How rare each word of the question is among the sentences, as shares; they add up to clearly less than 1 for a short question."""
    holders = Counter(root for bag in inside for root in {stem(word) for word in bag})
    held = np.array([holders[stem(word)] for word in asked])
    rarity = np.log(1 + (len(inside) - held + 0.5) / (held + 0.5))
    shares: Matrix = rarity / (rarity.sum() + LITTLE * np.log(2 * len(inside) + 2))
    return shares
