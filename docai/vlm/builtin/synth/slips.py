"""The slips that OCR engines make in the text of one word."""

import random
import unicodedata

_CONFUSED = {
    "0": "OoDQ", "O": "0QD", "o": "0e", "1": "Il7", "I": "1l", "l": "1I", "5": "S", "S": "5",
    "8": "B", "B": "8", "Z": "2", "2": "Z", "6": "G", "G": "6", "m": "n", "e": "c", "c": "e",
    "u": "v", "v": "u", "3": "8", "4": "A", "7": "1", "9": "g", "g": "9", "E": "F", "F": "E",
    "T": "I", "D": "0", "U": "V", ".": ",", ",": ".", ":": ".", ";": ":", "-": "~", "(": "C",
    "h": "b", "i": "l", "a": "o", "H": "N",
}  # fmt: skip
_PAIRS = (("rn", "m"), ("cl", "d"), ("vv", "w"), ("m", "rn"), ("d", "cl"), ("ii", "u"))
_DROPPABLE = ".,:;-'()*#"


def slip_text(text: str, rng: random.Random, rate: float) -> str:
    """Return ``text`` with slips; a word is hit with probability ``rate`` and is never emptied."""
    if rng.random() >= rate:
        return text
    kind = rng.choice((_confuse, _confuse, _pair, _drop, _plain, _stray))
    return kind(text, rng) or text


def _confuse(text: str, rng: random.Random) -> str:
    """Return ``text`` with one character read as one that looks like it."""
    places = [i for i, c in enumerate(text) if c in _CONFUSED]
    if not places:
        return text
    i = rng.choice(places)
    return text[:i] + rng.choice(_CONFUSED[text[i]]) + text[i + 1 :]


def _pair(text: str, rng: random.Random) -> str:
    """Return ``text`` with two characters read as one, or one as two."""
    old, new = rng.choice(_PAIRS)
    return text.replace(old, new, 1)


def _drop(text: str, rng: random.Random) -> str:
    """Return ``text`` without one of its punctuation marks."""
    places = [i for i, c in enumerate(text) if c in _DROPPABLE]
    if not places:
        return text
    i = rng.choice(places)
    return text[:i] + text[i + 1 :]


def _plain(text: str, rng: random.Random) -> str:
    """Return Latin ``text`` without its accents."""
    if any(ord(c) > 0x2E80 for c in text):
        return text
    parts = unicodedata.normalize("NFD", text)
    return "".join(c for c in parts if not unicodedata.combining(c))


def _stray(text: str, rng: random.Random) -> str:
    """Return ``text`` with a stray mark at its end or a character lost there."""
    return text + rng.choice(".,:'-|") if rng.random() < 0.5 else text[:-1]
