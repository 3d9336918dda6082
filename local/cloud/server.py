"""The local AWS as one server on one port: ministack's application behind SageMaker's runtime."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from typing import Any
from urllib.parse import unquote

from hypercorn.asyncio import serve
from hypercorn.config import Config

from local import settings
from local.cloud import (
    batches,
    chat,
    chat_stream,
    describes,
    emulator,
    events,
    expressions,
    functions,
    gateway,
    idle,
    mailbox,
    metrics,
    other_accounts,
    permissions,
    processing,
    queues,
    reranking,
    saving,
    schedules,
    state_tests,
    streamed_answers,
    templates,
    workflows,
)
from local.cloud.caller import CALLER, Caller
from local.cloud.embedding import Endpoints, resume_in_background
from local.cloud.options import Options
from local.cloud.recorded import Records
from local.cloud.requests import PATH, Requests
from local.cloud.resource_types import RECORDED
from local.cloud.saving import Saver
from local.process import Process

END_SECONDS = 10.0


class Front:
    """Answers InvokeEndpoint; passes everything else to ministack."""

    def __init__(self, endpoints: Endpoints, saver: Saver) -> None:
        self._endpoints, self._saver, self._requests = endpoints, saver, Requests()
        self._emulator = emulator.part("app").app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path = unquote(scope.get("path", "")).split("/")
        if scope["type"] == "http" and scope["path"] == PATH:
            await self._requests.answer(send)
            return
        if scope["type"] == "http":
            self._requests.note(scope)
        if scope["type"] == "http" and path[1:2] == ["endpoints"] and path[3:] == ["invocations"]:
            await self._invoke_endpoint(path[2], scope, receive, send)
        else:
            self._saver.noticed(scope.get("method", "GET"))
            caller = Caller(receive, send)
            CALLER.set(caller)
            await self._emulator(scope, receive, caller.send)

    async def _invoke_endpoint(self, name: str, scope: Any, receive: Any, send: Any) -> None:
        headers = {key.decode().lower(): value.decode() for key, value in scope["headers"]}
        content_type, accept = headers.get("content-type", "application/octet-stream"), headers.get("accept", "*/*")
        body = await _body(receive)
        status, answer_headers, answer = await asyncio.to_thread(self._endpoints.invoke, name, content_type, accept, body)
        encoded = [(key.encode(), value.encode()) for key, value in answer_headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": encoded})
        await send({"type": "http.response.body", "body": answer})


async def _body(receive: Any) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def run(options: Options) -> None:
    """Serve until SIGTERM or SIGINT, then save the state and end every process that was started."""
    options.folder.mkdir(parents=True, exist_ok=True)
    records = Records(options.folder / "recorded.json")
    endpoints = Endpoints(options, records)
    functions.install(options)
    permissions.install()
    idle.install()
    metrics.install()
    chat.install(options)
    reranking.install()
    chat_stream.install(options)
    describes.install()
    events.install()
    batches.install()
    queues.install()
    expressions.install()
    other_accounts.install()
    processing.install(options)
    schedules.install()
    workflows.install()
    state_tests.install()
    gateway.install(options.port)
    mailbox.install(options.folder.parent / "mail")
    streamed_answers.install()
    saving.install(options.folder / "layers")
    templates.install(options, records, endpoints)
    print("recorded only, nothing acts on them: " + ", ".join(RECORDED), flush=True)
    asyncio.run(_serve(options, endpoints))


async def _serve(options: Options, endpoints: Endpoints) -> None:
    told_to_stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop, options, endpoints, told_to_stop)
    config = Config()
    config.bind = [f"127.0.0.1:{options.port}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 0.2
    config.loglevel = "WARNING"
    saver = Saver()
    serving = asyncio.create_task(serve(Front(endpoints, saver), config, shutdown_trigger=told_to_stop.wait))
    keeping = asyncio.create_task(saver.keep_saving())
    await _announce(options, endpoints, serving)
    await serving
    keeping.cancel()
    _end(options, endpoints)


async def _announce(options: Options, endpoints: Endpoints, serving: asyncio.Task[None]) -> None:
    """Wait until the port answers, then publish the address of this cloud."""
    while not serving.done():
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", options.port)
        except OSError:
            await asyncio.sleep(0.02)
            continue
        writer.close()
        ourselves = {"cloud": Process.of(os.getpid())}
        addresses = {"cloud_url": options.url, "search_url": options.search_url, "chat_url": options.chat_url}
        settings.update(file=options.state_file, processes=ourselves, **addresses)
        resume_in_background(endpoints)
        print(f"ready {options.url}", flush=True)
        return


def _stop(options: Options, endpoints: Endpoints, told_to_stop: asyncio.Event) -> None:
    """Begin to stop; a thread that hangs (a function, a custom resource) must not delay the end of the process."""
    told_to_stop.set()
    last_resort = threading.Timer(END_SECONDS, _end, [options, endpoints])
    last_resort.daemon = True
    last_resort.start()


def _end(options: Options, endpoints: Endpoints) -> None:
    """End the started processes, then this one with all its threads."""
    endpoints.stop()
    emulator.part("core.lambda_runtime").reset()
    settings.update(file=options.state_file, cloud_url="", processes={"cloud": None})
    os._exit(0)
