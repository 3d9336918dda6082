from tests.unit.loopback import services

__all__ = ["services"]
