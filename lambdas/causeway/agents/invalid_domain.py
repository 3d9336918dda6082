"""Files of a domain that do not fit each other."""


class InvalidDomain(ValueError):
    """Files of a domain that cannot be used; the message names the file and what is wrong."""
