"""What a generating model is asked, what it writes, and what it must be able to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from docai.vlm.grammar import Grammar
from docai.vlm.tokens import ImageTokens


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is told besides the pictures, which come first.

    Attributes:
        system: who it is and what the rules are; the same for every document.
        user: the text of the pages, fenced, and what to find.
    """

    system: str
    user: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One window of a document, as a model is asked about it.

    Attributes:
        prompt: the words.
        tokens: image tokens of the pages in the window, in page order.
        grammar: what the reply may be.
    """

    prompt: Prompt
    tokens: tuple[ImageTokens, ...]
    grammar: Grammar


@dataclass(frozen=True, slots=True)
class Written:
    """What a model wrote.

    Attributes:
        pieces: UTF-8 bytes with the natural logarithm of their probability; 0.0 for text that the
            grammar forces. Where a model tells no probabilities all of it is one piece that is as
            likely as not: what is unknown must not look certain.
        stop: ``end``, or ``length`` where it was cut off.
    """

    pieces: tuple[tuple[bytes, float], ...]
    stop: str = "end"


class Writer(Protocol):
    """A model that writes."""

    def num_tokens(self, text: str) -> int:
        """Return how many tokens ``text`` is; an estimate is never too low."""
        ...

    def room(self, tokens: Sequence[ImageTokens]) -> int:
        """Return how many tokens prompt and reply may be beside the image tokens of pages."""
        ...

    def write(self, asked: Sequence[Asked]) -> Sequence[Written]:
        """Write a reply for each window, several at the same time where the model can.

        Raises:
            VlmError: the model failed.
        """
        ...
