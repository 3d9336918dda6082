from tests.unit.documents.cloud import cloud
from tests.unit.loopback import log_lines, services

__all__ = ["cloud", "log_lines", "services"]
