"""The steps of the ingestion state machine, the registry of documents, and their files in the bucket."""
