"""The section `foundation` of an environment."""

from typing import Annotated

from pydantic import Field, StringConstraints, field_validator

from stacks.constructs.settings import Section

CLOUDWATCH_RETENTION_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)

Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]


class Foundation(Section):
    """What every other stack leans on."""

    log_retention_days: int = Field(description="days each log group keeps its events")
    alarm_emails: tuple[Email, ...] = Field(default=(), description="addresses subscribed to the alarm topic")

    @field_validator("log_retention_days")
    @classmethod
    def cloudwatch_knows_the_period(cls, days: int) -> int:
        if days not in CLOUDWATCH_RETENTION_DAYS:
            raise ValueError(f"CloudWatch keeps logs for one of {', '.join(map(str, CLOUDWATCH_RETENTION_DAYS))} days")
        return days
