"""A new generation of the index beside the one that answers; see docs/decisions/232-generations-of-the-index.md."""
