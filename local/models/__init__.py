"""Models for the laptop, each in a process of its own: the stand-in that quotes, the small language model, the embedding host."""

import sys
from pathlib import Path

# The stand-in compares words as the functions do; their package is below lambdas/, which is an import root of its own.
sys.path.append(str(Path(__file__).resolve().parents[2] / "lambdas"))
