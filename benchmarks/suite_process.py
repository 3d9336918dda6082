"""Runs inside the interpreter under measurement: `python suite_process.py MODULE`, with a file's path on each line of its input.

MODULE.prepare() returns a function of a path that gives the file's text. Prints a line of JSON for each file: `of` ("read", "refused" for
an error with a code of its own, "failed" for any other), `why`, `letters`, distinct `words`, and CPU `seconds` with those of children.
"""

import importlib
import json
import os
import re
import resource
import sys
from pathlib import Path

_WORD = re.compile(r"\w+")


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    read = importlib.import_module(sys.argv[1]).prepare()
    for line in sys.stdin:
        before = _seconds()
        found = {"letters": 0, "words": 0, "why": ""}
        try:
            text = read(Path(line.rstrip("\n")))
            found |= {"of": "read", "letters": sum(map(str.isalnum, text)), "words": len(set(_WORD.findall(text.lower())))}
        except Exception as error:
            code = getattr(error, "code", None)
            found |= {
                "of": "refused" if isinstance(code, str) else "failed",
                "why": code if isinstance(code, str) else type(error).__name__,
            }
        print(json.dumps({**found, "seconds": _seconds() - before}), file=answers, flush=True)


def _seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


if __name__ == "__main__":
    main()
