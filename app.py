"""Synthesizes one environment: `cdk synth -c env=dev`; the environments are the files of environments/. `delivery` is the pipeline."""

import json
import os
import sys
from pathlib import Path

from stacks.application import Causeway
from stacks.delivery.application import DeliveryApp
from stacks.delivery.settings import DELIVERY
from stacks.environment import InvalidEnvironment
from stacks.unfinished import forget_unfinished_assets

if folder := os.environ.get("CDK_OUTDIR"):
    forget_unfinished_assets(Path(folder))
# What the command line was given with `-c`.
given = json.loads(os.environ.get("CDK_CONTEXT_JSON", "{}"))
try:
    app = DeliveryApp() if given.get("env") == DELIVERY else Causeway()
    app.synth()
except InvalidEnvironment as error:
    sys.exit(str(error))
