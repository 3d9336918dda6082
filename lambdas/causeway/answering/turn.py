"""One question on its way through the steps, and the answer it ends with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from causeway.conversations.conversation import Conversation
from causeway.conversations.facts import Fact
from causeway.conversations.keys import Owner
from causeway.conversations.statements import NotKept
from causeway.models.chat import ChatReply, Usage
from causeway.permissions.access import Access
from causeway.retrieval.generations import Vectors
from causeway.retrieval.passage import FoundPassage, Passage, ShownPicture
from causeway.retrieval.scope import Filter, Scope
from causeway.reviews.review import Opinion, Review
from causeway.runtime.deadlines import Deadline

REFUSAL = "I could not find this in the documents."
DISAGREED = "Two models answer this differently, so no answer is given."
BLOCKED = "I cannot help with this request."
CALLER_GONE = "caller-gone"
Missing = Literal["embedding", "reranker", "model", "second-opinion"]


@dataclass
class Citation:
    """n: the mark's number. document: its id. quote: verbatim words of the passage. page: of these words. score: (1 + cosine) / 2.
    pictures: beside the passage.
    """

    n: int
    document: str
    title: str
    page: int | None
    heading: str
    quote: str
    score: float
    pictures: Sequence[ShownPicture] = ()


@dataclass(frozen=True)
class Answer:
    """outcome: "answered"; "search-only", when passages are quoted because no model answers; or why not answered: "nothing-found",
    "model-refused", "guardrail", "guardrail-grounding", "withheld", "ungrounded", "misattributed", "disagreement",
    "low-confidence".
    withheld: how many sentences of the model are not in the text, since no passage carries them or they must not leave.
    verify: sentences of the text that a reader should compare with their sources; empty when it is sure.
    """

    text: str
    outcome: str
    citations: Sequence[Citation] = ()
    grounded: bool = False
    confidence: float = 0.0
    withheld: int = 0
    verify: Sequence[str] = ()


class Listener(Protocol):
    """Hears how an answer grows, for a caller who reads along. Its methods raise Gone when nobody reads any more."""

    def retrieved(self, searched: str, passages: Sequence[FoundPassage]) -> None:
        """searched: the question as it was searched for. passages: those given to the model, numbered from 1."""

    def shows(self, text: str) -> None:
        """text: the answer as far as it goes. It may take back what an earlier text said; the same text again only says "still here"."""


@dataclass(frozen=True)
class Prompt:
    """passages: the delimited block of data. question: escaped, to be put between its delimiters.
    nonce: the code in the names of the delimiters. facts: the delimited block of what the user has said before, "" for nothing.
    """

    system: str
    passages: str
    question: str
    nonce: str
    facts: str = ""


@dataclass(frozen=True)
class Generation:
    """stop_reason: the model's own word, such as "end_turn", "max_tokens" or "guardrail_intervened".
    whole: none of its sentences is cut, whatever made the model stop.
    """

    text: str
    stop_reason: str
    whole: bool = False


@dataclass
class Turn:
    """tenant, user_name: from the caller's token and nowhere else; the name is the user pool's, "" for somebody in no group.

    access: what the user may read, once `permit` has looked; before that nothing can be searched for.

    What the steps add: candidates, all that the search found; passages, best first, more than `top_k` of them until `select` has cut;
    lead, how far the search saw the first of them ahead of the second, 0..1, None where that cannot be said; vectors, of which embedding
    model they were found by, None where nobody has said; the prompt; the generation with its usage; the answer, or the slug of the
    problem that turned the question away.
    owner: who asks. session_id: of the conversation that the question belongs to, if any; conversation: what is remembered of it.
    parts: the questions that the question consists of, none where it is one; they are searched for as well.
    facts: what the user has said of themselves before, newest first. noted: what is kept of that with this turn, in the user's words;
    not_noted: why other statements are not.
    rewritten: the question so that it is understood without the conversation, once that has been read.
    intent: what kind of question it is; empty where nobody has told.
    shown: what a listener has been shown of the answer. withheld: sentences that had to be taken out of the model's text.
    number: of the turn in its conversation, once it is remembered. review: the record of a refusal or an answer in doubt, once written.
    listener: hears the answer while the model writes it; None when the caller waits for the whole.
    second: what a second model replied, where one is asked. opinions: of both models, where they differ; of one that was not sure enough.
    user: the caller's, by the token; experiment, variant: what the turn takes part in, empty without. top_k_asked: the request says it.
    degraded: services that were missing, while the turn went on without them.
    seconds: how long each step took. notes: further fields for the log, never text of the question or the answer.
    """

    request_id: str
    tenant: str
    question: str
    deadline: Deadline
    user_name: str = ""
    access: Access | None = None
    filters: Mapping[Filter, Sequence[str]] = field(default_factory=dict)
    top_k: int = 5
    top_k_asked: bool = False
    user: str = ""
    experiment: str = ""
    variant: str = ""
    listener: Listener | None = None
    candidates: Sequence[FoundPassage] = ()
    passages: Sequence[FoundPassage] = ()
    lead: float | None = None
    vectors: Vectors | None = None
    prompt: Prompt | None = None
    generation: Generation | None = None
    usage: Usage = field(default_factory=Usage)
    answer: Answer | None = None
    turned_away: str = ""
    owner: Owner | None = None
    session_id: str | None = None
    conversation: Conversation | None = None
    facts: Sequence[Fact] = ()
    noted: Sequence[str] = ()
    not_noted: Sequence[NotKept] = ()
    rewritten: str = ""
    parts: Sequence[str] = ()
    intent: str = ""
    shown: str = ""
    withheld: int = 0
    number: int | None = None
    review: Review | None = None
    second: ChatReply | None = None
    opinions: tuple[Opinion, ...] = ()
    degraded: list[Missing] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    notes: dict[str, int | float | str] = field(default_factory=dict)

    @property
    def standalone(self) -> str:
        """The question as it is searched for and put to the model."""
        return self.rewritten or self.question

    @property
    def questions(self) -> Sequence[str]:
        """The question, and its parts."""
        return (self.standalone, *self.parts)

    @property
    def is_interrupted(self) -> bool:
        return self.turned_away == CALLER_GONE

    @property
    def scope(self) -> Scope:
        """Raises RuntimeError before anybody has looked what the user may read."""
        if self.access is None:
            raise RuntimeError("a search needs to know what its user may read")
        return Scope(self.tenant, self.access.closed, self.filters)

    @property
    def sources(self) -> list[str]:
        """Names of the cited documents; of all that the model read where its answer did not come to citations."""
        cited = {citation.document for citation in self.answer.citations} if self.answer else None
        return sorted({passage.source for passage in self.passages if cited is None or passage.document_id in cited})

    @property
    def outcome(self) -> str:
        """How the turn ended: as its answer says, turned away by a problem of that slug, or "failed"."""
        return self.answer.outcome if self.answer else self.turned_away or "failed"

    def refuse(self, outcome: str, text: str = REFUSAL) -> None:
        """Answer with a refusal: not grounded, no citations, confidence 0."""
        self.answer = Answer(text, outcome)


def readable(passage: Passage) -> str:
    """A passage as the model reads it: title, heading and text."""
    return f"{passage.title}\n{passage.heading}\n{passage.text}"
