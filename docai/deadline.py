"""Connections with one deadline for all that is done on them.

Libraries count a timeout anew with every byte that comes in, so a peer that trickles wins time by
it; on these it does not. They are what `httpcore` asks of a network. They know nothing of HTTP,
nor of whom one may connect to.
"""

import selectors
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpcore

READ_BYTES = 1 << 16  # at once; as much as httpcore wants


class Deadline(threading.local):
    """The moment when all must be done.

    Attributes:
        at: on the clock of `time.monotonic`. Set, it changes for the thread that sets it alone:
            threads that share connections have a deadline each.
    """

    def __init__(self, at: float) -> None:
        self.at = at

    def left_s(self, at_most_s: float | None = None) -> float:
        """Return how long one operation may take.

        Raises:
            TimeoutError: there is no time left.
        """
        left_s = self.at - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("the time is over")
        return left_s if at_most_s is None else min(left_s, at_most_s)


@contextmanager
def httpcore_errors(
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
    """A connection, plain or TLS, that ends with the deadline of whoever uses it."""

    def __init__(
        self, connected: socket.socket, deadline: Deadline, read_bytes: int = READ_BYTES
    ) -> None:
        """Take over a connected socket; `close` closes it.

        Args:
            connected: to the peer.
            deadline: for all that is done.
            read_bytes: what is read at once, at most.
        """
        self._socket, self._deadline, self._read_bytes = connected, deadline, read_bytes

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what has come; nothing at the end."""
        with httpcore_errors(httpcore.ReadTimeout, httpcore.ReadError):
            self._socket.settimeout(self._deadline.left_s(timeout))
            return self._socket.recv(min(max_bytes, self._read_bytes))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of ``buffer``."""
        rest = memoryview(buffer)
        with httpcore_errors(httpcore.WriteTimeout, httpcore.WriteError):
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
            with httpcore_errors(httpcore.ConnectTimeout, httpcore.ConnectError):
                self._socket.settimeout(self._deadline.left_s(timeout))
                secured = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
        except BaseException:
            self.close()
            raise
        return Stream(secured, self._deadline, self._read_bytes)

    def get_extra_info(self, info: str) -> bool | None:
        """Tell the one thing that httpcore asks before it uses a connection again.

        Returns:
            For ``is_readable`` whether something has come unasked, as where the peer has left.
        """
        if info != "is_readable":
            return None
        if self._socket.fileno() < 0:
            return True
        with selectors.DefaultSelector() as selector:
            selector.register(self._socket, selectors.EVENT_READ)
            return bool(selector.select(0))
