"""Agents that an event begins: what a domain wants to be told of, and what comes of each event."""
