"""The data dictionary: what every store of the app holds, field by field, made from the code and the templates.

    python -m docs.dictionary           (make dictionary) writes docs/data-dictionary.md, of prod, and stacks/catalogue/turns.json

A test compares the committed page with code and templates. See docs/decisions/285-the-data-dictionary.md.
"""

import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
FILE = TOP / "docs" / "data-dictionary.md"
sys.path.append(str(TOP / "lambdas"))
