"""Settings of one function, read once from its environment variables."""

import os
from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError


class SettingsError(ValueError):
    """A variable is missing or wrong; the message names every one of them."""


class Settings(BaseModel):
    """Base of a function's settings: the field `search_endpoint` is read from the variable `SEARCH_ENDPOINT`."""

    model_config = ConfigDict(frozen=True)

    causeway_environment: str

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Raises SettingsError with one sentence for each wrong variable. An empty variable counts as not set."""
        values = {name: environ[name.upper()] for name in cls.model_fields if environ.get(name.upper())}
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise SettingsError("; ".join(_sentences(error))) from None


def _sentences(error: ValidationError) -> list[str]:
    return [f"{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in error.errors(include_input=False) if fault["loc"]]
