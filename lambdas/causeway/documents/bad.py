"""The one error for a document that no retry can read."""


class BadDocument(Exception):
    """A document goes to quarantine, with a reason its uploader can act on.

    code: stable, snake_case, a metric dimension; at most a few dozen exist.
    message: sentences for the uploader: what is wrong, and what to do about it.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message

    def __reduce__(self) -> tuple[type["BadDocument"], tuple[str, str]]:
        return BadDocument, (self.code, self.message)
