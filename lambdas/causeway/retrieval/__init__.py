"""Embedding, the search index and the search itself."""
