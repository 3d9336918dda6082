"""Settings that constructs of every stack are given: how functions run, who may use data from outside, where an environment is."""

import platform
import sys
from typing import Annotated, Literal, Protocol, Self

import aws_cdk as cdk
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator, model_validator

from stacks.regions import REGIONS

TagValue = Annotated[str, StringConstraints(pattern=r"^[\w+=.@:/-][\w +=.@:/-]*$", max_length=256)]
UserName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_+=,.@-][A-Za-z0-9_+=,.@/-]*\*?$")]
KeyArn = Annotated[str, StringConstraints(pattern=r"^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[a-z0-9-]+$")]
RoleName = Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]+\*?$")]
Account = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
Tenant = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
FileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]


def region_of(arn: str) -> str:
    return arn.split(":")[3]


def refuse(*reasons: str | None) -> None:
    """Raise one ValueError with every reason given, one on each line. A reason is None if its rule holds."""
    broken = [reason for reason in reasons if reason]
    if broken:
        raise ValueError("\n".join(broken))


class Section(BaseModel):
    """Common to all sections: unknown keys are errors, values never change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @field_validator("*")
    @classmethod
    def a_list_names_each_once(cls, value: object) -> object:
        texts = [each for each in value if isinstance(each, str)] if isinstance(value, tuple) else []
        if twice := sorted({each for each in texts if texts.count(each) > 1}):
            raise ValueError(f"names {', '.join(twice)} more than once")
        return value


class Interpreter(Protocol):
    """What packages are built for. runtime: `host` for this machine's own. The others as in `Functions`."""

    @property
    def runtime(self) -> str: ...
    @property
    def python_version(self) -> str: ...
    @property
    def machine(self) -> str: ...
    @property
    def system(self) -> str: ...


class Functions(Section):
    """How Lambda functions run. `host` means the interpreter and machine that run synth: local function workers run there."""

    runtime: Literal["python3.14", "host"]
    architecture: Literal["arm64", "host"]
    memory_mb: int = Field(default=2048, ge=128, le=10240)
    snap_start: bool

    @property
    def python_version(self) -> str:
        """The interpreter the layers are built for, as in `3.14`."""
        return f"{sys.version_info.major}.{sys.version_info.minor}" if self.runtime == "host" else self.runtime.removeprefix("python")

    @property
    def machine(self) -> Literal["arm64", "x86_64"]:
        """The processor the layers are built for, in Lambda's words."""
        return "arm64" if self.architecture == "arm64" or platform.machine() in ("arm64", "aarch64") else "x86_64"

    @property
    def system(self) -> str:
        """What compiled wheels must fit, as in `aws-arm64` or `linux-x86_64`."""
        return f"{sys.platform if self.runtime == 'host' else 'aws'}-{self.machine}"

    @model_validator(mode="after")
    def host_comes_whole(self) -> Self:
        refuse(
            f"functions.runtime={self.runtime} with functions.architecture={self.architecture}: both are host or neither is"
            if (self.runtime == "host") != (self.architecture == "host")
            else None,
            f"functions.snap_start=true needs an AWS runtime; functions.runtime={self.runtime}"
            if self.snap_start and self.runtime == "host"
            else None,
        )
        return self


class Perimeter(Section):
    """Who may use data from outside the VPC's endpoints, and keys without being a role of the environment."""

    break_glass_roles: tuple[RoleName, ...] = Field(description="roles of people for emergencies; a `*` ends a name whose end is not known")
    operator_roles: tuple[RoleName, ...] = Field(
        default=(),
        description="roles of people who do what docs/operations says: they use keys through services; a `*` ends a name, as above",
    )

    @field_validator("break_glass_roles", "operator_roles")
    @classmethod
    def they_are_for_people(cls, roles: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        refuse(
            *(
                f"perimeter.{info.field_name}={role}: such names belong to {owner}, and its roles are not for people"
                for role in roles
                for start, owner in {"causeway-": "Causeway", "cdk-": "the CDK", "aws-service-role/": "AWS's services"}.items()
                if role.startswith(start) or start.startswith(role.removesuffix("*"))
            )
        )
        return roles


class Persons(Section):
    """Who may assume a role for people: IAM users of this account, with a second factor."""

    users: tuple[UserName, ...] = Field(min_length=1, description="names of users, path included; a `*` ends one whose end is not known")
    minutes: int = Field(default=60, ge=60, le=720, description="how long a session lasts")


class DataScientists(Persons):
    """Persons who measure answers. What they may read beside is for the environment to say."""

    documents: bool = Field(default=False, description="also what documents say, from inside the VPC: the documents bucket and its key")


class People(Section):
    """The roles that persons assume; null: there is no such role."""

    break_glass: Persons | None = Field(default=None, description="reaches objects from outside the VPC, in an emergency")
    auditor: Persons | None = Field(default=None, description="reads settings and records, and no data")
    key_administrator: Persons | None = Field(
        default=None, description="changes keys and uses none; nobody else of the account changes them"
    )
    data_scientist: DataScientists | None = Field(
        default=None, description="measures answers: experiments, lines of turns and ratings; no conversation, no row"
    )
    secrets: Persons | None = Field(default=None, description="sets the keys of services that tools ask, and reads none")

    @property
    def any(self) -> bool:
        """Whether there is a role for persons at all."""
        return any(getattr(self, name) is not None for name in type(self).model_fields)


class Ownership(Section):
    """Whom a resource belongs to, as tags on each."""

    owner: TagValue = Field(description="the team that answers for it")
    cost_centre: TagValue = Field(description="who pays for it")


class Common(Section):
    """What every construct may know of an environment, and of the pipeline that deploys them, `delivery`."""

    name: Literal["local", "dev", "staging", "prod", "delivery"]
    account: Account | None = Field(default=None, description="pins the account; null: the one whose credentials deploy")
    region: str
    protect_data: bool = Field(description="keep data when a stack is deleted, and refuse to delete tables and stateful stacks")
    functions: Functions
    perimeter: Perimeter
    people: People = People()
    tags: Ownership

    @field_validator("region")
    @classmethod
    def the_region_is_known(cls, region: str) -> str:
        if region not in REGIONS:
            raise ValueError(f"its prefix lists are not in stacks/regions.py; known are {', '.join(REGIONS)}")
        return region

    @property
    def aws(self) -> cdk.Environment:
        return cdk.Environment(account=self.account, region=self.region)

    @property
    def removal_policy(self) -> cdk.RemovalPolicy:
        """Data outlives its stack, but not a first deployment that failed: what it left would hold the names the next one needs."""
        return cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if self.protect_data else cdk.RemovalPolicy.DESTROY

    @property
    def removal_policy_of_protected(self) -> cdk.RemovalPolicy:
        """For tables and user pools: their deletion protection would stop a roll-back half-way, so they stay. CloudFormation names them."""
        return cdk.RemovalPolicy.RETAIN if self.protect_data else cdk.RemovalPolicy.DESTROY
