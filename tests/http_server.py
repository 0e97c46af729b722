"""The API of a test: real HTTP on a real socket, in a thread."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn
from fastapi import FastAPI
from processes import await_that

from api.app import create_app
from workers.settings import ServiceSettings


class Served(httpx.Client):
    """A client of an application that runs."""

    def __init__(self, app: FastAPI, port: int) -> None:
        super().__init__(base_url=f"http://127.0.0.1:{port}", timeout=30)
        self.app = app
        self.port = port


@contextmanager
def serving(settings: ServiceSettings) -> Iterator[Served]:
    """Serve an application until the block ends."""
    app = create_app(settings)
    config = uvicorn.Config(app, log_config=None, ws="none", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            await_that("the API serves", lambda: server.started or not thread.is_alive(), 20)
            with Served(app, listener.getsockname()[1]) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join(20)
