"""What people do with an environment in a month: what `make cost` prices."""

from pydantic import Field

from stacks.constructs.settings import Section


class Load(Section):
    """All zero: the environment idles. users: who sign in during a month. agent_turns: of conversations with an agent that acts. team_runs:
    tasks given to a team. documents: kept, of so many KB and cut into so many passages each. changed_documents: added or changed in a day.
    """

    users: int = Field(default=0, ge=0)
    questions_a_day: int = Field(default=0, ge=0)
    agent_turns_a_day: int = Field(default=0, ge=0)
    team_runs_a_day: int = Field(default=0, ge=0)
    documents: int = Field(default=0, ge=0)
    document_kb: int = Field(default=50, ge=1)
    passages_each: int = Field(default=12, ge=1)
    changed_documents_a_day: int = Field(default=0, ge=0)
