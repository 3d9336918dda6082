"""The routes of `causeway.documents.rights_contract`: a tenant's administrators say who may read which folder."""

from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from causeway.documents.rights_contract import (
    ENROL,
    FOLDERS,
    MEMBERS,
    OPEN,
    RESTRICT,
    USER,
    FolderBody,
    FolderList,
    FolderRequest,
    MemberBody,
    MemberList,
    MemberRequest,
    clean_folder,
)
from causeway.permissions.access import ADMINS
from causeway.permissions.administration import MAX_FOLDERS, Administration, TooManyFolders
from causeway.permissions.permissions import Permissions
from causeway.runtime.clients import client
from causeway.runtime.dependencies import Dependency
from causeway.runtime.logs import hashed, logger, record_breaker
from causeway.runtime.problems import FieldFault, Problem, invalid_request, not_found
from causeway.runtime.settings import Settings
from functions.api import body, json_response, page_after, rest_api, tenant, user_name

PAGE = 100
# Someone waits for the answer: three calls end before the function's 10 seconds do.
PERMISSIONS = Dependency("permissions", attempt_seconds=1.5, budget_seconds=3.0, connect_seconds=0.5)

app = rest_api()


class RightsSettings(Settings):
    permissions_table: str


settings = cache(RightsSettings.from_environment)
guarded = cache(lambda: PERMISSIONS.guarded(record_breaker))


def administration() -> Administration:
    return Administration(client("dynamodb", **PERMISSIONS.patience), settings().permissions_table, guarded())


def permissions() -> Permissions:
    return Permissions(client("dynamodb", **PERMISSIONS.patience), settings().permissions_table, guarded())


@app.serves(FOLDERS)
def list_folders() -> Response[str]:
    return json_response(FOLDERS, _folders(_administered()))


@app.serves(RESTRICT)
def restrict_folder() -> Response[str]:
    administered, wanted = _administered(), body(app, FolderRequest)
    try:
        version = administration().restrict(administered, wanted.folder, wanted.readers)
    except TooManyFolders:
        raise invalid_request(
            [FieldFault("folder", f"at most {MAX_FOLDERS} folders can be restricted; restrict one above several")]
        ) from None
    _note("folder restricted", version=version, groups=len(wanted.readers))
    return json_response(RESTRICT, _folders(administered))


@app.serves(OPEN)
def open_folder() -> Response[str]:
    administered = _administered()
    try:
        folder = clean_folder(app.current_event.get_query_string_value("folder") or "")
    except ValueError as error:
        raise invalid_request([FieldFault("folder", str(error))]) from None
    version = administration().open(administered, folder)
    if version is None:
        raise not_found("restricted folder of that name")
    _note("folder opened", version=version)
    return json_response(OPEN, _folders(administered))


@app.serves(MEMBERS)
def list_members() -> Response[str]:
    administered = _administered()
    members, following = administration().members(administered, PAGE, page_after(app, USER))
    bodies = [MemberBody(user=name, groups=groups) for name, groups in members.items()]
    return json_response(MEMBERS, MemberList(members=bodies, next=following))


@app.serves(ENROL)
def enrol_member() -> Response[str]:
    administered, wanted = _administered(), body(app, MemberRequest)
    if wanted.user.casefold() == user_name(app).casefold() and ADMINS not in wanted.groups:
        raise invalid_request(
            [FieldFault("groups", f"you cannot leave {ADMINS} yourself, or nobody might be left; ask another administrator")]
        )
    administration().enrol(administered, wanted.user, wanted.groups)
    _note("groups changed", member=hashed(wanted.user.casefold()), groups=len(wanted.groups))
    return json_response(ENROL, MemberBody(user=wanted.user.casefold(), groups=wanted.groups))


def _administered() -> str:
    """The tenant that the caller administers. Raises a 403 Problem for anybody else."""
    caller = tenant(app)
    if not permissions().of(caller, user_name(app)).is_admin:
        raise Problem("forbidden", "Not allowed", 403, f"Only members of the group {ADMINS} may see and change permissions.")
    return caller


def _folders(administered: str) -> FolderList:
    version, folders = administration().folders(administered)
    return FolderList(version=version, folders=[FolderBody(folder=each, readers=folders[each]) for each in sorted(folders)])


def _note(change: str, **facts: int | str) -> None:
    """Who changed what, for auditors: ids hashed."""
    logger.info("permissions", extra={"change": change, "tenant": hashed(tenant(app)), "by": hashed(user_name(app).casefold()), **facts})


@logger.inject_lambda_context(correlation_id_path="requestContext.requestId")
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
