"""The launcher's flags, and the environment that ministack gets."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from local.settings import ACCESS_KEY_ID, ACCOUNT, HOME, REGION, SECRET_ACCESS_KEY

KEPT = ("PATH", "HOME", "TMPDIR")


@dataclass(frozen=True)
class Options:
    """port: of every AWS API; urls: whole; files: interpreters; folder: all state.

    chat_model: the chat server's name for the model if it differs from Bedrock's; chat_key: the chat server's key.
    """

    port: int
    search_url: str
    chat_url: str
    folder: Path
    function_python: Path
    embedding_python: Path
    spark_python: Path = HOME / "venvs" / "spark" / "bin" / "python"
    chat_model: str = ""
    chat_key: str = field(default="", repr=False)

    @property
    def state_file(self) -> Path:
        """The file in which this cloud is listed as running."""
        return self.folder.parent / "state.json"

    @property
    def url(self) -> str:
        """The address of this cloud."""
        return f"http://127.0.0.1:{self.port}"


def parse(description: str, arguments: list[str] | None = None) -> Options:
    """The options of a command line. Ends the process with a sentence when a flag or an interpreter is missing."""
    parser = argparse.ArgumentParser(prog="local.cloud", description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--search-url", required=True)
    parser.add_argument("--chat-url", required=True)
    parser.add_argument("--chat-model", default="")
    parser.add_argument("--folder", type=Path, default=HOME / "cloud")
    parser.add_argument("--function-python", type=Path, default=HOME / "venvs" / "function" / "bin" / "python")
    parser.add_argument("--embedding-python", type=Path, default=Path(sys.executable))
    options = Options(**vars(parser.parse_args(arguments)), chat_key=os.environ.get("CAUSEWAY_CHAT_KEY", ""))
    for python in (options.function_python, options.embedding_python):
        if not python.exists():
            parser.error(f"{python} does not exist: `make up` builds the virtual environments of the local AWS")
    return options


def scrub(options: Options) -> None:
    """Replace this process's environment, which ministack reads at import and passes to the processes it starts.

    Nothing of the caller's shell may reach a function, neither an AWS profile nor PYTHONPATH.
    """
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    os.environ.clear()
    os.environ.update(kept, **_ministack_variables(options))


def _ministack_variables(options: Options) -> dict[str, str]:
    return {
        "LANG": "en_US.UTF-8",
        "TZ": "UTC",
        "AUTH": "true",
        "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(options.port),
        "IOT_MTLS_ENABLED": "0",
        "LAMBDA_WARM_TTL_SECONDS": "120",
        "LOG_LEVEL": "WARNING",
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_BEDROCK_PROXY_URL": options.chat_url,
        "MINISTACK_COGNITO_PRETOKEN_STRICT": "1",  # as on AWS: who is refused by the function gets no token
        "MINISTACK_BEDROCK_PROXY_TIMEOUT_SECONDS": "120",
        "MINISTACK_REGION": REGION,
        "PERSIST_STATE": "1",
        "S3_DATA_DIR": str(options.folder / "objects"),
        "S3_PERSIST": "1",
        "SFTP_ENABLED": "0",
        "STATE_DIR": str(options.folder / "state"),
    }
