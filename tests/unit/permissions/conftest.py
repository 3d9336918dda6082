from tests.unit.loopback import http_server, services

__all__ = ["http_server", "services"]
