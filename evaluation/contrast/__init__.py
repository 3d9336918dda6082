"""Sentences that are true of their passage, and the same with one thing made wrong."""
