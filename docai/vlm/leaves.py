"""Leaves: the single values of a JSON text, each with its path and where it stands.

A JSON parser that tells places, and that keeps what was complete when a text is cut off. It knows
nothing of what the values mean.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_DEPTH = 8  # replies have three levels; a reply of brackets must not exhaust the stack

_SPACE = re.compile(r"[ \t\r\n]*")
# Some models break lines inside of strings, which is clear enough.
_STRING = re.compile(r'"(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"')
_OPEN_STRING = re.compile(
    r'"(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+(?:\\(?:u[0-9a-fA-F]{0,3})?)?\Z'
)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_OPEN_NUMBER = re.compile(r"-?[0-9]*\.?[0-9]*(?:[eE][-+]?[0-9]*)?\Z")
_WORDS = {"null": None, "true": True, "false": False}
_FENCE = re.compile(r"[ \t\r\n]*```[a-z]*")
_SHOWN = 30  # characters of what is wrong

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Leaf:
    """A string, number, boolean or null.

    Attributes:
        path: keys and numbers of elements that lead to it.
        start: where it begins, in characters of the text.
        stop: where it has ended.
        json: the characters between.
    """

    path: tuple[str | int, ...]
    start: int
    stop: int
    json: str

    @property
    def value(self) -> Scalar:
        """The value that the characters stand for."""
        value: Scalar = json.loads(self.json, strict=False)
        return value


def leaves(text: str, *, is_cut_off: bool = False) -> list[Leaf]:
    """Return the leaves of a JSON object in the order of the text.

    Args:
        text: the object, in a Markdown fence if need be.
        is_cut_off: the text may end anywhere; what was complete by then is returned.

    Raises:
        ValueError: it is no JSON object; the message says what is wrong, and where.
    """
    scanner = _Scanner(text)
    found: list[Leaf] = []
    try:
        for leaf in scanner.document():
            found.append(leaf)
    except _TextEnds:
        if not is_cut_off:
            raise ValueError(f"the JSON ends too early, at character {len(text)}") from None
    return found


class _TextEnds(Exception):
    """The text ends amid the JSON."""


class _Scanner:
    """Goes through a JSON text once."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0

    def document(self) -> Iterator[Leaf]:
        """Yield the leaves of the whole text, as they are complete."""
        opened = _FENCE.match(self._text)
        self._at = opened.end() if opened else 0
        self._expect("{")
        yield from self._object(())
        if opened and (closed := _FENCE.match(self._text, self._at)):
            self._at = closed.end()
        self._skip_space()
        if self._at < len(self._text):
            raise self._wrong("nothing after the JSON object")

    def _object(self, path: tuple[str | int, ...]) -> Iterator[Leaf]:
        """Yield the leaves of an object behind its opening bracket."""
        keys: set[str] = set()
        while not self._takes("}"):
            if keys:
                self._expect(",")
            self._skip_space()
            key = str(json.loads(self._string(), strict=False))
            if key in keys:
                raise ValueError(f"the key {_short(key)} stands twice in one object")
            keys.add(key)
            self._expect(":")
            yield from self._value((*path, key))

    def _array(self, path: tuple[str | int, ...]) -> Iterator[Leaf]:
        """Yield the leaves of an array behind its opening bracket."""
        number = 0
        while not self._takes("]"):
            if number:
                self._expect(",")
            yield from self._value((*path, number))
            number += 1

    def _value(self, path: tuple[str | int, ...]) -> Iterator[Leaf]:
        """Yield the leaves of any value."""
        if len(path) > MAX_DEPTH:
            raise self._wrong(f"at most {MAX_DEPTH} levels of brackets")
        if self._takes("{"):
            yield from self._object(path)
        elif self._takes("["):
            yield from self._array(path)
        else:
            start = self._at
            json_text = self._string() if self._text[start] == '"' else self._word()
            yield Leaf(path, start, self._at, json_text)

    def _string(self) -> str:
        """Return a string in its quotes and go behind it."""
        found = _STRING.match(self._text, self._at)
        if found is None:
            if self._at == len(self._text) or _OPEN_STRING.match(self._text, self._at):
                raise _TextEnds
            raise self._wrong("a string in double quotes, with JSON's escapes")
        self._at = found.end()
        return found[0]

    def _word(self) -> str:
        """Return a number, a boolean or null and go behind it."""
        for word in _WORDS:
            if self._text.startswith(word, self._at):
                self._at += len(word)
                return word
            if word.startswith(self._text[self._at :]):
                raise _TextEnds
        if _OPEN_NUMBER.match(self._text, self._at):
            raise _TextEnds  # more digits may have been to come
        number = _NUMBER.match(self._text, self._at)
        if number is None:
            raise self._wrong("a value")
        self._at = number.end()
        return number[0]

    def _takes(self, sign: str) -> bool:
        """Go behind ``sign`` if it comes next."""
        self._skip_space()
        if self._at == len(self._text):
            raise _TextEnds
        is_next = self._text[self._at] == sign
        self._at += is_next
        return is_next

    def _expect(self, sign: str) -> None:
        """Go behind ``sign``, which must come next."""
        if not self._takes(sign):
            raise self._wrong(repr(sign))

    def _skip_space(self) -> None:
        """Go behind white space."""
        space = _SPACE.match(self._text, self._at)
        self._at = space.end() if space else self._at

    def _wrong(self, expected: str) -> ValueError:
        """Say what stands where something else should."""
        there = _short(self._text[self._at :])
        return ValueError(f"expected {expected} at character {self._at}, but there is {there}")


def _short(text: str) -> str:
    """Return the beginning of ``text`` in quotes."""
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")
