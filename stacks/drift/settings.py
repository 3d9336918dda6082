"""The section `drift` of an environment."""

from pydantic import Field

from stacks.constructs.settings import Section


class Drift(Section):
    """Each day what was changed by hand is looked for, and told; null: nobody looks."""

    hour: int = Field(ge=0, le=23, description="when, in UTC")
