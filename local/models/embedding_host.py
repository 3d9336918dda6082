"""Serves a SageMaker model folder on this machine, as the inference container does.

    python -m local.models.embedding_host --folder FOLDER --port PORT

Loads FOLDER/code/inference.py with the weights beside it; answers POST /invocations and GET /ping on 127.0.0.1.
"""

import argparse
import importlib
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from local.loopback import Handler, Server


def load(folder: Path) -> tuple[ModuleType, Any]:
    """The folder's inference module and its model. Raises FileNotFoundError when there is no code/inference.py."""
    if not (folder / "code" / "inference.py").is_file():
        raise FileNotFoundError(f"{folder}/code/inference.py does not exist")
    sys.path.insert(0, str(folder / "code"))
    module = importlib.import_module("inference")
    return module, module.model_fn(str(folder))


def embedding_host(port: int, module: ModuleType, model: Any) -> Server:
    """A server, not yet serving, for the module's four functions; as in SageMaker's toolkit, any exception becomes a 400."""

    class Host(Handler):
        def do_GET(self) -> None:
            self.answer(200 if self.path == "/ping" else 404, b"{}")

        def do_POST(self) -> None:
            body = self.body()
            if self.path != "/invocations":
                return self.answer(404, b"{}")
            try:
                self.answer(200, self._predict(body).encode())
            except Exception as error:
                self.answer(400, json.dumps({"code": 400, "type": type(error).__name__, "message": str(error)}).encode())

        def _predict(self, body: bytes) -> str:
            request = module.input_fn(body, self.headers.get("Content-Type", "application/json"))
            return str(module.output_fn(module.predict_fn(request, model), self.headers.get("Accept", "application/json")))

    return Server(port, Host)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True, help="model folder: weights and code/inference.py")
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    embedding_host(arguments.port, *load(arguments.folder.resolve())).serve_forever()


if __name__ == "__main__":
    main()
