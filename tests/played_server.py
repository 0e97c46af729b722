"""A real HTTP server in a thread, for tests to play a part with."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class PlayedExchange(BaseHTTPRequestHandler):
    """One connection, which is kept open."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def do_DELETE(self) -> None:
        self.answer()

    def answer(self) -> None:
        """Answer the request that came."""
        raise NotImplementedError

    def text(
        self, status: int, kind: str, body: bytes, headers: Mapping[str, str] | None = None
    ) -> None:
        """Answer with some content."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving(exchange: type[PlayedExchange]) -> Iterator[str]:
    """Serve on a free port until the block ends; yields the address, with no slash at its end."""
    with _Server(("127.0.0.1", 0), exchange) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            server.end_connections()


class _Server(ThreadingHTTPServer):
    """Knows its connections, so that none outlives it."""

    def __init__(self, address: tuple[str, int], exchange: type[PlayedExchange]) -> None:
        super().__init__(address, exchange)
        self._accepted: list[socket.socket] = []

    def get_request(self) -> tuple[socket.socket, Any]:
        accepted, address = super().get_request()
        self._accepted.append(accepted)
        return accepted, address

    def end_connections(self) -> None:
        for accepted in self._accepted:
            with suppress(OSError):
                accepted.shutdown(socket.SHUT_RDWR)
