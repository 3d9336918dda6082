"""What the search engine writes to its audit log. The domain publishes that log, but the engine writes nothing until this is put."""

from typing import Any

# Every answer is an authenticated, granted request: logging those would bury the ones that were refused.
ROUTINE = ["AUTHENTICATED", "GRANTED_PRIVILEGES"]


def configuration() -> dict[str, Any]:
    """The body of `PUT _plugins/_security/api/audit/config`.

    Refused requests, failed logins and changes of the security configuration are logged; no body of a request and no field of a
    passage is, because logs hold no text of questions or documents.
    """
    return {
        "enabled": True,
        "audit": {
            "enable_rest": True,
            "disabled_rest_categories": ROUTINE,
            "enable_transport": True,
            "disabled_transport_categories": ROUTINE,
            "resolve_bulk_requests": False,
            "log_request_body": False,
            "resolve_indices": True,
            "exclude_sensitive_headers": True,
            "ignore_users": [],
            "ignore_requests": [],
        },
        "compliance": {
            "enabled": True,
            "internal_config": True,
            "external_config": False,
            "read_metadata_only": True,
            "read_watched_fields": {},
            "read_ignore_users": [],
            "write_metadata_only": True,
            "write_log_diffs": False,
            "write_watched_indices": [],
            "write_ignore_users": [],
        },
    }
