"""Settings of the functions that are asked questions."""

from collections.abc import Mapping

from pydantic import Field, Json

from causeway.runtime.settings import Settings


class AdmissionSettings(Settings):
    """questions_a_minute: by the caller's tier; JSON."""

    sessions_table: str
    questions_a_minute: Json[Mapping[str, int]] = Field(min_length=1)
