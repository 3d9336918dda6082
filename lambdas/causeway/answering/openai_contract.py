"""The routes for clients that speak OpenAI's API: `POST /openai/v1/chat/completions` and `GET /openai/v1/models`.

Shapes: "Chat completions", OpenAI API reference of 2026. What a client asks for that this assistant does not do (tools, several choices,
JSON, pictures) is refused; settings of sampling are accepted and have no effect: the deployment decides them.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from causeway.answering.contract import LONGEST_QUESTION, AppealOffer, CitationBody
from causeway.answering.turn import Missing
from causeway.conversations.rewriting import standalone
from causeway.language.form import normal
from causeway.runtime.routes import Reply, Route

MODEL = "causeway"


class TextPart(BaseModel):
    type: Literal["text"]
    text: str


class ChatMessage(BaseModel):
    """Of a system message nothing is used: the deployment instructs the model, not its callers."""

    model_config = ConfigDict(extra="allow")

    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[TextPart]

    @property
    def text(self) -> str:
        return self.content if isinstance(self.content, str) else "\n".join(part.text for part in self.content)


class StreamOptions(BaseModel):
    model_config = ConfigDict(extra="allow")

    include_usage: bool = False


class ChatCompletionRequest(BaseModel):
    """A conversation; its last message is the question."""

    model_config = ConfigDict(extra="allow")

    model: Literal["causeway"]
    messages: Annotated[list[ChatMessage], Field(min_length=1)]
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: Literal[1] | None = None
    tools: Annotated[list[Any] | None, Field(max_length=0, description="this assistant calls no tools")] = None
    response_format: dict[str, Any] | None = None

    @field_validator("messages")
    @classmethod
    def the_last_one_asks(cls, messages: list[ChatMessage]) -> list[ChatMessage]:
        question = normal(messages[-1].text).strip()
        if messages[-1].role != "user" or not question:
            raise ValueError("the last message must be the user's question")
        if len(question) > LONGEST_QUESTION:
            raise ValueError(f"a question may have {LONGEST_QUESTION} characters at most; this one has {len(question)}")
        return messages

    @field_validator("response_format")
    @classmethod
    def only_text(cls, response_format: dict[str, Any] | None) -> dict[str, Any] | None:
        if response_format and response_format.get("type") != "text":
            raise ValueError("only text is written here")
        return response_format

    @property
    def question(self) -> str:
        return normal(self.messages[-1].text).strip()

    @property
    def standalone(self) -> str:
        """The question as it is understood after those before it."""
        asked = ""
        for message in (each for each in self.messages if each.role == "user"):
            asked = standalone(normal(message.text).strip(), asked)
        return asked


class Extra(BaseModel):
    """What an OpenAI answer has no field for."""

    request_id: str
    grounded: bool
    confidence: float
    withheld: int
    degraded: Sequence[Missing]
    citations: Sequence[CitationBody]
    appeal: AppealOffer | None


class AssistantMessage(BaseModel):
    role: Literal["assistant"] = "assistant"
    content: str
    refusal: str | None = None


class Choice(BaseModel):
    index: int = 0
    message: AssistantMessage
    finish_reason: Literal["stop", "content_filter"]


class CompletionUsage(BaseModel):
    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class ChatCompletion(BaseModel):
    """The text ends with the list of its sources; `causeway` has them as data."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: list[Choice]
    usage: CompletionUsage
    causeway: Extra


class ChunkDelta(BaseModel):
    role: Literal["assistant"] | None = None
    content: str | None = None


class ChunkChoice(BaseModel):
    index: int = 0
    delta: ChunkDelta
    finish_reason: Literal["stop", "content_filter"] | None = None


class ChatCompletionChunk(BaseModel):
    id: str
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int
    model: str = MODEL
    choices: list[ChunkChoice]
    usage: CompletionUsage | None = None
    causeway: Extra | None = None


class Model(BaseModel):
    id: str = MODEL
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = MODEL


class ModelList(BaseModel):
    object: Literal["list"] = "list"
    data: list[Model]


COMPLETE = Route(
    "POST",
    "/openai/v1/chat/completions",
    "Ask as OpenAI's clients do",
    Reply(200, "The answer, whole or in chunks", ChatCompletion, events={"chunk": ChatCompletionChunk}, whole_too=True),
    body=ChatCompletionRequest,
    problems=(400,),
)
MODELS = Route("GET", "/openai/v1/models", "List the one model there is", Reply(200, "The assistant", ModelList))
ROUTES = (COMPLETE, MODELS)
