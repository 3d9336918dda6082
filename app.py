"""Synthesizes one environment: `cdk synth -c env=dev`; the environments are the files of environments/."""

import os
import sys
from pathlib import Path

from stacks.application import Causeway
from stacks.environment import InvalidEnvironment
from stacks.unfinished import forget_unfinished_assets

if folder := os.environ.get("CDK_OUTDIR"):
    forget_unfinished_assets(Path(folder))
try:
    Causeway().synth()
except InvalidEnvironment as error:
    sys.exit(str(error))
