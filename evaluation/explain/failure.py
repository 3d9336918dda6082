"""Why an answer failed, as one of six classes. Each has a rule, and the first rule that holds names the class.

A piece of evidence is said when the answer cites its document and contains its words (`evaluation.answers`). A piece is given when a
passage in the prompt carries it.

right            every piece is said; or no document answers, and the question was refused.
invented         no document answers, and the question was answered.
Then, of the first piece that is neither said nor given:
cut              no indexed passage has its words whole; two neighbours have them together.
granularity      the prompt has passages of its document, and not the one that carries it.
not retrieved    the prompt has no passage of its document.
Then, when every piece is said or given:
not synthesised  some pieces are said, and not all.
invented         none is said, and the model's text claims something that no given passage carries.
not used         none is said, and the answer cites no passage that carries one, as when it is refused.
granularity      none is said, though a passage that carries one is cited: other words of it were taken.

The words are compared, not their meaning: an answer in the model's own words may be right and is not called so. A reader decides then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from causeway.retrieval.passage import Passage
from causeway.safety.grounding import Claim
from evaluation.answers import Given, Verdict, judge
from evaluation.golden import Evidence, Question, plain


class Failure(StrEnum):
    RIGHT = "right"
    NOT_RETRIEVED = "not retrieved"
    NOT_USED = "not used"
    CUT = "cut at a boundary"
    GRANULARITY = "wrong granularity"
    NOT_SYNTHESISED = "not synthesised"
    INVENTED = "invented"


@dataclass(frozen=True)
class Case:
    """passages: those in the prompt, in order. cited: their numbers in the answer. claims: of the model's text, those withheld too.

    candidates: what the search found, best first. indexed: for each piece of evidence, the passages of its document nearest to its words.
    """

    question: Question
    given: Given
    passages: Sequence[Passage] = ()
    cited: Sequence[int] = ()
    claims: Sequence[Claim] = ()
    candidates: Sequence[Passage] = ()
    indexed: Mapping[Evidence, Sequence[Passage]] | None = None

    def says(self, piece: Evidence) -> bool:
        alone = Question(self.question.id, self.question.tenant, self.question.kind, self.question.text, (piece,))
        return judge(alone, self.given) is Verdict.RIGHT

    def gives(self, piece: Evidence) -> bool:
        return any(piece.is_in(passage) for passage in self.passages)


def failure_of(case: Case) -> tuple[Failure, str]:
    """The class, and why in a sentence."""
    if judge(case.question, case.given) is Verdict.RIGHT:
        why = "the answer cites the gold document and says its words" if case.question.evidence else "no document answers; it was refused"
        return Failure.RIGHT, why
    if not case.question.evidence:
        return Failure.INVENTED, "no document answers this question, and it was answered"
    missing = next((piece for piece in case.question.evidence if not case.says(piece) and not case.gives(piece)), None)
    return _of_missing(missing, case) if missing else _of_given(case)


def _of_missing(piece: Evidence, case: Case) -> tuple[Failure, str]:
    indexed = (case.indexed or {}).get(piece, ())
    whole = any(piece.is_in(passage) for passage in indexed)
    if not whole and is_cut(piece, indexed):
        return Failure.CUT, f"the words of {piece.document} end in one passage and go on in the next: no passage has them whole"
    lacking = "" if whole else "; nor was a passage with these words found in the index: is the document there, with this quote?"
    if any(passage.source == piece.document for passage in case.passages):
        return Failure.GRANULARITY, f"other passages of {piece.document} were given to the model, not the one that answers{lacking}"
    return Failure.NOT_RETRIEVED, f"no passage of {piece.document} was given to the model, {_found(piece, case)}{lacking}"


def _found(piece: Evidence, case: Case) -> str:
    rank = next((n for n, passage in enumerate(case.candidates, 1) if piece.is_in(passage)), None)
    return f"though candidate {rank} has the words: see select and withhold" if rank else "and no candidate has the words"


def _of_given(case: Case) -> tuple[Failure, str]:
    said = [piece for piece in case.question.evidence if case.says(piece)]
    if said:
        return Failure.NOT_SYNTHESISED, f"{len(said)} of the {len(case.question.evidence)} pieces that the question needs are said"
    if any(not claim.grounded for claim in case.claims):
        return Failure.INVENTED, "the gold passage was given, and the model claimed what no given passage carries"
    if not any(piece.is_in(case.passages[number - 1]) for piece in case.question.evidence for number in case.cited):
        return Failure.NOT_USED, "the gold passage was given, and the answer does not rest on it"
    return Failure.GRANULARITY, "the gold passage is cited, and other words of it are said"


def is_cut(piece: Evidence, passages: Sequence[Passage]) -> bool:
    """Whether a passage of the document ends with the first words of the quote and the next one begins with the others.

    Neighbours that share words at their boundary may both have some.
    """
    quote = plain(piece.quote)
    texts = {(passage.document_id, passage.position): plain(passage.text) for passage in passages if passage.source == piece.document}
    pairs = ((text, texts.get((document, position + 1), "")) for (document, position), text in texts.items())
    return any(_covers(_ending(left, quote), _beginning(right, quote), len(quote)) for left, right in pairs)


def _covers(ending: int, beginning: int, length: int) -> bool:
    """The space between the two belongs to neither."""
    return 0 < ending < length and 0 < beginning < length and ending + beginning >= length - 1


def _ending(text: str, quote: str) -> int:
    """How many of the quote's first characters the text ends with."""
    return max((n for n in range(1, len(quote) + 1) if text.endswith(quote[:n])), default=0)


def _beginning(text: str, quote: str) -> int:
    """How many of the quote's last characters the text begins with."""
    return max((n for n in range(1, len(quote) + 1) if text.startswith(quote[-n:])), default=0)
