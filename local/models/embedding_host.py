"""Serves a SageMaker model folder on this machine, as the inference container does.

    python -m local.models.embedding_host --folder FOLDER --port PORT

Loads FOLDER/code/inference.py with the weights beside it; answers POST /invocations and GET /ping on 127.0.0.1.
"""

import argparse
import importlib
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any


def load(folder: Path) -> tuple[ModuleType, Any]:
    """The folder's inference module and its model. Raises FileNotFoundError when there is no code/inference.py."""
    if not (folder / "code" / "inference.py").is_file():
        raise FileNotFoundError(f"{folder}/code/inference.py does not exist")
    sys.path.insert(0, str(folder / "code"))
    module = importlib.import_module("inference")
    return module, module.model_fn(str(folder))


def handler_of(module: ModuleType, model: Any) -> type[BaseHTTPRequestHandler]:
    """An HTTP handler over the four functions of the module; like the toolkit, any exception becomes a 400."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._answer(200 if self.path == "/ping" else 404, "{}")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.path != "/invocations":
                return self._answer(404, "{}")
            try:
                self._answer(200, self._predict(body))
            except Exception as error:
                self._answer(400, json.dumps({"code": 400, "type": type(error).__name__, "message": str(error)}))

        def _predict(self, body: bytes) -> str:
            request = module.input_fn(body, self.headers.get("Content-Type", "application/json"))
            return module.output_fn(module.predict_fn(request, model), self.headers.get("Accept", "application/json"))

        def _answer(self, status: int, text: str) -> None:
            payload = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, format: str, *args: object) -> None:
            """Requests are not logged: they hold text of documents and questions."""

    return Handler


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True, help="model folder: weights and code/inference.py")
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    ThreadingHTTPServer.request_queue_size = 128  # by default a sixth caller at once waits a second, or is refused
    server = ThreadingHTTPServer(("127.0.0.1", arguments.port), handler_of(*load(arguments.folder.resolve())))
    server.daemon_threads = True
    server.serve_forever()


if __name__ == "__main__":
    main()
