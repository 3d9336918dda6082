"""A new version is asked golden questions, and so is the version in use: the new one may not know less.

See docs/decisions/267-a-golden-question-before-traffic.md.
"""

from collections.abc import Callable, Sequence
from typing import Literal

from pydantic import BaseModel

from causeway.releases.saying import GoldenQuestion, Said
from causeway.runtime.logs import logger

Verdict = Literal["proven", "unproven", "refused"]
ATTEMPTS = 2  # a model that cites the document once in two times still knows it

Ask = Callable[[str, GoldenQuestion], Said]


class Candidate(BaseModel):
    """arn: of the version. path: of the API, that it serves."""

    arn: str
    path: str

    @property
    def version(self) -> int:
        return int(self.arn.rpartition(":")[2])

    @property
    def live(self) -> str:
        """The alias that callers invoke."""
        return f"{self.arn.rpartition(':')[0]}:live"


def judge(candidates: Sequence[Candidate], questions: Sequence[GoldenQuestion], ask: Callable[[Candidate], Ask]) -> Verdict:
    """The worst that any candidate deserves for any question."""
    verdicts = {_judged(each, question, ask(each)) for each in candidates for question in questions}
    return "refused" if "refused" in verdicts else "unproven" if "unproven" in verdicts or not verdicts else "proven"


def _judged(candidate: Candidate, question: GoldenQuestion, ask: Ask) -> Verdict:
    live = ask(candidate.live, question)
    if live.version.isdigit() and candidate.version <= int(live.version):
        logger.info("golden question", extra={"question": question.id, "candidate": candidate.arn, "verdict": "in use or older"})
        return "proven"
    said = _best(candidate, question, ask)
    verdict = _verdict(said, live)
    extra = {"question": question.id, "candidate": candidate.arn, "said": vars(said), "live": vars(live), "verdict": verdict}
    (logger.info if verdict == "proven" else logger.warning)("golden question", extra=extra)
    return verdict


def _best(candidate: Candidate, question: GoldenQuestion, ask: Ask) -> Said:
    said = ask(candidate.arn, question)
    for _ in range(ATTEMPTS - 1):
        if said.outcome in ("cited", "switched-off"):
            break
        said = ask(candidate.arn, question)
    return said


def _verdict(said: Said, live: Said) -> Verdict:
    """A version that fails is held. One that does not cite the document is held if the version in use cites it: then it is there."""
    if said.outcome == "cited":
        return "proven"
    return "refused" if said.outcome == "failed" or live.outcome == "cited" else "unproven"
