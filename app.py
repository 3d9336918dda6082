"""Synthesizes one environment: `cdk synth -c env=dev`; the environments are the files of environments/."""

import sys

from stacks.application import Causeway
from stacks.environment import InvalidEnvironment

try:
    Causeway().synth()
except InvalidEnvironment as error:
    sys.exit(str(error))
