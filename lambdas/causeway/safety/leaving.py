"""A model's text without the sentences that must not leave."""

from functools import cache

from causeway.language.detection import language_of
from causeway.language.sentences import SAMPLE, sentence_spans
from causeway.safety.leaks import Outgoing


def without_problems(text: str, checks: Outgoing) -> tuple[str, list[str]]:
    """The sentences that may leave, and the problems of those that may not; nothing if what is left has a problem as a whole."""
    problem_of = cache(checks.problem_of)  # an answer of one sentence is checked once
    pieces: list[str] = []
    problems: list[str] = []
    end = 0
    for start, stop in sentence_spans(text, language_of(text[:SAMPLE])):
        problem = problem_of(text[start:stop])
        if problem:
            problems.append(problem)
        else:
            pieces += [text[end:start], text[start:stop]]
        end = stop
    kept = "".join(pieces).strip()
    whole = problem_of(kept)
    return ("", [*problems, whole]) if whole else (kept, problems)
