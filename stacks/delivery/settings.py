"""What `delivery.yaml` says: where the pipeline is, what it reads, and which environment of which account it deploys in which order."""

from typing import Annotated, Literal, Self

from aws_cdk import aws_logs as logs
from pydantic import Field, StringConstraints, field_validator, model_validator

from stacks.constructs.settings import Account, Common, Functions, Perimeter, Section, refuse
from stacks.foundation.settings import CLOUDWATCH_RETENTION_DAYS, Email, Foundation

DELIVERY: Literal["delivery"] = "delivery"


class Source(Section):
    """What is delivered: each commit of one branch."""

    connection_arn: Annotated[
        str, StringConstraints(pattern=r"^arn:aws:(codeconnections|codestar-connections):[a-z0-9-]+:[0-9]{12}:connection/[A-Za-z0-9-]+$")
    ]
    repository: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+$")] = Field(description="owner and name")
    branch: Annotated[str, StringConstraints(pattern=r"^[^\s*]+$")]

    @property
    def service(self) -> str:
        """As IAM spells it; connections made before it had a new name keep the old one."""
        return self.connection_arn.split(":")[2]


class Builds(Section):
    """Where tests run and templates are made. image: one that CodeBuild provides; a version of it after a `-` pins it to the day."""

    image: Annotated[str, StringConstraints(pattern=r"^aws/codebuild/[a-z0-9_-]+:\d+\.\d+[\w.-]*$")]
    python: Annotated[str, StringConstraints(pattern=r"^3\.[0-9]{1,2}$")]

    @field_validator("python")
    @classmethod
    def the_app_runs_there(cls, python: str) -> str:
        if not 11 <= int(python.removeprefix("3.")) <= 14:
            raise ValueError("the app runs on 3.11 to 3.14")
        return python


class StageOf(Section):
    """One environment, deployed when the one before it is."""

    environment: Literal["dev", "staging", "prod"]
    account: Account
    approve: bool = Field(default=False, description="a person looks at the change sets of all stacks before any of them is carried out")
    rehearse: bool = Field(default=False, description="golden questions under load, after the deploy (assistant.rehearsal)")


class Releases(Section):
    """How much the pipeline does, for its bill."""

    releases_a_month: int = Field(default=0, ge=0, description="commits that are tested and deployed to every stage before prod")
    releases_to_prod_a_month: int = Field(default=0, ge=0, description="those of them that are approved")


class Delivery(Common):
    """The pipeline: what `-c env=delivery` selects."""

    name: Literal["delivery"]
    account: Account
    functions: Functions = Functions(runtime="python3.14", architecture="arm64", snap_start=False)
    perimeter: Perimeter = Perimeter(break_glass_roles=())
    source: Source
    alarm_emails: tuple[Email, ...]
    log_retention_days: int
    builds: Builds
    load: Releases = Releases()
    stages: tuple[StageOf, ...] = Field(min_length=1)

    @property
    def log_retention(self) -> logs.RetentionDays:
        return dict(zip(CLOUDWATCH_RETENTION_DAYS, logs.RetentionDays, strict=False))[self.log_retention_days]

    @property
    def foundation(self) -> Foundation:
        return Foundation(log_retention_days=self.log_retention_days, alarm_emails=self.alarm_emails)

    @model_validator(mode="after")
    def mail_reaches_people_and_logs_are_kept(self) -> Self:
        """Raises what the section `foundation` of an environment would."""
        refuse("alarm_emails is empty: nobody would hear that a release failed or waits" if not self.foundation.alarm_emails else None)
        return self

    @model_validator(mode="after")
    def releases_are_approved_and_prod_is_alone(self) -> Self:
        refuse(*self._order(), *self._approval(), *self._neighbours(), self._connection())
        return self

    def _order(self) -> list[str | None]:
        names = [stage.environment for stage in self.stages]
        order = [name for name in ("dev", "staging", "prod") if name in names]
        told = f"stages={', '.join(names)}: name each environment once, in the order {', '.join(order)}"
        return [told if names != order else None]

    def _approval(self) -> list[str | None]:
        told = "stages.prod.approve=false: prod is deployed when a person has seen the change sets; set it to true"
        return [told for stage in self.stages if stage.environment == "prod" and not stage.approve]

    def _neighbours(self) -> list[str | None]:
        others = {stage.environment: stage.account for stage in self.stages if stage.environment != "prod"} | {"the pipeline": self.account}
        return [
            f"stages.prod.account={stage.account} is that of {name} too: what is deployed there without approval could reach prod"
            for stage in self.stages
            for name, theirs in others.items()
            if stage.environment == "prod" and theirs == stage.account
        ]

    def _connection(self) -> str | None:
        arn, here = self.source.connection_arn, [self.region, self.account]
        told = f"source.connection_arn={arn} is of another account or region than the pipeline's ({self.account}, {self.region})"
        return told if arn.split(":")[3:5] != here else None
