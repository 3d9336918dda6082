"""Runs inside the interpreter under measurement, with nothing but the standard library of its own:

    python handler_process.py MODULE REQUEST

imports MODULE, whose clients are made by then, and prints one JSON object: import_ms, import_cpu_ms and memory_mb (the
greatest resident size by then). Then, for every line N on its input, answers N requests with MODULE.handler and prints the
mean CPU milliseconds of one. REQUEST is JSON, as `handlers.Request` has it.
"""

import sys
import time

started, started_cpu = time.perf_counter(), time.process_time()
module = __import__(sys.argv[1], fromlist=["handler"])
imported, imported_cpu = time.perf_counter(), time.process_time()

import json  # noqa: E402
import os  # noqa: E402
import resource  # noqa: E402
from pathlib import Path  # noqa: E402

REQUEST = json.loads(sys.argv[2])
CLAIMS = {
    "sub": "6d0c2c9e-1111-4444-8888-2b8f6f1f2a33",
    "cognito:username": "ada",
    "custom:tenant": "harbour",
    "token_use": "id",
}
EVENT = {
    "resource": REQUEST["resource"],
    "path": REQUEST["resource"].format(**REQUEST["parameters"]),
    "httpMethod": "POST",
    "headers": {"Content-Type": "application/json", "Accept": "application/json"},
    "multiValueHeaders": {"Content-Type": ["application/json"], "Accept": ["application/json"]},
    "queryStringParameters": None,
    "multiValueQueryStringParameters": None,
    "pathParameters": REQUEST["parameters"] or None,
    "stageVariables": None,
    "isBase64Encoded": False,
    "body": json.dumps(REQUEST["body"]),
    "requestContext": {
        "resourcePath": REQUEST["resource"],
        "httpMethod": "POST",
        "path": REQUEST["resource"],
        "stage": "v1",
        "requestId": "7f3c1f0e-5c8e-4a3a-9b56-0d2b7f6f9a11",
        "identity": {"sourceIp": "127.0.0.1", "userAgent": "benchmark"},
        "authorizer": {"claims": CLAIMS},
    },
}


class Context:
    """What Lambda hands to a handler, so far as one is likely to look."""

    function_name = "causeway-local-answers"
    function_version = "1"
    memory_limit_in_mb = 2048
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:causeway-local-answers"
    aws_request_id = "7f3c1f0e-5c8e-4a3a-9b56-0d2b7f6f9a11"
    log_group_name = "/causeway/local/answers"
    log_stream_name = "2026/11/01/[1]0123456789abcdef"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 29_000


def memory_mb() -> float:
    """Peak resident size; /proc's, where there is one, since getrusage counts the parent's pages before exec."""
    status = Path("/proc/self/status")
    if status.exists():
        high = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(high.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def answer(requests: int) -> float:
    """Mean CPU milliseconds of one request."""
    before = time.process_time()
    for _ in range(requests):
        answered = module.handler(EVENT, Context())
    spent = time.process_time() - before
    if answered["statusCode"] != 200 or REQUEST["expects"] not in answered["body"]:
        sys.exit(f"{sys.argv[1]} answered {answered['statusCode']}: {answered['body']}")
    return spent * 1000 / requests


def main() -> None:
    output = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    figures = {"import_ms": (imported - started) * 1000, "import_cpu_ms": (imported_cpu - started_cpu) * 1000, "memory_mb": memory_mb()}
    print(json.dumps(figures), file=output, flush=True)
    for line in sys.stdin:
        print(answer(int(line)), file=output, flush=True)


if __name__ == "__main__":
    main()
