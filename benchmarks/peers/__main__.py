"""Install every peer: `python -m benchmarks.peers`."""

from benchmarks.peers import install

if __name__ == "__main__":
    install()
