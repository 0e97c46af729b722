"""What can go wrong with a server, in docai's words.

What a server says may quote the document or the key, so none of it stands in a message.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime

import httpx

from docai.errors import VlmError, VlmUnavailable
from docai.vlm.openai.dialect import Refusal
from docai.vlm.openai.patience import AnswerTooLong
from docai.vlm.openai.server import Server

PASSING = frozenset({408, 409, 425, 429})  # and every 5xx
REFUSING = frozenset({400, 422})


class Refused(Exception):
    """The server will not have the request.

    Attributes:
        refusal: what it will not have.
        error: the same for people, where nothing can be given up.
    """

    def __init__(self, refusal: Refusal, error: VlmError) -> None:
        super().__init__(str(error))
        self.refusal, self.error = refusal, error


class Passing(Exception):
    """An attempt failed in a way that may pass.

    Attributes:
        error: what to raise where it does not.
        after_s: how long the server wants to be left alone.
    """

    def __init__(self, error: VlmUnavailable, after_s: float = 0.0) -> None:
        super().__init__(str(error))
        self.error, self.after_s = error, after_s


class NotThere(Exception):
    """The server does not know what it is asked for."""


def of_status(status: int, headers: Mapping[str, str], body: object, server: Server) -> Exception:
    """Return what an answer other than success means."""
    answers = f"the server {server.url} answers {status}"
    if status in PASSING or status >= 500:
        after_s = _retry_after_s(headers)
        wish = f" and wants {after_s:g} s of rest" if after_s else ""
        return Passing(VlmUnavailable(answers + wish), after_s)
    if status in {401, 403}:
        what = "is not the right one" if server.key else "is not set"
        return VlmError(f"{answers}: DOCAI_VLM_KEY {what}")
    if status == 404:
        return NotThere(answers)
    if status in REFUSING:
        refusal = _refusal(body)
        what = "prompt and reply" if refusal.is_of_length else "something in the request"
        why = "are longer than its context" if refusal.is_of_length else "is not as it wants it"
        return Refused(refusal, VlmError(f"{answers}: {what} {why}"))
    if status == 413:
        return VlmError(f"{answers}: the pictures are too large; lower DOCAI_MAX_IMAGE_TOKENS")
    return VlmError(f"{answers}; is DOCAI_VLM_URL right? It usually ends in /v1")


def of_silence(cause: BaseException | None, server: Server) -> Exception:
    """Return what the lack of an answer means."""
    if isinstance(cause, AnswerTooLong):
        return VlmError(f"the server {server.url} sends without end: {cause}")
    if isinstance(cause, httpx.ConnectTimeout | httpx.ConnectError):
        said = str(cause) or "no connection in time"
        return Passing(VlmUnavailable(f"the server {server.url} cannot be reached: {said}"))
    if isinstance(cause, httpx.TimeoutException):
        limit = f"within {server.timeout_s:g} s; see DOCAI_VLM_TIMEOUT_S"
        return Passing(VlmUnavailable(f"no whole answer from the server {server.url} {limit}"))
    return Passing(VlmUnavailable(f"the server {server.url} hangs up, or does not speak HTTP"))


def _refusal(body: object) -> Refusal:
    """Return what a server will not have.

    Its whole body is not looked at: FastAPI's says which part is wrong, and repeats all the rest.
    """
    if not isinstance(body, Mapping):
        return Refusal("", str(body)[:1000])
    problem = body.get("error", body)
    problem = problem if isinstance(problem, Mapping) else {"message": problem}
    names = [str(problem.get("param") or "")]
    texts = [str(problem.get(key) or "") for key in ("message", "detail", "code")]
    if isinstance(problem.get("detail"), list):
        texts.pop(1)
        for name, text in _details(problem["detail"]):
            names.append(name)
            texts.append(text)
    return Refusal(" ".join(names), " ".join(texts))


def _details(details: list[object]) -> Iterator[tuple[str, str]]:
    """Yield the place and the reason of each of FastAPI's details."""
    for detail in details:
        if isinstance(detail, Mapping):
            place = detail.get("loc")
            path = ".".join(map(str, place)) if isinstance(place, list) else ""
            yield path, str(detail.get("msg") or "")


def _retry_after_s(headers: Mapping[str, str]) -> float:
    """Return the seconds that an answer's Retry-After asks for; 0 where it asks for none."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal():
        return float(text)
    try:
        at = parsedate_to_datetime(text)
        return max(0.0, (at - dt.datetime.now(dt.UTC)).total_seconds())
    except (ValueError, TypeError):  # no date, or one without a zone
        return 0.0
