from tests.unit.loopback import log_lines, services

__all__ = ["log_lines", "services"]
