"""The section `catalogue` of an environment."""

from pydantic import Field

from stacks.constructs.settings import Persons, Section


class Catalogue(Section):
    """What turns cost as a table that people query; where the section is missing, lines of turns stay in logs alone."""

    analysts: Persons = Field(description="who may query it, and reads nothing else")
    scanned_gb: int = Field(default=10, ge=1, le=1000, description="the most that one query may read; a month of prod's load is far less")
