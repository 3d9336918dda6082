"""The CloudFormation stacks. Importing this puts the virtual environment's own Node before any other on the machine, for jsii."""

import os
import sys
from pathlib import Path

_programs = Path(sys.executable).parent
if (_programs / "node").exists():
    os.environ["PATH"] = f"{_programs}{os.pathsep}{os.environ['PATH']}"
