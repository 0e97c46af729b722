"""Webhooks as Standard Webhooks has them: signed, sent, and tried again for about a day.

https://www.standardwebhooks.com: three headers, one signature over id, time and body. Which
receivers may be called is known to `workers.addresses`, how they are reached to
`workers.network`. What is told, and to whom, is not known here.
"""

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import random
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version

import httpcore
import httpx

from docai.deadline import Deadline
from docai.errors import SettingsError
from workers.addresses import check_url, read_allow
from workers.errors import WebhookRefused
from workers.network import CheckedNetwork

ID_HEADER = "webhook-id"
TIMESTAMP_HEADER = "webhook-timestamp"
SIGNATURE_HEADER = "webhook-signature"
SECRET_PREFIX = "whsec_"
TOLERANCE_S = 300.0  # the standard's; older messages may be replays

CONNECT_TIMEOUT_S = 5.0  # for the resolver, and for each address
TOTAL_TIMEOUT_S = 15.0  # from the first question to the resolver to the end of the answer
ANSWER_BYTES = 4096  # read of the answer, so that a usual receiver can finish its sentence

# Seconds to wait after the first failure, the second, ...: 21.7 hours in all.
WAITS_S = (5, 30, 120, 600, 1800, 3600, 7200, 14_400, 21_600, 28_800)
JITTER = 0.2  # so that receivers that come back are not called by all at once

NETWORK_ERRORS = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError)


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of calling a receiver once.

    Attributes:
        status: of HTTP; None where none came.
        error: why it does not count as delivered; None where it does.
        seconds: how long it took.
    """

    status: int | None
    error: str | None
    seconds: float


def check(secret: str, allow: str) -> None:
    """Find out at the start, rather than with the first message, that settings make no sense.

    Args:
        secret: see `sign`; empty where no webhook is ever called.
        allow: see `post`.

    Raises:
        SettingsError: one of them makes no sense.
    """
    read_allow(allow)
    if secret:
        sign(secret, "check", 0, b"")


def sign(secret: str, webhook_id: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a message.

    Args:
        secret: any text; after ``whsec_`` comes base64, which stands for the bytes of the key.
        webhook_id: names the message; the same however often it is sent.
        timestamp: when it is sent, in seconds since 1970.
        body: as sent, byte for byte.

    Raises:
        SettingsError: the secret is empty, or not base64 after ``whsec_``.
    """
    return _signature(secret, webhook_id, str(timestamp), body)


def _signature(secret: str, webhook_id: str, timestamp: str, body: bytes) -> str:
    """Return the signature for headers as they are written."""
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    digest = hmac.digest(_key(secret), signed, hashlib.sha256)
    return "v1," + base64.b64encode(digest).decode("ascii")


def _key(secret: str) -> bytes:
    """Return the key that a secret stands for."""
    if not secret.startswith(SECRET_PREFIX):
        key = secret.encode()
    else:
        text = secret.removeprefix(SECRET_PREFIX).rstrip("=")
        try:
            key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
        except (binascii.Error, ValueError) as error:
            raise SettingsError(
                "DOCAI_WEBHOOK_SECRET begins with whsec_, but what follows is not base64; "
                "give whsec_ and base64, or any text that does not begin with whsec_"
            ) from error
    if not key:
        raise SettingsError("DOCAI_WEBHOOK_SECRET is empty; give a long random text")
    return key


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: dt.datetime) -> bool:
    """Tell whether a message was signed with ``secret``, and not long ago.

    Args:
        secret: see `sign`.
        headers: of the request; their names in any case. Of several signatures one must fit.
        body: as received, byte for byte.
        now: the time, with its zone.

    Raises:
        SettingsError: the secret is empty, or not base64 after ``whsec_``.
    """
    given = {name.lower(): value for name, value in headers.items()}
    webhook_id, timestamp = given.get(ID_HEADER, ""), given.get(TIMESTAMP_HEADER, "")
    try:
        age_s = now.timestamp() - int(timestamp)
        expected = _signature(secret, webhook_id, timestamp, body).encode()
    except (ValueError, OverflowError):  # no number, or text that no header can hold
        return False
    signatures = given.get(SIGNATURE_HEADER, "").encode("utf-8", "replace").split(b" ")
    fits = [hmac.compare_digest(expected, signature) for signature in signatures]
    return any(fits) and abs(age_s) <= TOLERANCE_S


def wait_s(attempt: int) -> float | None:
    """Return how long to wait after a failure; None if that was the last try.

    Args:
        attempt: how often the receiver has been called, from 1.
    """
    if attempt > len(WAITS_S):
        return None
    return WAITS_S[max(attempt, 1) - 1] * random.uniform(1 - JITTER, 1 + JITTER)


def post(
    url: str, webhook_id: str, body: bytes, *, secret: str, allow: str, now: dt.datetime
) -> Sent:
    """Call a receiver once: within 15 s, following no redirect, through no proxy.

    Args:
        url: of the receiver.
        webhook_id: names the message; the same however often it is sent.
        body: JSON.
        secret: see `sign`.
        allow: receivers that may be called though not public; see `workers.addresses.read_allow`.
        now: the time, with its zone.

    Returns:
        What came of it. A receiver that may not be called is an error like any other.

    Raises:
        SettingsError: ``secret`` or ``allow`` makes no sense.
    """
    timestamp = int(now.timestamp())
    signed = {
        ID_HEADER: webhook_id,
        TIMESTAMP_HEADER: str(timestamp),
        SIGNATURE_HEADER: sign(secret, webhook_id, timestamp, body),
    }
    started = time.monotonic()
    status = None
    try:
        status = _status(check_url(url, allow), signed, body, allow)
        error = _complaint(status)
    except WebhookRefused as refused:
        error = str(refused)
    except NETWORK_ERRORS as failed:
        error = _what_failed(failed)
    return Sent(status, error, round(time.monotonic() - started, 3))


def _status(url: httpx.URL, signed: Mapping[str, str], body: bytes, allow: str) -> int:
    """Send a request and return the status of the answer.

    By httpcore and not by an httpx client, because that one logs every URL it calls, and a
    receiver's URL may hold its secret.
    """
    headers = {
        "host": url.netloc.decode("ascii"),
        "user-agent": f"docai/{version('docai')}",
        "content-type": "application/json",
        "connection": "close",
        **signed,
    }
    target = httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )
    network = CheckedNetwork(read_allow(allow), Deadline(time.monotonic() + TOTAL_TIMEOUT_S))
    timeouts = {"timeout": {"connect": CONNECT_TIMEOUT_S}}
    # Made anew each time: a certificate authority that was added or withdrawn counts at once.
    tls = httpx.create_ssl_context() if url.scheme == "https" else None
    with (
        httpcore.ConnectionPool(ssl_context=tls, network_backend=network) as pool,
        pool.stream(
            "POST", target, headers=[*headers.items()], content=body, extensions=timeouts
        ) as answer,
    ):
        with suppress(*NETWORK_ERRORS):  # the status has come, and says it all
            _drop_body(answer)
        return answer.status


def _drop_body(answer: httpcore.Response) -> None:
    """Read the beginning of an answer and keep nothing of it."""
    read = 0
    for part in answer.iter_stream():
        read += len(part)
        if read >= ANSWER_BYTES:
            return


def _complaint(status: int) -> str | None:
    """Say why a status does not count as delivered; None if it does."""
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return f"the receiver answered {status}: redirects are not followed, give the final URL"
    return f"the receiver answered {status}; only 2xx counts as delivered"


def _what_failed(error: Exception) -> str:
    """Say what went wrong on the way, without a word that the receiver wrote."""
    if isinstance(error, httpcore.ConnectTimeout):
        return f"no connection to the receiver within {CONNECT_TIMEOUT_S:g} s"
    if isinstance(error, httpcore.TimeoutException):
        return f"no answer from the receiver within {TOTAL_TIMEOUT_S:g} s"
    if isinstance(error, httpcore.ConnectError):
        return f"no connection to the receiver: {error}"
    if isinstance(error, httpcore.ProtocolError):
        return "the receiver closed the connection without an answer, or what it sent is not HTTP"
    return f"the connection to the receiver broke: {error}"
