"""Install peers: `python -m benchmarks.peers [NAME ...]`; all of them without a name."""

import sys

from benchmarks.peers import install

if __name__ == "__main__":
    install(sys.argv[1:])
