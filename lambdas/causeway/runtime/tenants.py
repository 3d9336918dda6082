"""Clients that reach the rows of one tenant only: IAM compares the first part of a row's key with a tag of their credentials.

So a defect in our code cannot open another tenant's rows. See docs/decisions/203-rows-of-a-tenant-by-session-tags.md.
"""

import os
import re
from functools import lru_cache
from types import SimpleNamespace
from typing import TYPE_CHECKING

from botocore.credentials import DeferredRefreshableCredentials

from causeway.runtime.clients import client, made_by, new_session, session

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TAG = "tenant"
SECONDS = 3600  # a role that was assumed by a role lasts an hour at most
CONNECT_SECONDS, READ_SECONDS = 0.5, 1.0
KEPT = 64  # clients in a process: each takes 0.3 MB, and 20 ms to make
NAMES_A_FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")  # none of these is changed in a key, and a tag takes all of them


class TenantClients:
    """DynamoDB's clients by tenant, for tables whose partition keys begin with the tenant and `#`.

    A client and its credentials are kept. The credentials are renewed some minutes before they expire.
    """

    def __init__(self, role: str, *, connect: float, read: float) -> None:
        """role: ARN of the role that is assumed. connect, read: as in `Patience`; a renewal takes at most 1.5 seconds more."""
        self._role, self._connect, self._read = role, connect, read
        self.of = lru_cache(maxsize=KEPT)(self._made)

    def _made(self, tenant: str) -> "DynamoDBClient":
        """Raises ValueError for what cannot be a tenant."""
        if not NAMES_A_FOLDER.fullmatch(tenant):
            raise ValueError(f"{tenant!r} is no tenant: letters, digits, '.', '_' and '-'")
        credentials = DeferredRefreshableCredentials(lambda: _tagged(self._role, tenant), "assume-role")
        maker = new_session(session().get_component("data_loader"))
        maker.register_component("credential_provider", SimpleNamespace(load_credentials=lambda: credentials))
        found: DynamoDBClient = made_by(maker, "dynamodb", self._connect, self._read)
        return found


def _tagged(role: str, tenant: str) -> dict[str, str]:
    """New credentials, as botocore takes them: it asks for them with the first request, and again before they expire."""
    answer = client("sts", connect=CONNECT_SECONDS, read=READ_SECONDS).assume_role(
        RoleArn=role,
        RoleSessionName=os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "causeway"),
        DurationSeconds=SECONDS,
        Tags=[{"Key": TAG, "Value": tenant}],
    )
    found = answer["Credentials"]
    return {
        "access_key": found["AccessKeyId"],
        "secret_key": found["SecretAccessKey"],
        "token": found["SessionToken"],
        "expiry_time": found["Expiration"].isoformat(),
    }
