"""The app on the local AWS: how it is deployed, and its API, users and documents as a client sees them."""

import sys
from pathlib import Path

# Some of it uses what the functions use; their package is below lambdas/, which is an import root of its own.
sys.path.append(str(Path(__file__).resolve().parents[2] / "lambdas"))
