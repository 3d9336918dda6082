"""The page behind a signed link: what is to be decided, and two buttons. It has no script, and everything in it is escaped."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from html import escape
from typing import Any

from causeway.approvals.approval import Approval
from causeway.approvals.deciding import Decided
from causeway.approvals.notices import MOMENT
from causeway.runtime.problems import Problem

STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}"
    "section{border:1px solid #bbb;border-radius:.5rem;padding:0 1rem;margin:1rem 0;overflow-wrap:anywhere;white-space:pre-wrap}"
    "dt{font-weight:600}dd{margin:0 0 .5rem 1rem}ul{padding-left:1.2rem;white-space:normal}dl{white-space:normal}"
    "button{font:inherit;padding:.5rem 1.5rem;margin-right:1rem;border-radius:.4rem;border:1px solid #1a1a1a;background:#fff}"
    "button[value=approve]{background:#0b5d2a;color:#fff}"
)
NOBODY = "frame-ancestors 'none'; base-uri 'none'"
_DIGEST = b64encode(sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_DIGEST}'; form-action 'self'; {NOBODY}",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}
PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    "<title>{title}</title><style>{style}</style></head><body><h1>{title}</h1>{body}</body></html>"
)
# The link travels in the body: the address that the form is sent to is in more logs than its content.
FORM = (
    '<form method="post" action="page"><input type="hidden" name="link" value="{link}">'
    '<button name="decision" value="approve">Approve</button><button name="decision" value="reject">Reject</button></form>'
)
DECIDED = {"approved": "approved. The outcome is released.", "rejected": "rejected. The outcome is not released."}
NOT_HEARD = (
    "<p>The decision is kept, but the run did not wait for it at this moment. When it asks again, it takes this decision; "
    "if it has ended meanwhile, nothing comes of it.</p>"
)


def asking_page(approval: Approval, approver: str, link: str) -> str:
    """What there is to decide, or what was decided."""
    if approval.decision:
        return _page("Decided", _verdict(approval) + _about(approval))
    form = FORM.format(link=escape(link))
    return _page("Your decision", f"<p>{escape(approver)}, nothing is decided until you press a button.</p>{_about(approval)}{form}")


def decided_page(decided: Decided) -> str:
    return _page("Decided", _verdict(decided.approval) + ("" if decided.heard else NOT_HEARD) + _about(decided.approval))


def problem_page(problem: Problem) -> str:
    return _page(problem.title, f"<p>{escape(problem.detail)}</p>")


def _page(title: str, body: str) -> str:
    return PAGE.format(title=escape(title), style=STYLE, body=body)


def _verdict(approval: Approval) -> str:
    decision = approval.decision
    if decision is None or decision.way == "expiry":
        return "<p>Nobody decided in time. The outcome is not released.</p>"
    return f"<p>{escape(decision.by)} has decided on {_moment(decision.at)}: {DECIDED[approval.state]}</p>"


def _about(approval: Approval) -> str:
    facts = {"Team": approval.team, "Task": approval.task, "Of": approval.owner.name, "Decide until": _moment(approval.until)}
    return f"{_shown(facts)}<h2>Outcome</h2><section>{_shown(approval.outcome)}</section>"


def _shown(value: Any) -> str:
    """Whatever JSON holds: objects as lists of names and values, lists as lists, everything else as text."""
    if isinstance(value, Mapping):
        return "<dl>" + "".join(f"<dt>{escape(str(name))}</dt><dd>{_shown(each)}</dd>" for name, each in value.items()) + "</dl>"
    if isinstance(value, list | tuple):
        return "<ul>" + "".join(f"<li>{_shown(each)}</li>" for each in value) + "</ul>" if value else "none"
    return escape("none" if value is None else str(value))


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime(MOMENT)
