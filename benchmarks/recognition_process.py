"""Runs inside the interpreter under measurement: `python recognition_process.py MODULE FILE...`; the files are pictures.

MODULE.prepare() returns a function of a path that gives the text in a picture. The first picture is read twice, the first time to warm up.
Prints a line of JSON for each picture: its `text`, and CPU `seconds` with those of children.
"""

import importlib
import json
import os
import resource
import sys
from pathlib import Path


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    read = importlib.import_module(sys.argv[1]).prepare()
    files = [Path(name) for name in sys.argv[2:]]
    read(files[0])
    for file in files:
        before = _seconds()
        text = read(file)
        print(json.dumps({"text": text, "seconds": _seconds() - before}), file=answers, flush=True)


def _seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


if __name__ == "__main__":
    main()
