"""Connections to one OpenAI-compatible server: asked patiently, but not for ever.

The client is OpenAI's own. No error and no log line holds a key, a picture or a document's word.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar, cast

import httpx
from pydantic import BaseModel, ValidationError
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential,
    wait_random,
)
from tenacity.stop import stop_base

from docai.errors import VlmError
from docai.vlm.openai.answers import Completion, Model, Models, Said, said
from docai.vlm.openai.failures import NotThere, Passing, Refused, of_silence, of_status
from docai.vlm.openai.patience import PatientTransport
from docai.vlm.openai.server import Server

if TYPE_CHECKING:  # imported for real when a server is asked: it takes half a second
    import openai

MAX_ATTEMPTS = 5  # about eight seconds of back-off, where the server fails at once
MAX_MODELS_TOLD = 20
NO_KEY = "none"  # the client wants one, or looks for it in the environment

_Shape = TypeVar("_Shape", bound=BaseModel)
_back_off = wait_exponential(multiplier=0.5, max=8) + wait_random(0, 0.25)
_log = logging.getLogger(__name__)


@contextmanager
def connect(server: Server) -> Iterator["Connection"]:
    """Open connections to a server; nothing is sent yet.

    Raises:
        VlmError: the client is not installed.
    """
    try:
        import openai
    except ModuleNotFoundError as error:
        raise VlmError(
            f"models of openai: need the package {error.name}: pip install 'docai[openai]'"
        ) from error
    # Its debug log holds whole requests: what documents say does not belong into logs.
    logging.getLogger("openai._base_client").setLevel(logging.INFO)
    tls = httpx.create_ssl_context() if server.url.startswith("https:") else None
    with (
        httpx.Client(transport=PatientTransport(tls)) as http,
        openai.OpenAI(
            api_key=server.key or NO_KEY,
            base_url=server.url,
            max_retries=0,
            http_client=cast(Any, http),  # its types know the newer httpx2 alone
        ) as client,
    ):
        yield Connection(server, client)


class Connection:
    """Open connections to a server. May be used by several threads."""

    def __init__(self, server: Server, client: "openai.OpenAI") -> None:
        self._server, self._client = server, client

    def chat(self, model: str, messages: Sequence[Any], parameters: Mapping[str, Any]) -> Said:
        """Ask a model.

        Raises:
            Refused: the server will not have the request as it is.
            VlmError: the model failed, or there is no such model.
            VlmUnavailable: the server cannot be had now.
        """
        create = self._client.chat.completions.with_raw_response.create

        def attempt(left_s: float) -> httpx.Response:
            return _raw(create(model=model, messages=messages, timeout=left_s, **parameters))

        try:
            completion = self._read(self._patiently(attempt), Completion)
        except NotThere as error:
            raise VlmError(f"{error}: {self._instead_of(model)}") from None
        return said(completion.choices[0], self._server.url)

    def context(self, model: str) -> int | None:
        """Return how many tokens prompt and reply of a model may be; None if nobody says.

        Raises:
            VlmError: the server refuses whoever asks.
            VlmUnavailable: the server cannot be had now.
        """
        lengths = {known.id: known.max_model_len for known in self._models()}
        return lengths.get(model)

    def _models(self) -> Sequence[Model]:
        """Return the models that the server lists; none where it lists none."""

        def attempt(left_s: float) -> httpx.Response:
            import openai

            try:
                return _raw(self._client.models.with_raw_response.list(timeout=left_s))
            except openai.InternalServerError as error:  # some have no list, and stumble over it
                raise NotThere from error

        try:
            answer = self._patiently(attempt)
        except (Refused, NotThere):
            return ()
        try:
            return self._read(answer, Models).data
        except VlmError:  # a list of some other kind
            return ()

    def _instead_of(self, model: str) -> str:
        """Say what the server has in place of a model that it has not."""
        names = [known.id for known in self._models()]
        if not names or model in names:
            return f"it does not know {model}, or DOCAI_VLM_URL is wrong; it usually ends in /v1"
        more = len(names) - MAX_MODELS_TOLD
        rest = f" and {more} more" if more > 0 else ""
        return f"it does not know {model}; it has {', '.join(names[:MAX_MODELS_TOLD])}{rest}"

    def _patiently(self, attempt: Callable[[float], httpx.Response]) -> httpx.Response:
        """Try until it succeeds or is refused, or the time is over.

        Args:
            attempt: is told how many seconds it may take.
        """
        give_up_at = time.monotonic() + self._server.timeout_s

        def once() -> httpx.Response:
            with self._our_errors():
                return attempt(max(0.001, give_up_at - time.monotonic()))

        retrying = Retrying(
            retry=retry_if_exception_type(Passing),
            wait=_pause_s,
            stop=stop_after_attempt(MAX_ATTEMPTS) | _StopBefore(give_up_at),
            before_sleep=_note,
            reraise=True,
        )
        try:
            return retrying(once)
        except Passing as passing:
            raise passing.error from None

    @contextmanager
    def _our_errors(self) -> Iterator[None]:
        """Raise what went wrong in docai's words.

        The client's errors hold whole requests, so none of them stays behind as the cause.
        """
        import openai

        try:
            yield
        except openai.APIStatusError as error:
            failed = of_status(error.status_code, error.response.headers, error.body, self._server)
            raise failed from None
        except openai.APIConnectionError as error:
            raise of_silence(error.__cause__, self._server) from None
        except openai.OpenAIError as error:
            raise VlmError(
                f"the server {self._server.url} cannot be asked: {type(error).__name__}"
            ) from None

    def _read(self, answer: httpx.Response, shape: type[_Shape]) -> _Shape:
        """Return the content of an answer.

        Raises:
            VlmError: it has another shape, or is no JSON.
        """
        try:
            return shape.model_validate_json(answer.content)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False, include_context=False)[0]
            where = ".".join(map(str, first["loc"])) or "all of it"
            kind = answer.headers.get("content-type", "").partition(";")[0]
            page = "a web page" if kind == "text/html" else f"{where} is wrong ({first['type']})"
            raise VlmError(
                f"the server {self._server.url} answers what no OpenAI-compatible API does: "
                f"{page}; DOCAI_VLM_URL usually ends in /v1"
            ) from None


class _StopBefore(stop_base):
    """Ends attempts where the next would come too late."""

    def __init__(self, at: float) -> None:
        self._at = at

    def __call__(self, state: RetryCallState) -> bool:
        """Tell whether the attempt that failed was the last one."""
        return time.monotonic() + state.upcoming_sleep >= self._at


def _raw(answer: Any) -> httpx.Response:
    """Return the answer that the client got, before it made anything of it."""
    response: httpx.Response = answer.http_response
    return response


def _pause_s(state: RetryCallState) -> float:
    """Return how long to wait: what the server asks for, but never less than the back-off."""
    error = state.outcome.exception() if state.outcome is not None else None
    assert isinstance(error, Passing), "nothing else is tried again"
    return max(error.after_s, _back_off(state))


def _note(state: RetryCallState) -> None:
    """Log that a server is asked again."""
    _log.info("attempt %d: no answer; again in %.1f s", state.attempt_number, state.upcoming_sleep)
