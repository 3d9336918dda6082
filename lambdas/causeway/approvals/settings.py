"""Settings of the functions of approvals."""

from causeway.runtime.settings import Settings


class ApprovalSettings(Settings):
    """Of every function that reaches approvals. tenant_role: ARN of the role that reaches rows of tenants."""

    tenant_role: str
    agent_runs_table: str
    permissions_table: str


class PageSettings(ApprovalSettings):
    """link_key: ARN of the HMAC key of signed links."""

    link_key: str


class AskingSettings(PageSettings):
    """approval_topic: ARN."""

    approval_topic: str
