"""The routes that answer: `POST /v1/answers` and `GET /v1/health`, with their bodies."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from causeway.answering.turn import REFUSAL, Answer, Citation, Missing, Turn
from causeway.conversations.contract import SessionId
from causeway.conversations.statements import NotKept
from causeway.language.form import not_blank
from causeway.retrieval.links import PictureLinks
from causeway.retrieval.passage import ShownPicture
from causeway.retrieval.scope import Filter
from causeway.reviews.contract import APPEAL
from causeway.runtime.routes import Reply, Route
from causeway.runtime.schemas import BLANK, WHOLE

LONGEST_QUESTION = 1000
DEFAULT_TOP_K = 5


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)  # as names of documents are kept


Value = Annotated[str, StringConstraints(min_length=1, max_length=512), AfterValidator(_composed)]
Several = Annotated[list[Value], Field(min_length=1, max_length=50)]
Values = Annotated[Several, BeforeValidator(_as_list, json_schema_input_type=Value | Several)]
Question = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST_QUESTION),
    AfterValidator(not_blank),
    Field(json_schema_extra={"not": {"pattern": BLANK}}),
]


class Filters(BaseModel):
    """Narrow the search. Each takes one value or a list of which any may match; all filters given must match.

    Data class: confidential.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    document_id: Annotated[Values | None, Field(description="as `GET /v1/documents` lists it")] = None
    source: Annotated[Values | None, Field(description="the document's name")] = None
    language: Annotated[Values | None, Field(description='such as "en"')] = None

    def chosen(self) -> Mapping[Filter, Sequence[str]]:
        pairs: dict[Filter, list[str] | None] = {"document_id": self.document_id, "source": self.source, "language": self.language}
        return {name: values for name, values in pairs.items() if values}


class AnswerRequest(BaseModel):
    """A question to the caller's own documents."""

    model_config = ConfigDict(extra="forbid", strict=True)

    question: Question
    filters: Filters = Filters()
    top_k: Annotated[int, Field(ge=1, le=20, description="passages given to the model"), WHOLE] = DEFAULT_TOP_K
    session_id: Annotated[SessionId | None, Field(description="of `POST /v1/sessions`: the question follows those asked before it")] = None


class Source(BaseModel):
    """A passage given to the model as number n.

    n: the number of the passage.
    Data class: confidential; n, document, page, score: internal.
    """

    n: int = Field(ge=1)
    document: str = Field(description="document_id")
    title: str
    page: int | None = Field(description="page of the passage's or the quote's first words, from 1; null where the format has no pages")
    heading: str = Field(description='headings above the passage, joined by " > "')
    score: float = Field(ge=0, le=1, description="similarity of question and passage: (1 + cosine) / 2")


class PictureBody(BaseModel):
    """A picture that the passage shows or speaks of.

    Data class: confidential; id, page: internal.
    """

    id: str = Field(description="as `GET /v1/documents/{document_id}/pictures` lists it")
    page: int | None = Field(description="from 1; null where the format has no pages")
    caption: str = Field(description='what the document says of it; "" for nothing')
    url: str | None = Field(description="shows the picture for five minutes; null in an answer that was kept, as in a batch")

    @classmethod
    def of(cls, picture: ShownPicture, links: PictureLinks | None) -> Self:
        return cls(id=picture.id, page=picture.page, caption=picture.caption, url=links.of(picture.key) if links else None)


class CitationBody(Source):
    """Where a sentence marked [n] comes from. A passage that several sentences rest on is cited once for each place quoted.

    pictures: beside the passage.
    Data class: confidential; n, document, page, score: internal.
    """

    quote: str = Field(description="the words of the passage that support the answer, verbatim")
    pictures: list[PictureBody] = Field(default_factory=list)  # of kept answers, some are from before there were any

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    @classmethod
    def of(cls, citation: Citation, links: PictureLinks | None) -> Self:
        return cls(**{**vars(citation), "pictures": [PictureBody.of(picture, links) for picture in citation.pictures]})


class UsageBody(BaseModel):
    """What the model counted; zeros and an empty model when it was not asked.

    Data class: internal.
    """

    input_tokens: int
    output_tokens: int
    model: str


class SessionBody(BaseModel):
    """The conversation that the answer belongs to.

    turn: its number in it, null when it could not be remembered. rebuilt: earlier turns that had expired and were brought back from the
    archive for this question. forgotten: earlier turns of which nothing is known any more.
    Data class: internal.
    """

    session_id: str
    turn: int | None
    rebuilt: int = Field(ge=0)
    forgotten: int = Field(ge=0)

    @classmethod
    def of(cls, turn: Turn) -> Self | None:
        known = turn.conversation
        return cls(session_id=known.session_id, turn=turn.number, rebuilt=known.rebuilt, forgotten=known.forgotten) if known else None


class AppealOffer(BaseModel):
    """How to have a person look at the answer: `POST` its `request_id` (and `session_id`) to `path`.

    in_review: a person will look at it in any case. `GET {path}/{request_id}` shows what became of it.
    path: of the route.
    Data class: internal.
    """

    path: str
    in_review: bool

    @classmethod
    def of(cls, turn: Turn) -> Self | None:
        return cls(path=APPEAL.path, in_review=bool(turn.review and turn.review.state == "open")) if turn.review or turn.number else None


class AnswerResponse(BaseModel):
    """An answer with its sources, or a refusal: `grounded` false, no citations, confidence 0.

    answer: in words, with marks of its citations. citations: where its sentences come from. session: that it belongs to.
    Data class: restricted; grounded, withheld, confidence, usage, degraded, session, appeal, request_id: internal; citations: confidential.
    """

    answer: str = Field(examples=["Books can be returned within 30 days [1].", REFUSAL])
    citations: list[CitationBody]
    grounded: bool = Field(description="every claim of the answer cites a passage that carries its words")
    withheld: int = Field(ge=0, description="sentences of the model that no passage carries; they were left out")
    confidence: float = Field(ge=0, le=1, description="the share of answers like this one that are right; 0 for a refusal")
    verify: list[str] = Field(description="sentences to compare with their sources before use; empty when the answer is sure enough")
    usage: UsageBody
    degraded: list[Missing] = Field(
        description="services that were missing: without `embedding`, passages were found by their words alone and each score is 0; "
        "without `reranker`, they are in the order of the search; "
        "without `model`, the answer quotes the passages nearest to the question; without `second-opinion`, one model alone was asked"
    )
    session: SessionBody | None
    appeal: AppealOffer | None = Field(
        description="of every refusal, every answer in doubt and every remembered turn; null for what is kept nowhere, or could not be"
    )
    noted: list[str] = Field(description="what the question says of its user and is kept from now on, in the user's words: `GET /v1/facts`")
    not_noted: list[NotKept] = Field(description="why other statements of the user are not kept: `sensitive` for numbers and passwords")
    request_id: str

    @classmethod
    def of(cls, turn: Turn, answer: Answer, links: PictureLinks | None = None) -> Self:
        """links: signs the addresses of pictures, of documents that this turn's user may read now; None for an answer that is kept."""
        usage = turn.usage
        return cls(
            answer=answer.text,
            citations=[CitationBody.of(citation, links) for citation in answer.citations],
            grounded=answer.grounded,
            withheld=answer.withheld,
            confidence=answer.confidence,
            verify=list(answer.verify),
            usage=UsageBody(input_tokens=usage.input_tokens, output_tokens=usage.output_tokens, model=usage.model),
            degraded=turn.degraded,
            session=SessionBody.of(turn),
            appeal=AppealOffer.of(turn),
            noted=list(turn.noted),
            not_noted=list(turn.not_noted),
            request_id=turn.request_id,
        )


class Health(BaseModel):
    """The function runs; it has asked no service."""

    status: Literal["ok"] = "ok"

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


ASK = Route(
    "POST", "/v1/answers", "Ask a question", Reply(200, "An answer or a refusal", AnswerResponse), body=AnswerRequest, problems=(400, 404)
)
HEALTH = Route("GET", "/v1/health", "Whether the API answers", Reply(200, "It does", Health), open_to_all=True)
ROUTES = (ASK, HEALTH)
