"""Approvals: a person decides about the outcome of a team's run, by a signed link or by the API."""
