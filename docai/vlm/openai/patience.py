"""HTTP with an end: a timeout counts for a whole exchange, and an answer has a largest size.

A server that trickles wins no time by it (`docai.deadline`), from the connection to the last byte
of the answer. This transport of `httpx` knows nothing of models, and no proxy of the environment.
"""

import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import httpcore
import httpx

from docai.deadline import Deadline, Stream, httpcore_errors

CONNECT_S = 10.0  # a server that cannot be reached for so long is away
MAX_ANSWER_BYTES = 32 << 20  # a hundred thousand tokens with their probabilities

# All that a server needs. The client takes more from the environment, meant for other servers,
# and asks for compressed answers, whose true length nobody can know.
SENT_HEADERS = frozenset(
    {b"accept", b"authorization", b"content-length", b"content-type", b"host", b"user-agent"}
)
_ENCODING = b"content-encoding"  # an answer that is compressed all the same stays as it is

_ERRORS = (
    (httpcore.ConnectTimeout, httpx.ConnectTimeout),
    (httpcore.TimeoutException, httpx.ReadTimeout),
    (httpcore.ConnectError, httpx.ConnectError),
    (httpcore.NetworkError, httpx.ReadError),
    (httpcore.ProtocolError, httpx.RemoteProtocolError),
)


class AnswerTooLong(httpx.TransportError):
    """The server sends more than any answer is long."""


class Network(httpcore.NetworkBackend):
    """Connects within the deadline."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline, self._system = deadline, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> Stream:
        """Connect to a host."""
        with httpcore_errors(httpcore.ConnectTimeout, httpcore.ConnectError):
            left_s = self._deadline.left_s(timeout)
        connected = self._system.connect_tcp(host, port, left_s, local_address, socket_options)
        return Stream(connected.get_extra_info("socket"), self._deadline)


class PatientTransport(httpx.BaseTransport):
    """Carries requests; the timeout of each is for all of it. May be used by several threads."""

    def __init__(self, tls: ssl.SSLContext | None) -> None:
        """Open nothing yet.

        Args:
            tls: whom to trust; None where nothing is asked for over TLS.
        """
        self._deadline = Deadline(0.0)  # each thread sets its own
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls, max_connections=None, network_backend=Network(self._deadline)
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; return its answer, whose body is still to be read by this thread."""
        self._deadline.at = time.monotonic() + request.extensions["timeout"]["read"]
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        assert isinstance(request.stream, httpx.SyncByteStream)
        sent = [(name, text) for name, text in request.headers.raw if name.lower() in SENT_HEADERS]
        with _httpx_errors():
            answer = self._pool.handle_request(
                httpcore.Request(
                    request.method,
                    url,
                    headers=sent,
                    content=request.stream,
                    extensions={"timeout": {"connect": CONNECT_S}},
                )
            )
        read = [(name, text) for name, text in answer.headers if name.lower() != _ENCODING]
        return httpx.Response(answer.status, headers=read, stream=_Body(answer))

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    """The body of an answer."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        size_bytes = 0
        with _httpx_errors():
            for part in self._answer.iter_stream():
                size_bytes += len(part)
                if size_bytes > MAX_ANSWER_BYTES:
                    raise AnswerTooLong(f"the answer is longer than {MAX_ANSWER_BYTES} bytes")
                yield part

    def close(self) -> None:
        """Give the connection back, or close it where the answer was not read to its end."""
        self._answer.close()


@contextmanager
def _httpx_errors() -> Iterator[None]:
    """Raise the errors that httpx promises."""
    try:
        yield
    except tuple(theirs for theirs, _ in _ERRORS) as error:
        ours = next(ours for theirs, ours in _ERRORS if isinstance(error, theirs))
        raise ours(str(error)) from error
