"""Uploads through a real server, by clients that are slow, rude or large."""

import http.client
import json
import resource
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Request

from api import problems
from api.uploads import PartInfo, UploadLimits, receive

PDF = b"%PDF-1.7\n"
LIMIT_BYTES = 1_000_000
MEMORY = Path("/proc/self/statm")
BEGIN = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
END = b"\r\n--x--\r\n"


class Shelf:
    """Counts what a sink would store."""

    def __init__(self) -> None:
        self.kept: set[int] = set()
        self.events: list[str] = []
        self.resident_bytes: list[int] = []

    @contextmanager
    def open(self, part: PartInfo) -> Iterator["Shelf"]:
        try:
            yield self
        except BaseException:
            self.events.append(f"abort {part.position}")
            raise
        self.kept.add(part.position)
        self.events.append(f"commit {part.position}")

    def write(self, data: bytes) -> None:
        self.events.append("write")
        if MEMORY.exists():
            pages = int(MEMORY.read_text().split()[1])
            self.resident_bytes.append(pages * resource.getpagesize())

    def erase(self, part: PartInfo) -> None:
        self.kept.discard(part.position)
        self.events.append(f"erase {part.position}")


def application() -> FastAPI:
    app = FastAPI()
    problems.install(app)

    @app.post("/up")
    async def up(request: Request, max_bytes: int = LIMIT_BYTES) -> dict[str, Any]:
        shelf = request.app.state.shelf
        limits = UploadLimits(max_bytes, max_bytes, max_files=2)
        form = await receive(request, shelf.open, limits, erase_file=shelf.erase)
        return {
            "fields": form.fields,
            "files": [(one.part.file_name, one.size_bytes) for one in form.files],
            "port": request.client and request.client.port,
        }

    return app


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[FastAPI, int]]:
    app = application()
    listener = socket.create_server(("127.0.0.1", 0))
    running = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
    thread.start()
    yield app, listener.getsockname()[1]
    running.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
def shelf(server: tuple[FastAPI, int]) -> Shelf:
    server[0].state.shelf = Shelf()
    return server[0].state.shelf


@pytest.fixture
def connection(server: tuple[FastAPI, int]) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server[1]), timeout=20) as connected:
        yield connected


def header(length: int | None, *more: str, boundary: str = "x", path: str = "/up") -> bytes:
    size = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    content_type = f"Content-Type: multipart/form-data; boundary={boundary}"
    lines = [f"POST {path} HTTP/1.1", "Host: docai", content_type, size, *more, "", ""]
    return "\r\n".join(lines).encode()


def answer(connection: socket.socket) -> tuple[int, dict[str, Any]]:
    """Read a response."""
    with http.client.HTTPResponse(connection) as response:
        response.begin()
        return response.status, json.loads(response.read())


def until(is_so: Callable[[], object]) -> None:
    deadline_s = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline_s
        time.sleep(0.005)


def test_a_client_that_hangs_up_leaves_nothing(shelf: Shelf, connection: socket.socket) -> None:
    connection.sendall(header(900_000) + BEGIN + PDF + bytes(600_000))
    until(lambda: "write" in shelf.events)
    connection.close()
    until(lambda: "erase 1" in shelf.events)
    assert "abort 1" in shelf.events
    assert shelf.kept == set()


def test_a_client_that_hangs_up_in_its_second_file_leaves_nothing_of_the_first(
    shelf: Shelf, connection: socket.socket
) -> None:
    connection.sendall(header(900_000) + BEGIN + PDF + b"\r\n" + BEGIN + PDF + bytes(9000))
    until(lambda: shelf.events.count("write") == 2)
    assert shelf.kept == {1}
    connection.close()
    until(lambda: "erase 2" in shelf.events)
    assert shelf.kept == set()


def test_a_wrong_boundary_is_told(shelf: Shelf, connection: socket.socket) -> None:
    body = BEGIN + PDF + END
    connection.sendall(header(len(body), boundary="other") + body)
    status, told = answer(connection)
    assert (status, told["code"]) == (400, "invalid_multipart")
    assert shelf.events == []


def test_what_is_announced_too_large_is_not_even_asked_for(
    shelf: Shelf, connection: socket.socket
) -> None:
    connection.sendall(header(10**12, "Expect: 100-continue"))
    assert connection.recv(12) == b"HTTP/1.1 413"  # and not 100 Continue


def test_what_turns_out_too_large_is_not_read_to_its_end(
    shelf: Shelf, connection: socket.socket
) -> None:
    chunk = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    begin = BEGIN + PDF
    connection.sendall(header(None) + f"{len(begin):x}\r\n".encode() + begin + b"\r\n")
    num_sent = 0
    # A client that looks for an answer while it sends, as curl does.
    while num_sent < 1000 and not select.select([connection], [], [], 0)[0]:
        connection.sendall(chunk)
        num_sent += 1
    assert num_sent * 0x10000 < 40 * LIMIT_BYTES
    assert answer(connection)[0] == 413
    until(lambda: "erase 1" in shelf.events)
    # At most the limit was written: the piece with the first byte too many was not.
    assert shelf.events.count("write") <= 1 + LIMIT_BYTES // 262_144
    assert shelf.kept == set()


def test_a_client_that_sends_for_ever_is_hung_up_on(
    shelf: Shelf, connection: socket.socket
) -> None:
    connection.sendall(header(10**12))
    begun_s = time.monotonic()
    with pytest.raises(ConnectionError):
        while time.monotonic() - begun_s < 10:
            connection.sendall(bytes(65_536))
    assert shelf.events == []


def test_a_client_that_does_not_look_gets_its_answer_all_the_same(
    shelf: Shelf, connection: socket.socket
) -> None:
    content = PDF + bytes(30_000_000)  # more than the sockets between us hold
    connection.sendall(header(len(BEGIN + content + END)) + BEGIN + content + END)
    status, told = answer(connection)
    assert (status, told["code"]) == (413, "payload_too_large")


def test_a_foreign_file_is_refused_at_its_first_bytes(
    shelf: Shelf, connection: socket.socket
) -> None:
    connection.sendall(header(900_000) + BEGIN + b"PK\x03\x04" + bytes(4200))
    status, told = answer(connection)  # though most of the body never comes
    assert (status, told["code"]) == (415, "unsupported_format")
    assert shelf.events == []


def test_a_connection_is_used_again(server: tuple[FastAPI, int], shelf: Shelf) -> None:
    files = [("file", ("ä b.pdf", PDF)), ("file", ("c.pdf", PDF + bytes(300_000)))]
    with httpx.Client(base_url=f"http://127.0.0.1:{server[1]}") as client:
        told = [client.post("/up", data={"a": "ö"}, files=files).json() for _ in range(2)]
    assert told[0] == told[1]
    assert told[0]["fields"] == {"a": "ö"}
    assert told[0]["files"] == [["ä b.pdf", 9], ["c.pdf", 300_009]]


@pytest.mark.skipif(not MEMORY.exists(), reason="needs /proc")
def test_memory_does_not_grow_with_the_file(shelf: Shelf, connection: socket.socket) -> None:
    piece, num_pieces = bytes(250_000), 800
    size_bytes = len(PDF) + num_pieces * len(piece)
    length = len(BEGIN) + size_bytes + len(END)
    path = f"/up?max_bytes={size_bytes}"
    connection.sendall(header(length, path=path) + BEGIN + PDF)
    for _ in range(num_pieces):
        connection.sendall(piece)
    connection.sendall(END)
    status, told = answer(connection)
    assert status == 200
    assert told["files"] == [["a.pdf", 200_000_009]]
    assert max(shelf.resident_bytes) - shelf.resident_bytes[0] < 30_000_000
