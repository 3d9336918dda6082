"""The section `account_wide` of an environment: what one account and region has once, however many environments are in it."""

from typing import Literal

from pydantic import Field

from stacks.constructs.settings import Section, refuse


class Trail(Section):
    """CloudTrail: who called what."""

    data_events: bool = Field(
        default=True, description="also each read and write of our buckets and tables, and each call of our functions"
    )
    insights: bool = Field(default=True, description="also unusual rates of calls and of errors")
    log_days: Literal[90, 120, 150, 180, 365, 400, 545, 731] = Field(
        default=90, description="days in CloudWatch Logs, where it is searched"
    )
    kept_years: int = Field(default=7, ge=1, le=99, description="years in the bucket")
    lock: Literal["governance", "compliance"] = Field(
        default="governance", description="who may erase it before: some with s3:BypassGovernanceRetention, or nobody at all"
    )


class Recorder(Section):
    """AWS Config: what each resource was and is."""

    recording: Literal["continuous", "daily"] = "continuous"
    kept_years: int = Field(default=7, ge=1, le=99, description="years in the bucket")
    benchmark: bool = Field(default=True, description="the rules of the CIS benchmark")
    remedies: bool = Field(
        default=True, description="what is safe to mend by itself is mended: public buckets of ours closed, keys rotated"
    )


class AccountWide(Section):
    """Each is switched off by its key where a landing zone has it: `null` for trail and config, `false` or `null` for the others.

    The environment that has this section owns these settings of its account and region; no other of them may have it.
    """

    trail: Trail | None = Trail()
    config: Recorder | None = Recorder()
    access_analyzer: bool = Field(default=True, description="findings of access from outside, and of access that nobody uses")
    unused_access_days: int = Field(default=90, ge=1, le=365, description="after which access counts as unused")
    guard_duty: bool = Field(default=True, description="threats: in CloudTrail, DNS, flow logs, S3 and the network of functions")
    security_hub: bool = Field(default=True, description="findings of all in one place, held against the standards")
    inspector: bool = Field(default=True, description="vulnerable packages and code of functions")
    macie: bool = Field(default=True, description="personal data in the documents bucket, looked for once a month")
    invocation_log: bool = Field(default=True, description="who called which model of Bedrock with how many tokens; never what was said")
    enforced_guardrail: bool = Field(default=True, description="a guardrail over every call of a model in the account, ours or not")
    api_log_role: bool = Field(default=True, description="the role by which API Gateway writes logs")
    transaction_search: int | None = Field(default=5, ge=1, le=100, description="per cent of traces that are indexed; null: off")
    cost_anomalies_usd: int | None = Field(default=20, ge=1, le=1_000_000, description="an anomaly of so much a day is told; null: off")

    def refuse_elsewhere(self, name: str) -> None:
        """Raise ValueError in an environment that no account of AWS is behind."""
        refuse("account_wide: the local AWS has no account-wide services; leave it out" if name == "local" else None)
