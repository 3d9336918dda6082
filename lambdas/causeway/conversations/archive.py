"""Conversations in S3, one object each, kept after their turns have expired. See docs/decisions/176-conversations-are-archived-early.md."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from causeway.conversations.conversation import Conversation, Message, Summary
from causeway.conversations.keys import Owner
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class Archived:
    """count: turns there have been. turns: by number; those that had expired before they were archived are missing.

    Data class: restricted; session_id, created_at, count: internal.
    """

    session_id: str
    created_at: str
    count: int
    turns: Mapping[int, Message]

    @property
    def summary(self) -> Summary:
        """As it would be, had nothing expired."""
        summary = Summary()
        for number, message in sorted(self.turns.items()):
            summary = summary.with_turn(number, message)
        return summary

    def conversation(self) -> Conversation:
        return Conversation(self.session_id, count=self.count, turns=self.turns, summary=self.summary)

    def beside(self, earlier: "Archived | None") -> "Archived":
        """With the turns that only an earlier archive has."""
        turns = {**(earlier.turns if earlier else {}), **self.turns}
        return Archived(self.session_id, self.created_at, self.count, turns)


class Archive:
    """Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "storage"."""

    def __init__(self, client: "S3Client", bucket: str, dependency: Dependency) -> None:
        """client: one that has the patience of `dependency`."""
        self._client, self._bucket, self._dependency = client, bucket, dependency

    def read(self, owner: Owner, session_id: str, deadline: Deadline | None = None) -> Archived | None:
        """None when there is no archive of it."""
        body = self._dependency.call(lambda: self._body(owner.archive(session_id)), deadline)
        if body is None:
            return None
        content = json.loads(body)
        turns = {int(number): Message(**message) for number, message in content.pop("turns").items()}
        return Archived(**content, turns=turns)

    def take_in(self, owner: Owner, archived: Archived) -> None:
        """Write it in place of an earlier archive, whose turns are kept. One writer at a time."""
        whole = archived.beside(self.read(owner, archived.session_id))
        body = json.dumps(asdict(whole), ensure_ascii=False, separators=(",", ":")).encode()
        key, kind = owner.archive(archived.session_id), "application/json"
        self._dependency.call(lambda: self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=kind))

    def erase(self, owner: Owner, session_id: str) -> bool:
        """Returns whether there was one."""
        return self._erase_below(owner.archive(session_id)) > 0

    def keys(self, owner: Owner, after: str | None) -> list[str]:
        """Keys of the owner's archives, at most 1,000. after: the last one of the page before."""
        begin = after or owner.archives
        page = self._dependency.call(lambda: self._client.list_objects_v2(Bucket=self._bucket, Prefix=owner.archives, StartAfter=begin))
        return [each["Key"] for each in page.get("Contents", [])]

    def erase_key(self, key: str) -> None:
        """key: as `keys` gives it."""
        self._dependency.call(lambda: self._client.delete_object(Bucket=self._bucket, Key=key))

    def erase_all(self, owner: Owner) -> int:
        """Erase every archive of the owner, and return how many there were."""
        return self._erase_below(owner.archives)

    def _erase_below(self, prefix: str) -> int:
        erased = 0
        while keys := self._keys(prefix):
            for key in keys:
                self._dependency.call(lambda key=key: self._client.delete_object(Bucket=self._bucket, Key=key))  # type: ignore[misc]
            erased += len(keys)
        return erased

    def _keys(self, prefix: str) -> list[str]:
        page = self._dependency.call(lambda: self._client.list_objects_v2(Bucket=self._bucket, Prefix=prefix))
        return [each["Key"] for each in page.get("Contents", [])]

    def _body(self, key: str) -> bytes | None:
        try:
            return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return None
            raise
