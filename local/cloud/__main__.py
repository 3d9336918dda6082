"""Serve the local AWS until SIGTERM or SIGINT.

    .causeway/venvs/cloud/bin/python -m local.cloud --port 4566 --search-url http://127.0.0.1:9200 --chat-url http://127.0.0.1:8081

Run it from the top of the repository with the interpreter of `.causeway/venvs/cloud`.

--port N               the one port of every AWS API (127.0.0.1 only)
--search-url URL       what an OpenSearch domain answers as its DomainEndpoint, whole
--chat-url URL         the OpenAI-compatible server that Converse forwards to, without /v1/chat/completions
--chat-model NAME      the model to ask there (default: the name that Converse was given); its key is read from CAUSEWAY_CHAT_KEY
--folder DIR           all state of this cloud: S3 objects, function code, embedding models, logs (default .causeway/cloud)
--function-python FILE interpreter of the function workers (default .causeway/venvs/function/bin/python)
--embedding-python FILE interpreter of the embedding hosts (default: this one)
--resource-types       print the CloudFormation types that are served and those that are only recorded, then end

It prints `ready URL` on standard output when it answers, after the list of recorded types, and keeps logging there.
It merges {"cloud_url", "search_url", "chat_url", "processes": {"cloud", ...}} into `state.json` beside its folder (local.settings).
SIGTERM and SIGINT save the state and end this process with every worker and embedding host that it started, usually within
a second and always within ten; the exit code is then 0.
An embedding host is started when an endpoint of a template is created, by
    EMBEDDING_PYTHON -m local.models.embedding_host --folder FOLDER --port PORT
where FOLDER holds what is stored below the model's S3 prefix (weights, `code/inference.py`); it must answer GET /ping with 200 when
ready and POST /invocations as a SageMaker container does.
"""

from __future__ import annotations

import sys

from local.cloud import options


def main() -> int:
    """Run the launcher. Returns 2, with a sentence printed, when it cannot start."""
    if sys.argv[1:] == ["--resource-types"]:
        _print_resource_types()
        return 0
    chosen = options.parse(__doc__ or "")
    options.scrub(chosen)

    from local.cloud import emulator

    try:
        emulator.check()
    except emulator.WrongEmulator as wrong:
        print(wrong, file=sys.stderr)
        return 2

    from local.cloud import server

    server.run(chosen)
    return 0


def _print_resource_types() -> None:
    from local.cloud.embedding import ENDPOINT
    from local.cloud.made import MADE
    from local.cloud.resource_types import EMULATED, RECORDED

    for how, kinds in (("emulated", EMULATED), ("made", [*MADE, ENDPOINT]), ("recorded only", RECORDED)):
        for kind in sorted(kinds):
            print(f"{how:14}{kind}")


if __name__ == "__main__":
    sys.exit(main())
