"""A vision-language model on an OpenAI-compatible server: vLLM, SGLang, Ollama, hosted ones.

The server sees the pictures themselves, first of all in every prompt and always the same bytes, so
that one which keeps the beginnings of its prompts encodes a page once for all questions.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from docai.document import Page
from docai.provenance import Provenance, versions
from docai.vlm import generative
from docai.vlm.engine import Question, Reply
from docai.vlm.openai import cost
from docai.vlm.openai.connection import Connection, connect
from docai.vlm.openai.messages import PICTURE
from docai.vlm.openai.server import Server
from docai.vlm.openai.talk import Talk
from docai.vlm.tokens import ImageTokens, check_maker
from docai.vlm.writer import Asked, Written

CONTEXT_TOKENS = 8192  # where the server does not tell: few vision models are served with less
TEMPLATE_TOKENS = 128  # of the chat around system, user and pictures

_COST = "image_tokens"


class OpenAiVlm:
    """Asks a model on a server. Meets `docai.vlm.engine.Vlm` and `docai.vlm.writer.Writer`."""

    def __init__(self, model: str, server: Server, max_image_tokens: int) -> None:
        """Connect to nothing yet.

        Args:
            model: what the server calls it.
            server: where it is.
            max_image_tokens: what a page's picture may cost, by `docai.vlm.openai.cost`.
        """
        self._model, self._server, self._max_image_tokens = model, server, max_image_tokens
        self._talk = Talk(model)
        self._context_tokens: int | None = None

    @property
    def name(self) -> str:
        """Model and budget. Where it runs decides nothing about image tokens, and is private."""
        return f"openai:{self._model}/{self._max_image_tokens}"

    def provenance(self) -> Provenance:
        """See `docai.provenance.Traceable`."""
        return Provenance(self.name, versions("openai", "llguidance", "pillow"))

    def encode(self, page: Page) -> ImageTokens:
        """See `docai.vlm.engine.Vlm.encode`: the picture, made smaller; nothing is sent."""
        picture = page.picture
        height, width = picture.shape[:2]
        size = cost.fit((height, width), self._max_image_tokens)
        tensors = {PICTURE: cost.compress(picture, size)}
        facts = {"size": list(size), _COST: cost.image_tokens(size)}
        return ImageTokens(page.number, self.name, tensors, facts)

    def answer(self, question: Question) -> Reply:
        """See `docai.vlm.engine.Vlm.answer`.

        Raises:
            VlmUnavailable: the server cannot be had now.
        """
        check_maker(question.tokens, self.name)
        return generative.answer(question, self)

    def num_tokens(self, text: str) -> int:
        """See `docai.vlm.writer.Writer.num_tokens`."""
        return cost.text_tokens(text)

    def room(self, tokens: Sequence[ImageTokens]) -> int:
        """See `docai.vlm.writer.Writer.room`; asks the server once how much it takes."""
        if self._context_tokens is None:
            with connect(self._server) as connection:
                return self._room(connection, tokens)
        return self._left_by(tokens, self._context_tokens)

    def write(self, asked: Sequence[Asked]) -> Sequence[Written]:
        """See `docai.vlm.writer.Writer.write`."""
        with (
            connect(self._server) as connection,
            ThreadPoolExecutor(self._server.concurrency, "openai") as pool,
        ):

            def write_one(one: Asked) -> Written:
                return self._talk.write(connection, one, self._room(connection, one.tokens))

            # The first alone until the server is known: the rest need not learn it anew.
            num_alone = 0 if self._talk.has_learnt else 1
            written = [write_one(one) for one in asked[:num_alone]]
            futures = [pool.submit(write_one, one) for one in asked[num_alone:]]
            try:
                return [*written, *(future.result() for future in futures)]
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def _room(self, connection: Connection, tokens: Sequence[ImageTokens]) -> int:
        """Return how many tokens there are beside pictures, over a connection that is open."""
        if self._context_tokens is None:
            self._context_tokens = connection.context(self._model) or CONTEXT_TOKENS
        return self._left_by(tokens, self._context_tokens)

    def _left_by(self, tokens: Sequence[ImageTokens], context_tokens: int) -> int:
        """Return how many tokens of a context pictures leave."""
        pictures = sum(int(one.facts[_COST]) for one in tokens)
        return max(0, context_tokens - TEMPLATE_TOKENS - pictures)
