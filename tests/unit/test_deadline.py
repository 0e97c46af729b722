"""Connections that end with their deadline, on real sockets."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import httpcore
import pytest

from docai.deadline import Deadline, Stream

PACE_S = 0.02
LIMIT_S = 0.3


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Return both ends of a connection; little fits in between."""
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    with ours, theirs:
        yield ours, theirs


@contextmanager
def repeating(act: Callable[[], object], peer: socket.socket) -> Iterator[None]:
    """Have a peer do something for longer than anyone may wait, and then leave."""
    enough = threading.Event()

    def go_on() -> None:
        with suppress(OSError):
            for _ in range(100):
                act()
                if enough.wait(PACE_S):
                    break
        with suppress(OSError):
            peer.shutdown(socket.SHUT_RDWR)

    thread = threading.Thread(target=go_on)
    thread.start()
    started = time.monotonic()
    yield
    assert time.monotonic() - started < 4 * LIMIT_S
    enough.set()
    thread.join()


def test_a_peer_that_trickles_wins_no_time(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    stream = Stream(ours, Deadline(time.monotonic() + LIMIT_S))
    with repeating(lambda: theirs.sendall(b"x"), theirs), pytest.raises(httpcore.ReadTimeout):
        while stream.read(10):
            pass


def test_a_peer_that_sips_wins_no_time(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    stream = Stream(ours, Deadline(time.monotonic() + LIMIT_S))
    with repeating(lambda: theirs.recv(2048), theirs), pytest.raises(httpcore.WriteTimeout):
        stream.write(bytes(1 << 22))


def test_one_operation_may_have_less_time(ends: tuple[socket.socket, socket.socket]) -> None:
    stream = Stream(ends[0], Deadline(time.monotonic() + 5))
    started = time.monotonic()
    with pytest.raises(httpcore.ReadTimeout):
        stream.read(10, 0.01)
    assert time.monotonic() - started < 3


def test_a_connection_is_not_used_again_where_the_peer_has_left(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = ends
    stream = Stream(ours, Deadline(time.monotonic() + 60))
    assert stream.get_extra_info("is_readable") is False
    theirs.close()
    assert stream.get_extra_info("is_readable") is True
    stream.close()
    assert stream.get_extra_info("is_readable") is True


def test_threads_have_a_deadline_each() -> None:
    deadline = Deadline(time.monotonic() + 60)
    seen: list[float] = []

    def elsewhere() -> None:
        seen.append(deadline.left_s())
        deadline.at = 0.0

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert 50 < seen[0] < deadline.left_s() + 10
    assert 50 < deadline.left_s() <= 60
    deadline.at = 0.0
    with pytest.raises(TimeoutError, match="the time is over"):
        deadline.left_s(1.0)
