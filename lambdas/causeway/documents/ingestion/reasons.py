"""Why a document is not ready, for its uploader."""

from pydantic import BaseModel, ConfigDict


class Reason(BaseModel):
    """code: stable, snake_case. message: what is wrong, and what to do about it.

    Data class: confidential; code: internal.
    """

    model_config = ConfigDict(frozen=True)

    code: str
    message: str


FAILED = Reason(
    code="failed", message="The document could not be processed because of a fault on our side. It can be uploaded again later."
)
