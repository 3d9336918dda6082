"""In whose name runs are that no user began: of a user of whom only the name is known, and of a tenant itself.

Neither is like an id of the user pool, so nobody's own runs are among them.
"""

from causeway.conversations.keys import Owner

SERVICE = "triggers"


def of_user(tenant: str, name: str) -> Owner:
    """The user of that name, by which their groups and records know them as well."""
    return Owner(tenant, f"name:{name}", name)


def of_service(tenant: str, name: str = "") -> Owner:
    """The tenant's own runs. name: by whose rights one of them works; administrators give it groups like any user's."""
    return Owner(tenant, SERVICE, name)
