"""The section `data` of an environment."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from stacks.constructs.settings import FileName, KeyArn, Section, region_of
from stacks.data.boosts import boosts
from stacks.data.intake import intake
from stacks.data.remembering import remembering


class LogArchive(Section):
    """A bucket that somebody else keeps, of this account or another, with the key that encrypts it."""

    bucket: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
    region: str
    key_arn: KeyArn

    @model_validator(mode="after")
    def the_key_is_where_the_bucket_is(self) -> Self:
        if region_of(self.key_arn) != self.region:
            raise ValueError(
                f"data.log_archive.key_arn is of {region_of(self.key_arn)}: name a key of data.log_archive.region={self.region}"
            )
        return self


class Data(Section):
    """Buckets and tables."""

    recovery_days: int = Field(ge=1, le=35, description="days a table can be restored to any second of")
    noncurrent_version_days: int = Field(ge=1, le=3650, description="days a replaced or deleted object can be brought back")
    replica_region: str | None = Field(default=None, description="region that holds a copy of every bucket and table; null: none")
    access_log_lock: Literal["governance", "compliance"] | None = Field(
        default=None,
        description="lock on archived access logs and audit records, for foundation.log_retention_days; null: no archive, no lock",
    )
    log_archive: LogArchive | None = Field(
        default=None, description="keeps copies of access logs and flow logs in place of an archive of ours: docs/brought.md"
    )
    backup_vault: bool = Field(default=False, description="daily backups of every table in a locked vault, kept for recovery_days")
    domain: FileName | None = Field(
        default=None, description="folder of domains/: how long conversations are kept, what counts more, what may come in; null: defaults"
    )

    @field_validator("domain")
    @classmethod
    def the_domain_can_be_read(cls, domain: str | None) -> str | None:
        remembering(domain)
        boosts(domain)
        intake(domain)
        return domain
