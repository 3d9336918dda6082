"""What a function's environment always has, set before any test module imports a logger."""

import os

os.environ.setdefault("POWERTOOLS_SERVICE_NAME", "tests")
os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "Causeway")

LONGEST_NAME = 40  # bytes


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Whole files are no names of tests: a file made at another second has other bytes, and each worker would collect other tests."""
    return argname if isinstance(val, bytes) and len(val) > LONGEST_NAME else None
