"""Content to passages that the embedding model takes whole."""
