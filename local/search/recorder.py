"""The three plugin APIs of Amazon OpenSearch Service that are not published for other servers.

Security (roles, role mappings, audit configuration), index management and snapshot management are recorded and returned as by the
real plugins, and have no effect: no role is enforced, no audit log is written, no index is rolled over, no policy takes a snapshot.
A repository in S3 is recorded, too, as its plugin is not published; the front keeps its snapshots in a folder.
"""

import json
import re
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SECURITY = re.compile(r"/_plugins/_security/api/(?P<kind>roles|rolesmapping|internalusers|actiongroups)(?:/(?P<name>[^/]+))?")
AUDIT = re.compile(r"/_plugins/_security/api/audit(?:/config)?")
POLICIES = re.compile(r"/_plugins/_(?P<kind>ism|sm)/policies(?:/(?P<name>[^/]+))?")
MANAGED = re.compile(r"/_plugins/_ism/(?:add|change_policy)/(?P<indexes>[^/]+)")
REPOSITORY = re.compile(r"/_snapshot/(?P<name>[^/_][^/]*)")


@dataclass(frozen=True)
class Answer:
    """An HTTP status and a JSON body."""

    status: int
    body: dict[str, Any]


class Recorder:
    """Keeps the recorded content in `file`, by API and name."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = threading.Lock()
        self._kept: dict[str, dict[str, Any]] = json.loads(file.read_text()) if file.exists() else {}

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> Answer | None:
        """The recorded answer; None when the path belongs to none of these APIs and the server has to answer."""
        with self._lock:
            if match := SECURITY.fullmatch(path):
                return self._security(method, match["kind"], match["name"], body)
            if AUDIT.fullmatch(path):
                return self._audit(method, path, body)
            if match := POLICIES.fullmatch(path):
                return self._policy(method, match["kind"], match["name"], query, body)
            if match := MANAGED.fullmatch(path):
                return self._manage(method, match["indexes"], body)
            if (match := REPOSITORY.fullmatch(path)) and self._is_recorded_repository(method, match["name"], body):
                return self._repository(method, match["name"], body)
        if path.startswith(("/_plugins/_security", "/_plugins/_ism", "/_plugins/_sm")):
            return Answer(501, _error("not_recorded", f"{method} {path} is not among what this local server records."))
        return None

    def _security(self, method: str, kind: str, name: str | None, body: Any) -> Answer:
        kept = self._kept.setdefault(kind, {})
        if method == "GET" and (name is None or name in kept):
            return Answer(200, kept if name is None else {name: kept[name]})
        if method == "PUT" and name and isinstance(body, dict):
            return self._put_security(kept, name, body)
        if method == "DELETE" and name in kept:
            self._keep(kept, name, None)
            return Answer(200, {"status": "OK", "message": f"'{name}' deleted."})
        if method in ("GET", "DELETE"):
            return Answer(404, {"status": "NOT_FOUND", "message": f"Resource '{name}' not found."})
        return Answer(400, {"status": "BAD_REQUEST", "message": f"{method} of {kind} is not recorded; use GET, PUT or DELETE."})

    def _put_security(self, kept: dict[str, Any], name: str, body: dict[str, Any]) -> Answer:
        known = name in kept
        self._keep(kept, name, body)
        if known:
            return Answer(200, {"status": "OK", "message": f"'{name}' updated."})
        return Answer(201, {"status": "CREATED", "message": f"'{name}' created."})

    def _audit(self, method: str, path: str, body: Any) -> Answer:
        kept = self._kept.setdefault("audit", {})
        if method == "GET" and not path.endswith("/config"):
            return Answer(200, {"_readonly": [], "config": kept.get("config", {"enabled": False})})
        if method != "PUT" or not path.endswith("/config") or not isinstance(body, dict):
            return Answer(405, _error("method_not_allowed", "the audit configuration is read by GET of audit, and put to audit/config"))
        if strange := sorted(set(body) - {"enabled", "audit", "compliance"}):
            return Answer(400, {"status": "error", "reason": "Invalid configuration", "invalid_keys": {"keys": ",".join(strange)}})
        self._keep(kept, "config", body)
        return Answer(200, {"status": "OK", "message": "'config' updated."})

    def _policy(self, method: str, kind: str, name: str | None, query: dict[str, str], body: Any) -> Answer:
        kept = self._kept.setdefault(kind, {})
        if method in ("PUT", "POST") and name and isinstance(body, dict):
            return self._put_policy(kept, kind, name, query, body)
        if method == "GET" and name in kept:
            return Answer(200, kept[name])
        if method == "GET" and name is None:
            return Answer(200, {"policies": list(kept.values()), "total_policies" if kind == "ism" else "totalPolicies": len(kept)})
        if method == "DELETE" and name in kept:
            self._keep(kept, name, None)
            return Answer(200, {"_id": name, "result": "deleted"})
        return Answer(404, _error("status_exception", f"Policy {name} is not found"))

    def _put_policy(self, kept: dict[str, Any], kind: str, name: str, query: dict[str, str], body: dict[str, Any]) -> Answer:
        before = kept.get(name)
        expected = (query.get("if_seq_no"), query.get("if_primary_term"))
        current = (str(before["_seq_no"]), str(before["_primary_term"])) if before else (None, None)
        if expected != current:
            return Answer(409, _error("version_conflict_engine_exception", f"[{name}]: version conflict, the current one is {current}"))
        number = before["_seq_no"] + 1 if before else 0
        holder = "policy" if kind == "ism" else "sm_policy"
        content = body.get("policy", body) if kind == "ism" else body
        self._keep(kept, name, {"_id": name, "_version": number + 1, "_seq_no": number, "_primary_term": 1, holder: content})
        return Answer(200 if before else 201, kept[name])

    def _manage(self, method: str, indexes: str, body: Any) -> Answer:
        if method != "POST" or not isinstance(body, dict) or body.get("policy_id") not in self._kept.get("ism", {}):
            return Answer(
                400, _error("illegal_argument_exception", "a policy is put on indexes by POST, with the policy_id of one that is there")
            )
        self._keep(self._kept.setdefault("managed", {}), indexes, body["policy_id"])
        return Answer(200, {"updated_indices": 0, "failures": False, "failed_indices": []})

    def _is_recorded_repository(self, method: str, name: str, body: Any) -> bool:
        """Whether it is a repository in S3, whose plugin is not published; the server has all other kinds itself."""
        return name in self._kept.get("repositories", {}) or (method == "PUT" and isinstance(body, dict) and body.get("type") == "s3")

    def folder_of(self, path: str, body: Any) -> dict[str, Any] | None:
        """A repository in a folder, in the place of one in S3 that is put; None for any other request."""
        match = REPOSITORY.fullmatch(path)
        if match is None or not isinstance(body, dict) or body.get("type") != "s3":
            return None
        return {"type": "fs", "settings": {"location": match["name"]}}

    def _repository(self, method: str, name: str, body: Any) -> Answer:
        kept = self._kept.setdefault("repositories", {})
        if method == "GET":
            return Answer(200, {name: kept[name]})
        if method in ("PUT", "POST", "DELETE"):
            self._keep(kept, name, None if method == "DELETE" else body)
            return Answer(200, {"acknowledged": True})
        return Answer(405, _error("method_not_allowed", f"{method} of a repository is not recorded"))

    def _keep(self, kept: dict[str, Any], name: str, value: Any) -> None:
        """Change memory and file; a value of None removes the entry."""
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = value
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(self._kept, indent=2))


def _error(kind: str, reason: str) -> dict[str, Any]:
    return {"error": {"type": kind, "reason": reason}}
