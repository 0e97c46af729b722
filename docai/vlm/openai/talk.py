"""Talks with a model: learns how its server wants to be asked, and insists on a reply.

A server may honour a grammar, refuse it, or ignore it without a word, which shows in what its
model says. What has worked once is remembered, and later troubles are those of one window.
"""

import logging
from collections.abc import Sequence

from docai.errors import VlmError
from docai.vlm.openai.answers import Said
from docai.vlm.openai.connection import Connection
from docai.vlm.openai.cost import text_tokens
from docai.vlm.openai.dialect import Constraint, Dialect
from docai.vlm.openai.failures import Refused
from docai.vlm.openai.messages import Message, opening, repair, texts
from docai.vlm.openai.pieces import pieces
from docai.vlm.openai.wording import Checked, accepts, accepts_beginning, begun, check
from docai.vlm.writer import Asked, Written

MAX_REPAIRS = 2  # of what is no reply
MAX_IMPROVEMENTS = 1  # of a reply that leaves fields out, or says what no page shows
MIN_REPLY_TOKENS = 256  # granted even where estimates see no room for them: they are cautious

_log = logging.getLogger(__name__)


class Talk:
    """What is known of how a model wants to be asked. May be used by several threads."""

    def __init__(self, model: str) -> None:
        """Know nothing yet of the model that the server calls ``model``."""
        self._model = model
        self._learnt: Dialect | None = None

    @property
    def has_learnt(self) -> bool:
        """Whether the server has once answered."""
        return self._learnt is not None

    def write(self, connection: Connection, asked: Asked, room: int) -> Written:
        """Ask about a window until there is a reply, or the model has had its chances.

        Args:
            connection: to the server.
            asked: the window.
            room: for prompt and reply, in tokens.

        Raises:
            VlmError: the model gives no reply that fits, or the server none at all.
            VlmUnavailable: the server cannot be had now.
        """
        messages = opening(asked)
        replies: list[Written] = []
        for _ in range(1 + MAX_REPAIRS):
            said, checked = self._ask(connection, asked, messages, room)
            if said.is_cut_off and not checked.reply and begun(said.text):
                return Written(pieces(begun(said.text), said), "length")
            if checked.reply:
                replies.append(Written(pieces(checked.reply, said)))
            if not checked.fault or len(replies) > MAX_IMPROVEMENTS:
                return replies[-1]
            if replies and not checked.reply:
                break  # it knew better before
            _log.info("the reply of %s is no good: asked again", self._model)
            messages = [*opening(asked), *repair(said.text, checked.fault)]
        if replies:
            return replies[-1]
        raise VlmError(
            f"{self._model} gave {1 + MAX_REPAIRS} times what is no valid reply; on a server that "
            "honours grammars (vLLM) or JSON Schemas (SGLang, Ollama) it could not"
        )

    def _ask(
        self, connection: Connection, asked: Asked, messages: Sequence[Message], room: int
    ) -> tuple[Said, Checked]:
        """Ask once, in the best dialect that the server is known to understand."""
        dialect = self._learnt or Dialect()
        said, dialect = self._negotiate(connection, asked, messages, room, dialect)
        checked = check(said.text, asked.grammar)
        if self._learnt is not None:
            return said, checked
        if dialect.constraint is Constraint.GRAMMAR and not _is_held(said, asked):
            dialect = dialect.weaker() or dialect
            if checked.fault:
                said, dialect = self._negotiate(connection, asked, messages, room, dialect)
                checked = check(said.text, asked.grammar)
        _log.info("%s is asked with this to hold it: %s", self._model, dialect.constraint.name)
        self._learnt = dialect
        return said, checked

    def _negotiate(
        self,
        connection: Connection,
        asked: Asked,
        messages: Sequence[Message],
        room: int,
        dialect: Dialect,
    ) -> tuple[Said, Dialect]:
        """Ask once, and give up what the server refuses; return the dialect that it took."""
        left = room - sum(map(text_tokens, texts(messages)))
        max_tokens = max(MIN_REPLY_TOKENS, min(asked.grammar.max_bytes, left))
        while True:
            parameters = dialect.parameters(asked.grammar, max_tokens)
            try:
                return connection.chat(self._model, messages, parameters), dialect
            except Refused as refused:
                weaker = dialect.without(refused.refusal)
                if weaker is None:
                    raise refused.error from None
                dialect = weaker


def _is_held(said: Said, asked: Asked) -> bool:
    """Tell whether what a model said shows that its server holds it to the grammar."""
    if said.is_cut_off:
        return accepts_beginning(said.text, asked.grammar)
    return accepts(said.text, asked.grammar)
