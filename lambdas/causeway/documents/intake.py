"""What a domain says about documents that come in, as functions are told it. `stacks/data/intake.py` reads and checks its file."""

from pydantic import BaseModel, ConfigDict

from causeway.documents.checks import Checks
from causeway.documents.duplicates.policy import Duplicates
from causeway.safety.personal.policy import PersonalData


class Intake(BaseModel):
    """checks: of the text of each document. duplicates, personal_data: what is done about them. Without a word of it, nothing is done."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    checks: Checks = Checks()
    duplicates: Duplicates = Duplicates()
    personal_data: PersonalData = PersonalData()

    @classmethod
    def told(cls, variable: str) -> "Intake":
        """variable: JSON, or "" where the domain says nothing."""
        return cls.model_validate_json(variable) if variable else cls()

    @property
    def rules(self) -> str:
        """A text that changes with what is said here, "" for defaults alone: what was read by other rules is another version."""
        said = self.model_dump_json(exclude_defaults=True)
        return "" if said == "{}" else said
