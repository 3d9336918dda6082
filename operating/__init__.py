"""What operators do to a running deployment, on the laptop and in a real account: switch, and experiment."""

import sys
from pathlib import Path

# The package is in lambdas/, which is an import root of functions and not of the repository.
sys.path.append(str(Path(__file__).resolve().parent.parent / "lambdas"))
