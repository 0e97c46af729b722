"""Connections to checked addresses only, with one deadline for all that is done on them.

`httpcore` asks a network backend for a connection to a host. This one resolves the host once, has
every address judged (`workers.addresses`) and connects to one of those very addresses, so a name
that resolves to something else a moment later changes nothing. TLS still proves the name.
It knows nothing of HTTP.
"""

import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass

import httpcore

from workers.addresses import Allowed, check_addresses

READ_BYTES = 4096  # at once; an answer is wanted for its status


@dataclass(frozen=True, slots=True)
class Deadline:
    """The moment, on the clock of `time.monotonic`, when all must be done."""

    at: float

    def left_s(self, at_most_s: float | None = None) -> float:
        """Return how long one operation may take.

        Raises:
            TimeoutError: there is no time left.
        """
        left_s = self.at - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("the deadline has passed")
        return left_s if at_most_s is None else min(left_s, at_most_s)


@contextmanager
def _httpcore_errors(
    timed_out: type[httpcore.TimeoutException], failed: type[httpcore.NetworkError]
) -> Iterator[None]:
    """Raise what httpcore expects of a network in place of the system's errors."""
    try:
        yield
    except TimeoutError as error:
        raise timed_out(str(error)) from error
    except OSError as error:
        raise failed(error.strerror or str(error)) from error


class Stream(httpcore.NetworkStream):
    """A connection, plain or TLS. A peer that trickles bytes wins no time by it."""

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        """Take over a connected socket; `close` closes it."""
        self._socket = connected
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what has come, at most a few kilobytes; nothing at the end."""
        with _httpcore_errors(httpcore.ReadTimeout, httpcore.ReadError):
            self._socket.settimeout(self._deadline.left_s(timeout))
            return self._socket.recv(min(max_bytes, READ_BYTES))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of ``buffer``."""
        rest = memoryview(buffer)
        with _httpcore_errors(httpcore.WriteTimeout, httpcore.WriteError):
            while rest:
                self._socket.settimeout(self._deadline.left_s(timeout))
                rest = rest[self._socket.send(rest) :]

    def close(self) -> None:
        """Close the connection, whatever the peer still has to say."""
        self._socket.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> "Stream":
        """Shake hands; the peer must prove that it is ``server_hostname``."""
        try:
            with _httpcore_errors(httpcore.ConnectTimeout, httpcore.ConnectError):
                self._socket.settimeout(self._deadline.left_s(timeout))
                secured = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
        except BaseException:
            self.close()
            raise
        return Stream(secured, self._deadline)


@dataclass(frozen=True, slots=True)
class _Endpoint:
    """One of the addresses a host resolved to, as sockets want it."""

    family: int
    address: tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]


class CheckedNetwork(httpcore.NetworkBackend):
    """Connects to public addresses, and to those that are allowed."""

    def __init__(self, allowed: Allowed, deadline: Deadline) -> None:
        """Connect to nothing yet."""
        self._allowed = allowed
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> Stream:
        """Connect to the first address of ``host`` that answers, if all of them may be called.

        Args:
            host: a name or an address.
            port: where.
            timeout: for the resolver, and again for each address, in seconds.
            local_address: not used.
            socket_options: not used.

        Raises:
            WebhookRefused: ``host`` stands for an address that may not be called.
            httpcore.ConnectError: there is no such name, or no address answers.
            httpcore.ConnectTimeout: that was not known in time.
        """
        with _httpcore_errors(httpcore.ConnectTimeout, httpcore.ConnectError):
            endpoints = _resolve(host, port, self._deadline.left_s(timeout))
            check_addresses(host, (str(end.address[0]) for end in endpoints), self._allowed)
            return Stream(self._first_to_answer(endpoints, timeout), self._deadline)

    def _first_to_answer(
        self, endpoints: Iterable[_Endpoint], timeout_s: float | None
    ) -> socket.socket:
        """Connect to one address after the other; the last one's error counts."""
        failure = OSError("the name has no address")
        for endpoint in endpoints:
            connecting = socket.socket(endpoint.family, socket.SOCK_STREAM)
            try:
                connecting.settimeout(self._deadline.left_s(timeout_s))
                connecting.connect(endpoint.address)
            except OSError as error:
                connecting.close()
                failure = error
            else:
                return connecting
        raise failure


def _resolve(host: str, port: int, timeout_s: float) -> list[_Endpoint]:
    """Ask for every address of a host, in a thread: the system's resolver has no time limit.

    Raises:
        OSError: there is no such name, or the resolver failed.
        TimeoutError: it was not known in time. The thread ends when the resolver gives up.
    """
    answer: Future[list[_Endpoint]] = Future()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answer.set_result([_Endpoint(family, address) for family, _, _, _, address in found])
        except BaseException as error:
            answer.set_exception(error)

    threading.Thread(target=ask, name="resolve", daemon=True).start()
    return answer.result(timeout_s)
