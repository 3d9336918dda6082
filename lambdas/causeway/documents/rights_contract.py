"""The routes of permissions: `/v1/folders` and `/v1/members`, with their bodies. They are for a tenant's administrators."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema

from causeway.documents.names import SCHEMA, clean_name
from causeway.permissions.access import ADMINS
from causeway.runtime.routes import Parameter, Reply, Route

MOST_GROUPS = 20
USER = r"^[^\x00-\x20\x7f#]{1,128}$"


def clean_folder(folder: str) -> str:
    """A folder in the form in which names of documents begin with it. Raises ValueError as `clean_name` does."""
    return f"{clean_name(folder)}/"


Folder = Annotated[
    str, AfterValidator(clean_folder), WithJsonSchema({**SCHEMA, "description": "The beginning of documents' names, such as `staff/`"})
]
Group = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
User = Annotated[str, StringConstraints(pattern=USER), Field(description="the name in the user pool; its case does not matter")]
Groups = Annotated[list[Group], Field(max_length=MOST_GROUPS), AfterValidator(lambda groups: sorted(set(groups)))]


class FolderRequest(BaseModel):
    """readers: the groups whose members may read the folder and all folders in it; an empty list closes it to everybody."""

    model_config = ConfigDict(extra="forbid", strict=True)

    folder: Folder
    readers: Groups


class FolderBody(BaseModel):
    """A restricted folder with the groups that may read it. The whole tenant may read every other."""

    folder: str
    readers: Sequence[str]


class FolderList(BaseModel):
    """version: grows with every change; the log line of a turn names the one it was answered by."""

    version: int
    folders: list[FolderBody]


class MemberRequest(BaseModel):
    """The groups of one user, in place of all that the user had."""

    model_config = ConfigDict(extra="forbid", strict=True)

    user: User
    groups: Annotated[Groups, Field(description=f"members of `{ADMINS}` may use these routes")]


class MemberBody(BaseModel):
    user: str
    groups: Sequence[str]


class MemberList(BaseModel):
    """Users who are in a group. next: pass it as ?after= for the next page; null on the last."""

    members: list[MemberBody]
    next: str | None


FOLDERS = Route("GET", "/v1/folders", "List the restricted folders", Reply(200, "All of them", FolderList), problems=(403,))
RESTRICT = Route(
    "PUT",
    "/v1/folders",
    "Say which groups may read a folder",
    Reply(200, "It holds from the next question on", FolderList),
    body=FolderRequest,
    problems=(403,),
)
OPEN = Route(
    "DELETE",
    "/v1/folders",
    "Let the whole tenant read a folder",
    Reply(200, "It holds from the next question on", FolderList),
    in_query={"folder": Parameter(Folder, "as `GET /v1/folders` lists it", required=True)},
    problems=(403, 404),
)
MEMBERS = Route(
    "GET",
    "/v1/members",
    "List who is in which group",
    Reply(200, "A page of them", MemberList),
    in_query={"after": Parameter(User, "`next` of the page before")},
    problems=(403,),
)
ENROL = Route(
    "PUT",
    "/v1/members",
    "Say which groups a user is in",
    Reply(200, "It holds from the user's next question on, whatever token they have", MemberBody),
    body=MemberRequest,
    problems=(403,),
)
ROUTES = (FOLDERS, RESTRICT, OPEN, MEMBERS, ENROL)
