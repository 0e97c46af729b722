"""Receivers that are slow, endless, or no receivers at all; on real sockets."""

import datetime as dt
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from workers import webhooks
from workers.webhooks import Sent, post

MUCH_BYTES = 64 * 1024 * 1024
SIP_BYTES = 128 * 1024  # quick enough to keep the sender busy, and much too slow
PACE_S = 0.02  # of those that trickle
PATIENCE_S = 10.0  # never needed


@contextmanager
def talking(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """Serve one connection with ``talk``; yields the URL."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(PATIENCE_S)

        def serve() -> None:
            connected, _ = server.accept()
            connected.settimeout(PATIENCE_S)
            with connected, suppress(ConnectionError):  # the sender had enough
                talk(connected)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        thread.join(2 * PATIENCE_S)
        assert not thread.is_alive(), "the sender holds on"


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have half a second for all."""
    monkeypatch.setattr(webhooks, "CONNECT_TIMEOUT_S", 0.5)
    monkeypatch.setattr(webhooks, "TOTAL_TIMEOUT_S", 0.5)


def call(url: str, body: bytes = b"{}") -> Sent:
    now = dt.datetime.now(dt.UTC)
    return post(url, "msg_1", body, secret="secret", allow="127.0.0.0/8", now=now)


def trickle(connected: socket.socket, beginning: bytes) -> None:
    """Answer with ``beginning`` and then a byte now and then, for longer than anyone may wait."""
    connected.sendall(beginning)
    for _ in range(int(PATIENCE_S / PACE_S)):
        connected.sendall(b"x")
        threading.Event().wait(PACE_S)


def test_a_silent_resolver_is_not_waited_for(hurry: None, monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def never(*args: Any, **kwargs: Any) -> list[Any]:
        over.wait(PATIENCE_S)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", never)
    sent = call("http://receiver.test/")
    over.set()
    assert sent.error == "no connection to the receiver within 0.5 s"
    assert sent.seconds < 3


def test_a_silent_receiver_is_not_waited_for(hurry: None) -> None:
    with talking(read_to_end) as url:
        sent = call(url)
    assert (sent.status, sent.error) == (None, "no answer from the receiver within 0.5 s")
    assert 0.4 < sent.seconds < 3


def test_a_receiver_that_trickles_its_answer_is_not_waited_for(hurry: None) -> None:
    with talking(lambda connected: trickle(connected, b"HTTP/1.1 200 OK\r\nx-slow: ")) as url:
        sent = call(url)
    assert (sent.status, sent.error) == (None, "no answer from the receiver within 0.5 s")
    assert sent.seconds < 3


def test_a_receiver_that_trickles_after_the_status_has_the_message(hurry: None) -> None:
    with talking(lambda connected: trickle(connected, b"HTTP/1.1 200 OK\r\n\r\n")) as url:
        sent = call(url)
    assert (sent.status, sent.error) == (200, None)
    assert sent.seconds < 3


def test_a_receiver_that_sips_the_message_is_not_waited_for(hurry: None) -> None:
    over = threading.Event()

    def sip(connected: socket.socket) -> None:
        while connected.recv(SIP_BYTES) and not over.wait(PACE_S):
            pass

    with talking(sip) as url:
        sent = call(url, body=b"x" * MUCH_BYTES)
        over.set()
    assert (sent.status, sent.error) == (None, "no answer from the receiver within 0.5 s")
    assert sent.seconds < 3


def test_an_endless_answer_is_dropped() -> None:
    sent_bytes = 0

    def flood(connected: socket.socket) -> None:
        nonlocal sent_bytes
        connected.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while sent_bytes < MUCH_BYTES:
            sent_bytes += connected.send(bytes(65536))

    with talking(flood) as url:
        sent = call(url)
    assert (sent.status, sent.error) == (200, None)
    assert sent_bytes < MUCH_BYTES  # the system's buffers, no more


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-hush\r\n",
        b"HTTP/1.1 200 OK\r\nhush: " + bytes(200_000),
        b"HTTP/1.1 2000 hush\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nhush hush\r\n\r\n",
    ],
)
def test_what_is_not_http_is_an_error_and_not_repeated(answer: bytes) -> None:
    def talk(connected: socket.socket) -> None:
        connected.recv(65536)
        connected.sendall(answer)

    with talking(talk) as url:
        sent = call(url)
    assert sent.status is None
    assert sent.error is not None
    assert "hush" not in sent.error


def read_to_end(connected: socket.socket) -> None:
    while connected.recv(65536):
        pass


def test_a_handshake_that_never_ends_is_not_waited_for(hurry: None) -> None:
    with talking(read_to_end) as url:
        sent = call(url.replace("http:", "https:"))
    assert sent.error == "no connection to the receiver within 0.5 s"
    assert sent.seconds < 3
