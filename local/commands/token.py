"""Print a curl command that asks the local API, with a user's token in it, to be pasted and changed.

    python -m local.commands.token

AS names the sample user; JSON=1 prints URL and token as JSON instead.
"""

import base64
import json
import shlex
import sys
from datetime import UTC, datetime
from typing import Any

from local.app.api import base_url
from local.app.domain import asking, current
from local.app.people import Person, sign_in
from local.console import command
from local.switches import is_on

QUESTION = "What can you tell me?"


def main() -> int:
    as_json, user = is_on("JSON"), asking()
    person, url = sign_in(user), base_url()
    if as_json:
        print(json.dumps(described(person, url)))
        return 0
    question = next((example.question for example in current().examples if example.user == user.name), QUESTION)
    print(curl(url, person.token, question))
    print(f"\n{user.name} of {user.tenant}; the token is valid until {expiry(person.token):%H:%M} UTC", file=sys.stderr)
    return 0


def curl(url: str, token: str, question: str) -> str:
    """A command for any POSIX shell, whatever characters the question holds."""
    body = json.dumps({"question": question}, ensure_ascii=False)
    headers = [f"Authorization: {token}", "Content-Type: application/json"]
    words = ["curl", "-sS", f"{url}/v1/answers", *(word for header in headers for word in ("-H", header)), "-d", body]
    return shlex.join(words)


def described(person: Person, url: str) -> dict[str, Any]:
    """Base address, token, whose it is, and until when it is valid."""
    until = expiry(person.token).isoformat(timespec="seconds")
    return {"url": url, "token": person.token, "user": person.name, "tenant": person.tenant, "expires_at": until}


def expiry(token: str) -> datetime:
    """When a JSON web token expires, by its own claim."""
    claims = token.split(".")[1]
    content = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    return datetime.fromtimestamp(content["exp"], UTC)


if __name__ == "__main__":
    command(main)
