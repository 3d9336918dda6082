"""The section `triggers` of an environment."""

import re

from pydantic import Field, field_validator

from stacks.constructs.settings import Section, Tenant, refuse


class Triggers(Section):
    """Events that begin runs of agents. What begins which is the domain's: `domains/NAME/triggers.yaml`."""

    concurrency: int = Field(
        default=5, ge=3, le=500, description="events that are heard at the same time; two are for the stream of records"
    )
    accounts: dict[str, Tenant] = Field(default_factory=dict, description="other accounts that may send events, and the tenant of each")

    @field_validator("accounts")
    @classmethod
    def accounts_are_ids(cls, accounts: dict[str, Tenant]) -> dict[str, Tenant]:
        refuse(
            *(f"triggers.accounts={id}: no account's id, which has twelve digits" for id in accounts if not re.fullmatch("[0-9]{12}", id))
        )
        return accounts
