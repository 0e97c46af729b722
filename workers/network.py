"""Connections to checked addresses only, with one deadline for all that is done on them.

`httpcore` asks a network backend for a connection to a host. This one resolves the host once, has
every address judged (`workers.addresses`) and connects to one of those very addresses, so a name
that resolves to something else a moment later changes nothing. TLS still proves the name.
It knows nothing of HTTP.
"""

import socket
import threading
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass

import httpcore

from docai.deadline import Deadline, Stream, httpcore_errors
from workers.addresses import Allowed, check_addresses

READ_BYTES = 4096  # at once; an answer is wanted for its status


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
        with httpcore_errors(httpcore.ConnectTimeout, httpcore.ConnectError):
            endpoints = _resolve(host, port, self._deadline.left_s(timeout))
            check_addresses(host, (str(end.address[0]) for end in endpoints), self._allowed)
            connected = self._first_to_answer(endpoints, timeout)
            return Stream(connected, self._deadline, READ_BYTES)

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
