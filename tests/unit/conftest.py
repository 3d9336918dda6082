"""What a function's environment always has, set before any test module imports a logger."""

import os

os.environ.setdefault("POWERTOOLS_SERVICE_NAME", "tests")
os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "Causeway")
