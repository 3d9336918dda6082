"""Erasing a person: everything that is kept of a user, and what documents say of them. See docs/decisions/233."""
