"""Retrieval-augmented answers over a tenant's own documents; knows nothing of Lambda events."""
