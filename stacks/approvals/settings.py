"""The section `approvals` of an environment."""

from typing import Annotated

from pydantic import Field, StringConstraints, field_validator

from stacks.constructs.settings import Section, Tenant
from stacks.foundation.settings import RESERVED, Email

Name = Annotated[str, StringConstraints(min_length=1, max_length=128)]


class Approver(Section):
    """Somebody who is sent links by mail. That they may decide is said by the tenant's group `approvers`, and by nothing here."""

    tenant: Tenant
    name: Name = Field(description="in the user pool")
    email: Email

    @field_validator("email")
    @classmethod
    def it_reaches_somebody(cls, email: str) -> str:
        if RESERVED.search(email):
            raise ValueError("an address of an example domain reaches nobody")
        return email


class Approvals(Section):
    """People who decide about the outcome of a team."""

    hours: int = Field(
        default=24, ge=2, le=120, description="until what nobody has decided counts as no; half of it is over at the reminder"
    )
    ask_concurrency: int = Field(default=5, ge=1, le=900, description="runs that ask at the same time")
    page_concurrency: int = Field(default=5, ge=1, le=900, description="approvers who look or decide at the same time")
    mail: tuple[Approver, ...] = Field(default=(), description="who is sent links by mail")
