"""Programs that print one table each, beside the peer measured in the same run. None of them is a test."""

import sys
from pathlib import Path

# The package under measurement is in lambdas/, which is an import root of functions and not of the repository.
sys.path.append(str(Path(__file__).resolve().parent.parent / "lambdas"))
