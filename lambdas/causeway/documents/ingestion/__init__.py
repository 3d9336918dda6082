"""Reading, indexing and removing documents from queues, the registry of documents, and their files in the bucket."""
