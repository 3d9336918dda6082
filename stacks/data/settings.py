"""The section `data` of an environment."""

from typing import Literal

from pydantic import Field, field_validator

from stacks.constructs.settings import Section
from stacks.data.boosts import boosts
from stacks.data.intake import intake
from stacks.data.remembering import remembering


class Data(Section):
    """Buckets and tables."""

    recovery_days: int = Field(ge=1, le=35, description="days a table can be restored to any second of")
    noncurrent_version_days: int = Field(ge=1, description="days a replaced or deleted object can be brought back")
    replica_region: str | None = Field(default=None, description="region that holds a copy of every bucket and table; null: none")
    access_log_lock: Literal["governance", "compliance"] | None = Field(
        default=None,
        description="lock on archived access logs and audit records, for foundation.log_retention_days; null: no archive, no lock",
    )
    backup_vault: bool = Field(default=False, description="daily backups of every table in a locked vault, kept for recovery_days")
    domain: str | None = Field(
        default=None, description="folder of domains/: how long conversations are kept, what counts more, what may come in; null: defaults"
    )

    @field_validator("domain")
    @classmethod
    def the_domain_can_be_read(cls, domain: str | None) -> str | None:
        remembering(domain)
        boosts(domain)
        intake(domain)
        return domain
