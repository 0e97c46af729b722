"""HTTP with one docai server: tries again what may pass, and tells what is refused.

Knows status codes, Retry-After and problem+json. Refuses to know what is asked for.
"""

import datetime as dt
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import IO, Any
from urllib.parse import urlsplit

import h11
import httpx
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    wait_exponential,
    wait_random,
)

from docai.errors import ClientError, SettingsError

CONNECT_S = 10.0
FIRST_PATIENCE_S = 10.0  # with a server that never answered: more likely its URL is wrong
MAX_BREAKS = 6  # of a stream, one after another, without anything new in between
PAUSE_S = 0.25  # between questions to a server that does not let us wait
MAX_HANG_UPS = 6  # in a row; a server that hangs up each time means it, whatever the cause
PASSING = frozenset({429, 502, 503, 504})  # statuses of which a server may recover

_back_off = wait_exponential(multiplier=0.2, max=10) + wait_random(0, 0.3)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Call:
    """One request.

    Attributes:
        method: of HTTP.
        path: below the server's URL; parts that are data are quoted already.
        params: of the query.
        headers: besides those of every request.
        form: text fields of a multipart form.
        body: a JSON object, instead of a form.
        files: its files: name in the form, file name, content. Files are read from their
            beginning at every attempt.
        slack_s: how much longer than other calls it may take.
    """

    method: str
    path: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    files: Sequence[tuple[str, str, IO[bytes] | bytes]] = ()
    slack_s: float = 0.0


class _Passing(Exception):
    """An attempt failed in a way that may pass."""

    def __init__(self, error: ClientError, *, after_s: float = 0.0, is_hang_up: bool = False):
        super().__init__(str(error))
        self.error = error
        self.after_s = after_s
        self.is_hang_up = is_hang_up


class Connection:
    """One server, and who asks. May be used by several threads."""

    def __init__(self, url: str, key: str | None, *, timeout_s: float, patience_s: float) -> None:
        """Remember where the server is; nothing is sent yet.

        Args:
            url: of the server; paths begin there.
            key: API key, if the server wants one.
            timeout_s: how long the server may be silent during a call.
            patience_s: how long a call is tried again, while the server is away or full.

        Raises:
            SettingsError: that is no URL, or no key.
        """
        self.url = _checked_url(url)
        self._timeout_s = timeout_s
        self._patience_s = patience_s
        self._has_answered = False
        headers = {"Authorization": f"Bearer {_checked_key(key)}"} if key else {}
        self._http = httpx.Client(base_url=self.url, headers=headers)

    def close(self) -> None:
        """Close what is open."""
        self._http.close()

    def ask(self, call: Call) -> httpx.Response:
        """Return the whole answer, which is a success.

        Raises:
            ClientError: the server refuses, or could not be reached for as long as we try.
        """
        return self._patiently(call, self._whole)

    @contextmanager
    def streaming(self, call: Call) -> Iterator[httpx.Response]:
        """Return an answer whose body is still to be read; that part is tried once.

        Raises:
            ClientError: as for `ask`.
            httpx.RequestError: the answer breaks off while it is read.
        """
        response = self._patiently(call, self._begun)
        try:
            yield response
        finally:
            response.close()

    def _patiently(self, call: Call, attempt: Callable[[Call], httpx.Response]) -> httpx.Response:
        """Try a call until it succeeds or is refused, or patience ends."""
        retrying = Retrying(
            retry=retry_if_exception_type(_Passing),
            wait=_pause_s,
            stop=_Patience(self._limit_s),
            before_sleep=_note,
            reraise=True,
        )
        try:
            return retrying(attempt, call)
        except _Passing as passing:
            raise passing.error from passing.__cause__

    def _limit_s(self) -> float:
        """Return how long a call may be tried again, as things stand."""
        if self._has_answered:
            return self._patience_s
        return min(self._patience_s, FIRST_PATIENCE_S)

    def _whole(self, call: Call) -> httpx.Response:
        """Send a call and read its answer, once."""
        response = self._begun(call)
        try:
            response.read()
        except httpx.RequestError as error:
            raise self._broken(error) from error
        finally:
            response.close()
        return response

    def _begun(self, call: Call) -> httpx.Response:
        """Send a call once; return its answer before the body, unless it is a refusal."""
        request = self._http.build_request(
            call.method,
            call.path,
            params=dict(call.params),
            headers=dict(call.headers),
            data=dict(call.form) or None,
            json=call.body,
            files=[(part, (name, content)) for part, name, content in call.files] or None,
            timeout=httpx.Timeout(
                self._timeout_s + call.slack_s, connect=min(CONNECT_S, self._timeout_s)
            ),
        )
        try:
            response = self._http.send(request, stream=True)
            self._has_answered = True
            if response.is_success:
                return response
            response.read()
        except httpx.RequestError as error:
            raise self._broken(error) from error
        except h11.LocalProtocolError as error:
            raise ClientError(f"a file changed while it was sent to {self.url}: {error}") from error
        refusal = self._refusal(response)
        if response.status_code in PASSING:
            raise _Passing(refusal, after_s=_retry_after_s(response))
        raise refusal

    def _broken(self, error: httpx.RequestError) -> _Passing | ClientError:
        """Return what to raise where there is no answer, or half of one."""
        said = str(error) or type(error).__name__
        told = ClientError(f"no answer from {self.url}: {said}")
        if isinstance(error, httpx.LocalProtocolError | httpx.UnsupportedProtocol):
            return told  # what we send is wrong, and stays wrong
        is_away = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
        return _Passing(told, is_hang_up=not is_away)

    def _refusal(self, response: httpx.Response) -> ClientError:
        """Return what an answer other than success says."""
        try:
            problem = response.json()
        except ValueError:
            problem = None
        problem = problem if isinstance(problem, dict) else {}
        code, detail = (_text(problem.get(member)) for member in ("code", "detail"))
        said = ": ".join(part for part in (code or response.reason_phrase, detail) if part)
        return ClientError(
            f"{self.url} answers {response.status_code} {said}".rstrip(),
            status=response.status_code,
            code=code,
            detail=detail,
        )


def lines(response: httpx.Response) -> Iterator[bytes]:
    """Yield the lines of a body; only a line feed ends one, since JSON holds other separators."""
    rest = b""
    for chunk in response.iter_bytes():
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
    if rest:
        yield rest


@dataclass
class _Patience:
    """Decides when a call is given up: its time is over, or the server hangs up again and again.

    Attributes:
        limit_s: tells how long a call may be tried again.
        hang_ups: how often the server hung up in a row.
    """

    limit_s: Callable[[], float]
    hang_ups: int = 0

    def __call__(self, state: RetryCallState) -> bool:
        """Tell whether the attempt that failed was the last one."""
        passing = _passing(state)
        self.hang_ups = self.hang_ups + 1 if passing.is_hang_up else 0
        spent_s = (state.seconds_since_start or 0.0) + state.upcoming_sleep
        return self.hang_ups >= MAX_HANG_UPS or spent_s >= self.limit_s()


def _passing(state: RetryCallState) -> _Passing:
    """Return how an attempt failed."""
    error = state.outcome.exception() if state.outcome is not None else None
    assert isinstance(error, _Passing), "nothing else is tried again"
    return error


def _pause_s(state: RetryCallState) -> float:
    """Return how long to wait: what the server asks for, but never less than the back-off."""
    return max(_passing(state).after_s, _back_off(state))


def _note(state: RetryCallState) -> None:
    """Log that a call is tried again; neither names nor keys stand there."""
    status = _passing(state).error.status
    _log.info("no answer (status %s); again in %.1f s", status, state.upcoming_sleep)


def _retry_after_s(response: httpx.Response) -> float:
    """Return the seconds that an answer's Retry-After asks for; 0 where it asks for none."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdecimal():
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    if at.tzinfo is None:
        return 0.0
    return max(0.0, (at - dt.datetime.now(dt.UTC)).total_seconds())


def _text(member: object) -> str | None:
    """Return a member of a problem if it is text."""
    return member if isinstance(member, str) and member else None


def _checked_url(url: str) -> str:
    """Return a URL that can be one of a server, without a slash at its end.

    Raises:
        SettingsError: it cannot.
    """
    try:
        parts = urlsplit(url)
        is_right = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        is_right = is_right and not (parts.query or parts.fragment or "@" in parts.netloc)
        httpx.URL(url)
    except (ValueError, httpx.InvalidURL):
        is_right = False
    if not is_right:
        raise SettingsError(
            f"{url!r} is no URL of a server; right would be http://127.0.0.1:8000, "
            "and a key goes into DOCAI_KEY"
        )
    return url.rstrip("/")


def _checked_key(key: str) -> str:
    """Return a key that can stand in a header; errors do not show it.

    Raises:
        SettingsError: it cannot.
    """
    if not (key.isascii() and key.isprintable() and key.strip() == key):
        raise SettingsError(
            "the API key has characters that no key has; right would be docai_<id>_<secret>"
        )
    return key


def after_break(what: str, num_breaks: int, error: httpx.RequestError) -> None:
    """Wait before a stream is taken up again.

    Raises:
        ClientError: it broke off too often without anything new in between.
    """
    if num_breaks > MAX_BREAKS:
        raise ClientError(f"the {what} broke off {num_breaks} times in a row: {error}") from error
    time.sleep(PAUSE_S * num_breaks)
