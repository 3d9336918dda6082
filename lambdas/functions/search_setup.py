"""Custom::SearchSetup: the index with its template and pipeline (Kind=Index), or one role's access to it (Kind=Role).

The workflow that re-indexes asks it for the indexes of a generation (Kind=Generation), to make lost ones anew, and to remove them.
An operator asks it for a list of our snapshots, and to restore one (Kind=Snapshots). A schedule, and whoever reviews rights, asks it who
may do what in the domain (Kind=Access).

A deleted index resource leaves every passage where it is; a deleted role resource takes the access away.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints, TypeAdapter

from causeway.retrieval.access import Access
from causeway.retrieval.schema import DIMENSIONS
from causeway.retrieval.setup import (
    allow_role,
    clear_for_generation,
    delete_what_nobody_searches,
    forbid_role,
    keep_snapshots,
    list_snapshots,
    make_generation,
    prepare_engine,
    prepare_passages,
    remove_generation,
    restore_snapshot,
    who_may,
    write_audit_log,
)
from causeway.runtime.clients import region
from causeway.runtime.custom_resource import Context, Outcome, answer
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.search import search_client
from causeway.runtime.settings import Settings

logger = logging.getLogger(__name__)
logger.setLevel(logging.INFO)

ROLE_ARN = r"^arn:[^:]+:iam::\d{12}:role/[\w+=,.@-]+$"
OWN = r"^[a-z0-9][a-z0-9._-]{0,63}$"  # as the engine takes names of indexes
# A domain made a moment ago may refuse its first callers while names and access policies spread.
SEARCH = Dependency("search", attempt_seconds=30.0, budget_seconds=300.0, attempts=20, base_seconds=1.0, cap_seconds=20.0)
SECONDS_TO_ANSWER = 15.0  # kept back from the function's timeout, for CloudFormation's answer and what an attempt overruns


class SetupSettings(Settings):
    """role_prefix: how the ARNs of this environment's roles begin, as in `arn:aws:iam::123456789012:role/causeway-prod-`.
    index: the properties of the index resource, as JSON.
    """

    search_endpoint: str
    role_prefix: str
    index: str

    @property
    def own_role(self) -> str:
        """The ARN of the role that this function runs by, which alone is master of the domain."""
        return f"{self.role_prefix}search-setup"


class UnexpectedAccess(Exception):
    """The engine lets somebody do what nothing of ours has let them do."""


class Snapshots(BaseModel):
    """Where snapshots are kept, and the ARNs of the roles by which the service writes there and by which this function acts."""

    bucket: str = Field(alias="Bucket", min_length=1)
    role: str = Field(alias="Role", pattern=ROLE_ARN)
    setup_role: str = Field(alias="SetupRole", pattern=ROLE_ARN)


class Index(BaseModel):
    """The passages indexes. own_index: tenants with one of their own. text_weights: by search pipeline. dimensions: of vectors in an
    index made from now on. CloudFormation hands numbers over as strings.
    """

    kind: Literal["Index"] = Field(alias="Kind")
    shards: int = Field(alias="Shards", ge=1)
    replicas: int = Field(alias="Replicas", ge=0)
    text_weights: dict[str, Annotated[float, Field(ge=0, le=1)]] = Field(alias="TextWeights", min_length=1)
    dimensions: int = Field(DIMENSIONS, alias="Dimensions", ge=1)
    own_index: list[Annotated[str, StringConstraints(pattern=OWN)]] = Field([], alias="OwnIndex")
    snapshots: Snapshots | None = Field(None, alias="Snapshots")


class Generation(BaseModel):
    """The indexes of one generation. model, chunking: what its passages depend on; they name the index that is made. model: its label.
    dimensions: of its vectors.
    """

    kind: Literal["Generation"] = Field(alias="Kind")
    do: Literal["make", "remake", "remove"] = Field(alias="Do")
    generation: int = Field(alias="Generation", ge=1)
    model: str = Field("", alias="Model")
    dimensions: int = Field(DIMENSIONS, alias="Dimensions", ge=1)
    chunking: str = Field("", alias="Chunking")
    own_index: list[Annotated[str, StringConstraints(pattern=OWN)]] = Field([], alias="OwnIndex")


class Kept(BaseModel):
    """What an operator asks of our snapshots. snapshot: which one is restored."""

    kind: Literal["Snapshots"] = Field(alias="Kind")
    do: Literal["list", "restore"] = Field(alias="Do")
    snapshot: str = Field("", alias="Snapshot")


class Role(BaseModel):
    """What one IAM role may do with the passages."""

    kind: Literal["Role"] = Field(alias="Kind")
    name: str = Field(alias="Name", min_length=1)
    role_arn: str = Field(alias="RoleArn", pattern=ROLE_ARN)
    access: Access = Field(alias="Access")


Wanted: TypeAdapter[Index | Role] = TypeAdapter(Annotated[Index | Role, Field(discriminator="kind")])


def handler(event: Mapping[str, Any], context: Context) -> dict[str, Any] | None:
    """Answers CloudFormation's response URL, whatever happens; workflow, schedule and people with names or an error."""
    if event.get("Kind") == "Snapshots":
        return _kept(Kept.model_validate(event), context)
    if event.get("Kind") == "Access":
        return _who_may(context)
    if "RequestType" not in event:
        return {"indexes": _generation(Generation.model_validate(event), context)}
    delete = event["RequestType"] == "Delete"
    answer(event, context, lambda: _delete(event) if delete else _create(event, context))
    return None


def _generation(wanted: Generation, context: Context) -> list[str]:
    settings = SetupSettings.from_environment()
    client = search_client(settings.search_endpoint, timeout=30.0)

    def do() -> list[str]:
        if wanted.do == "remove":
            return remove_generation(client, wanted.generation)
        if wanted.do == "remake":
            size = Index.model_validate_json(settings.index)
            logger.info("deleted before making them anew: %s", clear_for_generation(client, wanted.generation, wanted.own_index))
            prepare_engine(client, size.shards, size.replicas, size.text_weights, size.dimensions)
        return [make_generation(client, wanted.generation, wanted.model, wanted.chunking, wanted.own_index, wanted.dimensions)]

    return SEARCH.call(do, Deadline.before_end(context, SECONDS_TO_ANSWER))


def _kept(wanted: Kept, context: Context) -> dict[str, Any]:
    client = search_client(SetupSettings.from_environment().search_endpoint, timeout=30.0)
    deadline = Deadline.before_end(context, SECONDS_TO_ANSWER)
    if wanted.do == "list":
        return {"snapshots": SEARCH.call(lambda: list_snapshots(client), deadline)}
    return {"indexes": SEARCH.call(lambda: restore_snapshot(client, wanted.snapshot), deadline)}


def _who_may(context: Context) -> dict[str, Any]:
    """The roles of the engine with the IAM roles that act as them. Raises UnexpectedAccess, so that its failed start is an alarm."""
    settings = SetupSettings.from_environment()
    client, deadline = search_client(settings.search_endpoint, timeout=30.0), Deadline.before_end(context, SECONDS_TO_ANSWER)
    roles, faults = SEARCH.call(lambda: who_may(client, settings.role_prefix, settings.own_role), deadline)
    logger.info("who may do what in the search domain: %s", roles)
    if faults:
        raise UnexpectedAccess("; ".join(faults))
    return {"roles": roles}


def _create(event: Mapping[str, Any], context: Context) -> Outcome:
    wanted = Wanted.validate_python(event["ResourceProperties"])
    deadline = Deadline.before_end(context, SECONDS_TO_ANSWER)
    return SEARCH.call(lambda: _apply(wanted), deadline)


def _apply(wanted: Index | Role) -> Outcome:
    settings = SetupSettings.from_environment()
    client = search_client(settings.search_endpoint, timeout=30.0)
    if isinstance(wanted, Role):
        _refuse_strangers(wanted, settings.role_prefix)
        allow_role(client, wanted.name, wanted.role_arn, wanted.access)
        return Outcome(wanted.name)
    write_audit_log(client)
    size = wanted.shards, wanted.replicas
    index = prepare_passages(client, *size, wanted.text_weights, wanted.own_index, wanted.dimensions)
    delete_what_nobody_searches(client)
    if kept := wanted.snapshots:
        keep_snapshots(client, kept.bucket, region(), kept.role, kept.setup_role)
    return Outcome("passages", {"Index": index})


def _refuse_strangers(wanted: Role, prefix: str) -> None:
    """Whoever may invoke this function may not let just any role in. Raises ValueError for a role of another account or name."""
    name = wanted.role_arn.removeprefix(prefix.rpartition("/")[0] + "/")
    if not wanted.role_arn.startswith(prefix) or "/" in name or wanted.name != name:
        raise ValueError(f"RoleArn={wanted.role_arn} with Name={wanted.name}: only roles {prefix}* are let in, by their own name")


def _delete(event: Mapping[str, Any]) -> Outcome:
    """A domain that cannot be asked any more must not hold the deletion of a stack up."""
    properties = event["ResourceProperties"]
    settings, name = SetupSettings.from_environment(), str(properties.get("Name", ""))
    if properties.get("Kind") == "Role" and name.startswith(settings.role_prefix.rpartition("/")[2]):
        _best_effort(lambda: forbid_role(search_client(settings.search_endpoint, timeout=30.0), name))
    return Outcome(event["PhysicalResourceId"])


def _best_effort(work: Callable[[], None]) -> None:
    try:
        work()
    except Exception:
        logger.exception("the role mapping stays behind; it names a role that is being deleted")
