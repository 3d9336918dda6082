"""The section `events` of an environment."""

from pydantic import Field

from stacks.constructs.settings import Section


class Events(Section):
    """The bus on which parts of the app, and others, hear of what has happened."""

    archive_days: int = Field(default=90, ge=1, le=3650, description="how long events are kept and can be sent again")
