"""What a function said when it was invoked as API Gateway invokes it, whole or as a stream of events."""

import json
from dataclasses import dataclass
from typing import Any, Literal
from uuid import uuid4

from pydantic import BaseModel

from causeway.documents.ingestion.identity import document_id
from causeway.runtime.errors import DependencyError
from causeway.runtime.streaming import DELIMITER
from causeway.runtime.switches import SWITCHED_OFF

Outcome = Literal["cited", "not-cited", "switched-off", "failed"]
ASKER = "release-check"
EVENTS = ("event:", ":")  # how a body of events begins


class GoldenQuestion(BaseModel):
    """id: in the domain's questions.yaml. document: the name of the one that answers."""

    id: str
    tenant: str
    question: str
    document: str

    def request(self, path: str) -> bytes:
        """The event of API Gateway's proxy integration, of someone in no group who has asked nothing in this minute."""
        asker = f"{ASKER}-{uuid4().hex}"
        claims = {"custom:tenant": self.tenant, "sub": asker}
        return json.dumps(
            {
                "httpMethod": "POST",
                "path": path,
                "resource": path,
                "headers": {"Content-Type": "application/json"},
                "multiValueHeaders": {"Content-Type": ["application/json"]},
                "body": json.dumps({"question": self.question}),
                "isBase64Encoded": False,
                "requestContext": {
                    "requestId": asker,
                    "resourcePath": path,
                    "httpMethod": "POST",
                    "authorizer": {"claims": claims},
                },
            }
        ).encode()


@dataclass(frozen=True)
class Said:
    """version: of the function that spoke, "" if none did. why: for the log; holds no text of a question or an answer."""

    outcome: Outcome
    version: str = ""
    why: str = ""


def unsaid(error: DependencyError) -> Said:
    return Said("failed", why=str(error))


def read(payload: bytes, version: str, error: str | None, question: GoldenQuestion) -> Said:
    """payload: as the function returned it. error: Lambda's word for a crash, None without one."""
    if error:
        return Said("failed", version, f"{error}: {payload[:300].decode(errors='replace')}")
    try:
        status, body = _reply(payload)
        answer = _last_event(body) if body.startswith(EVENTS) else json.loads(body)
        return _judged(status, answer, version, question)
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        return Said("failed", version, f"no reply of the API: {type(fault).__name__}")


def _reply(payload: bytes) -> tuple[int, str]:
    """Status and body. AWS does not document whether a caller who does not stream gets the metadata of a stream, or its body alone."""
    head, is_stream, rest = payload.partition(DELIMITER)
    if is_stream:
        return int(json.loads(head)["statusCode"]), rest.decode()
    if payload.startswith(tuple(each.encode() for each in EVENTS)):
        return 200, payload.decode()
    reply = json.loads(payload)
    return (200, reply) if isinstance(reply, str) else (int(reply["statusCode"]), reply["body"])


def _last_event(text: str) -> Any:
    """The data of `done`, or the problem of `error`."""
    events = [event.partition("\ndata: ") for event in text.strip().split("\n\n")]
    return next(json.loads(data) for name, _, data in reversed(events) if name in ("event: done", "event: error"))


def _judged(status: int, answer: Any, version: str, question: GoldenQuestion) -> Said:
    if "citations" not in answer or status >= 300:
        problem = str(answer.get("type", ""))
        return Said(
            "switched-off" if problem.endswith(SWITCHED_OFF) else "failed", version, f"status {status}, {problem or 'no citations'}"
        )
    cited = {citation["document"] for citation in answer["citations"]}
    if document_id(question.tenant, question.document) in cited:
        return Said("cited", version)
    return Said("not-cited", version, f"cites {len(cited)} other documents")
