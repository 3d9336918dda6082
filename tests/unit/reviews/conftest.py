from tests.unit.loopback import http_server, log_lines, services

__all__ = ["http_server", "log_lines", "services"]
