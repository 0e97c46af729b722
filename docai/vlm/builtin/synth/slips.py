"""The slips that OCR engines make: in the letters of a word, and where one word ends."""

import random
import unicodedata
from dataclasses import replace

from docai.vlm.builtin.synth.sample import Sample, SynthWord

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


def slips(sample: Sample, rng: random.Random) -> Sample:
    """Return ``sample`` with the slips an OCR engine makes; its truth stays what it was.

    Characters are confused, dots and accents lost, words run together or torn apart. Tags stay.
    """
    rate = rng.choice((0.0, 0.02, 0.05, 0.1, 0.2))
    words = tuple(replace(w, text=slip_text(w.text, rng, rate)) for w in sample.words)
    words, lines = _run_together(words, sample.line_of_word, rng, rate)
    words, lines = _tear(words, lines, rng, rate / 3)
    return replace(sample, words=words, line_of_word=lines)


def _run_together(
    words: tuple[SynthWord, ...], lines: tuple[int, ...], rng: random.Random, rate: float
) -> tuple[tuple[SynthWord, ...], tuple[int, ...]]:
    """Return words with some spaces lost, never between two different tags."""
    out: list[SynthWord] = []
    out_lines: list[int] = []
    losing: dict[int, float] = {}
    for word, line in zip(words, lines, strict=True):
        lost = losing.setdefault(line, 1.0 if rng.random() < rate / 2 else rate / 3)
        if out and out_lines[-1] == line and rng.random() < lost and _may_join(out[-1], word):
            out[-1] = _joined(out[-1], word)
            continue
        out.append(word)
        out_lines.append(line)
    return tuple(out), tuple(out_lines)


def _may_join(left: SynthWord, right: SynthWord) -> bool:
    """Return whether no tag is lost when two words run together."""
    if (left.role, left.entity) != (right.role, right.entity):
        return False
    same = (left.tag, left.row) == (right.tag, right.row)
    return same or (not left.tag and right.row is None) or (not right.tag and left.row is None)


def _joined(left: SynthWord, right: SynthWord) -> SynthWord:
    """Return two words as one."""
    (a, _, _, d), (_, b, c, _) = left.polygon, right.polygon
    tagged = left if left.tag else right
    return replace(tagged, text=left.text + right.text, polygon=(a, b, c, d))


def _tear(
    words: tuple[SynthWord, ...], lines: tuple[int, ...], rng: random.Random, rate: float
) -> tuple[tuple[SynthWord, ...], tuple[int, ...]]:
    """Return words, some of them torn in two."""
    out: list[SynthWord] = []
    out_lines: list[int] = []
    for word, line in zip(words, lines, strict=True):
        parts = _torn(word, rng) if len(word.text) > 3 and rng.random() < rate else (word,)
        out += parts
        out_lines += [line] * len(parts)
    return tuple(out), tuple(out_lines)


def _torn(word: SynthWord, rng: random.Random) -> tuple[SynthWord, SynthWord]:
    """Return the two parts of a torn word."""
    cut = rng.randrange(1, len(word.text))
    share = cut / len(word.text)
    a, b, c, d = word.polygon
    top = (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)
    low = (d[0] + (c[0] - d[0]) * share, d[1] + (c[1] - d[1]) * share)
    left = replace(word, text=word.text[:cut], polygon=(a, top, low, d))
    return left, replace(word, text=word.text[cut:], polygon=(top, b, c, low))
