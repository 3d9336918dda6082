from tests.unit.documents.cloud import cloud

__all__ = ["cloud"]
