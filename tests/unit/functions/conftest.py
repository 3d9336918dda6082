from tests.unit.documents.cloud import cloud
from tests.unit.loopback import http_server, log_lines, services

__all__ = ["cloud", "http_server", "log_lines", "services"]
