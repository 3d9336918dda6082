"""Whether two answers to one question say the same.

Method: each answer is checked as if the other were the one passage that it rests on, by `causeway.safety.grounding`. They agree if one of
them says all that the other claims, with more than half of the words of each claim: an answer that says more is no other answer. A number
or a code that only one has, in each of them, is a disagreement.

Where it fails: as grounding does. The same thing in other words is taken for a disagreement, and a person looks at it for nothing.
"""

from causeway.language.sentences import sentence_spans
from causeway.safety.citations import without_marks
from causeway.safety.grounding import checked, spoken
from causeway.safety.passages import ENOUGH, Passages


def agree(one: str, other: str) -> bool:
    """one, other: two answers, with or without marks. An answer without a claim agrees with nothing."""
    return _says(one, other) or _says(other, one)


def _says(more: str, less: str) -> bool:
    """Whether an answer says all that another claims."""
    told, claimed = without_marks(more), without_marks(less)
    known = Passages([told], spoken(claimed, [told]))
    sentences = (claimed[start:end] for start, end in sentence_spans(claimed, known.language))
    claims = [claim for sentence in sentences if (claim := checked(f"{sentence} [1]", known)[1])]
    return bool(claims) and all(claim.grounded and claim.support > ENOUGH for claim in claims)
