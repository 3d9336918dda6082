"""Why a document is not ready, for its uploader."""

import json

from pydantic import BaseModel, ConfigDict


class Reason(BaseModel):
    """code: stable, snake_case. message: what is wrong, and what to do about it."""

    model_config = ConfigDict(frozen=True)

    code: str
    message: str

    @classmethod
    def of_cause(cls, cause: str) -> "Reason":
        """The reason of a BadDocument. cause: Lambda's report, JSON whose `errorMessage` is "code: message"."""
        code, _, message = json.loads(cause)["errorMessage"].partition(": ")
        return cls(code=code, message=message)


FAILED = Reason(
    code="failed", message="The document could not be processed because of a fault on our side. It can be uploaded again later."
)
