"""The section `assistant.partners`: companies whose servers ask, each by a plan of its own."""

from typing import Annotated

from pydantic import Field, StringConstraints

from stacks.constructs.settings import Section, Tenant

PartnerName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,31}$")]
ACCOUNT_RATE, ACCOUNT_BURST = 10_000, 5_000  # of API Gateway in a region, by AWS's default


class Partner(Section):
    """What one partner's servers may ask, and whose documents they see."""

    tenant: Tenant
    requests_per_second: int = Field(ge=1, le=ACCOUNT_RATE, description="steady requests; API Gateway counts them as well as it can")
    burst: int = Field(ge=1, le=ACCOUNT_BURST, description="requests at once, before the steady ones count")
    quota_a_month: int | None = Field(default=None, ge=1, description="requests of a calendar month; null: as many as the rate lets in")

    @property
    def in_five_minutes(self) -> int:
        return 300 * self.requests_per_second + self.burst
