"""Reading documents, cutting them into passages, and the registry that says which version of a document counts."""
