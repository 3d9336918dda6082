"""Retrieval-augmented answers over a tenant's own documents. The package does not depend on Lambda events."""
