"""The section `foundation` of an environment."""

import re
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator

from stacks.constructs.settings import KeyArn, Section

CLOUDWATCH_RETENTION_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)

# A placeholder for an address that is not set yet. It passes synth, so that a fresh clone can be inspected, and fails preflight.
PLACEHOLDER = "alarms@not-yet-named.invalid"
# Names that RFC 2606 and RFC 6761 keep for examples: mail to them reaches nobody.
RESERVED = re.compile(r"@(.+\.)?(example\.(com|net|org)|[^.]+\.(example|invalid|test|localhost|local))$", re.IGNORECASE)

Email = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}$", max_length=254)]


class Foundation(Section):
    """What every other stack leans on."""

    log_retention_days: int = Field(description="days each log group keeps its events")
    alarm_emails: tuple[Email, ...] = Field(default=(), description="addresses subscribed to the alarm topic; prod names at least one")

    boundary: Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]{1,128}$")] | None = Field(
        default=None, description="a managed policy of the account that every role gets as its boundary in place of ours, by path and name"
    )

    logs_key: KeyArn | None = Field(
        default=None, description="a key that somebody else keeps, for log groups and notifications in place of ours: docs/brought.md"
    )

    @property
    def people_to_alarm(self) -> tuple[str, ...]:
        """The addresses without the placeholder."""
        return tuple(each for each in self.alarm_emails if each != PLACEHOLDER)

    @field_validator("log_retention_days")
    @classmethod
    def cloudwatch_knows_the_period(cls, days: int) -> int:
        if days not in CLOUDWATCH_RETENTION_DAYS:
            raise ValueError(f"CloudWatch keeps logs for one of {', '.join(map(str, CLOUDWATCH_RETENTION_DAYS))} days")
        return days

    @field_validator("alarm_emails")
    @classmethod
    def they_reach_people(cls, emails: tuple[str, ...]) -> tuple[str, ...]:
        strangers = ", ".join(each for each in emails if RESERVED.search(each) and each != PLACEHOLDER)
        if strangers:
            raise ValueError(f"foundation.alarm_emails={strangers}: an address of an example domain reaches nobody")
        return emails
