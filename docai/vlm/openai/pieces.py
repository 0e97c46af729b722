"""Probabilities of what a model said, laid upon the reply that was made of it."""

import math
from collections.abc import Sequence

from docai.vlm.openai.answers import Said, Token

# Where a server tells no probabilities. Nothing is known then, and certainty would be a lie.
UNKNOWN = math.log(0.5)

REACH_BYTES = 16  # how far on a token is looked for, for each before it that could not be placed

_REPLACEMENT = "\ufffd"  # stands for bytes of a character that a token holds a part of

Piece = tuple[bytes, float]


def pieces(reply: str, said: Said) -> tuple[Piece, ...]:
    """Return the bytes of ``reply`` with their log-probabilities.

    Args:
        reply: a part of what the model said, or something made of it.
        said: all of it.
    """
    text, wanted = said.text.encode("utf-8", "replace"), reply.encode("utf-8", "replace")
    begin = text.rfind(wanted)
    placed = _placed(text, said.tokens) if begin >= 0 else []
    if not placed:
        return ((wanted, UNKNOWN),) if wanted else ()
    end = begin + len(wanted)
    return tuple(
        (text[max(begin, start) : min(end, stop)], logprob)
        for start, stop, logprob in placed
        if start < end and begin < stop
    )


def _placed(text: bytes, tokens: Sequence[Token]) -> list[tuple[int, int, float]]:
    """Return (start, stop, log-probability) of tokens in what was said; none if they do not fit.

    Servers leave out special tokens, and write replacement characters for tokens that end within
    a character. What lies between two tokens that fit belongs to those that do not.
    """
    placed: list[tuple[int, int, float]] = []
    at, pending, reach = 0, 0.0, 0
    for token in tokens:
        content, logprob = _bytes(token), min(0.0, token.logprob)
        if not content:
            pending, reach = pending + logprob, reach + REACH_BYTES
            continue
        begin = text.find(content, at, at + len(content) + reach)
        if begin < 0:
            content = content.strip() or content  # the ends of a text may have been trimmed
            begin = text.find(content, at, at + len(content) + reach)
        if begin < 0:
            continue
        if begin > at:
            placed.append((at, begin, pending))
        placed.append((begin, begin + len(content), logprob))
        at, pending, reach = begin + len(content), 0.0, 0
    if at < len(text) and reach:
        placed.append((at, len(text), pending))
    return placed if len(text) - at <= reach else []


def _bytes(token: Token) -> bytes:
    """Return what a token wrote; nothing where that is not known."""
    if token.bytes is not None and all(0 <= byte < 256 for byte in token.bytes):
        content = bytes(token.bytes)
    else:
        content = token.token.encode("utf-8", "replace")
    return b"" if _REPLACEMENT.encode() in content else content
