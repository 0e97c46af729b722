"""Grounding: finding the words of a reading that print a given value."""

import unicodedata
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from docai.reading import Reading

MIN_SIMILARITY = 0.5  # below it nobody would say that the words print the value
REACH = 4  # words that a first rough span may be off by at each end


@dataclass(frozen=True, slots=True)
class Grounding:
    """Words that print a value.

    Attributes:
        words: indices into the reading's words, in reading order; not always a single run.
        similarity: agreement of their text with the value, in [0, 1].
    """

    words: tuple[int, ...]
    similarity: float


def letters(text: str) -> str:
    """Return the letters and digits of ``text`` in upper case, accents dropped."""
    plain = unicodedata.normalize("NFKD", text).upper()
    return "".join(c for c in plain if c.isalnum())


def similarity(a: str, b: str) -> float:
    """Return 1 minus the normalised edit distance of the letters and digits of two texts."""
    return float(Levenshtein.normalized_similarity(letters(a), letters(b)))


def exact(text: str, reading: Reading) -> tuple[int, ...] | None:
    """Return the run of whole words that prints ``text`` letter for letter; None if none does."""
    pieces = [letters(word.text) for word in reading.words]
    span = _exact(text, reading, pieces) if letters(text) else None
    return None if span is None else tuple(span)


def ground(text: str, reading: Reading) -> Grounding | None:
    """Find the words that print ``text``, letter for letter or nearly so.

    A rough place comes from the best matching window of characters; the span is then fitted word
    by word at both ends, and whole lines inside it that do not belong (a phone number between
    two lines of an address) are left out if that brings the texts closer.

    Returns:
        None where no span is at least MIN_SIMILARITY alike.
    """
    wanted = letters(text)
    pieces = [letters(word.text) for word in reading.words]
    if not wanted or not any(pieces):
        return None
    span = _exact(text, reading, pieces)
    if span is None:
        span = _fit(wanted, pieces, *_rough(wanted, pieces))
        span = _drop_lines(wanted, pieces, span, reading)
    alike = _alike(wanted, pieces, span)
    return Grounding(tuple(span), alike) if alike >= MIN_SIMILARITY else None


def _exact(text: str, reading: Reading, pieces: list[str]) -> list[int] | None:
    """Return the run of whole words that prints ``text`` letter for letter, if there is one.

    Of several the one whose signs agree best: "1.50" is not "150".
    """
    wanted = letters(text)
    runs = []
    for start in range(len(pieces)):
        printed = ""
        for stop in range(start, len(pieces)):
            printed += pieces[stop]
            if not wanted.startswith(printed):
                break
            if printed == wanted and pieces[start] and pieces[stop]:
                runs.append(list(range(start, stop + 1)))
    return max(
        runs,
        key=lambda run: Levenshtein.similarity(text, " ".join(reading.words[i].text for i in run)),
        default=None,
    )


def _rough(wanted: str, pieces: list[str]) -> tuple[int, int]:
    """Return the range of words that the best matching window of characters touches."""
    owner = [i for i, piece in enumerate(pieces) for _ in piece]
    printed = "".join(pieces)
    if len(printed) <= len(wanted):
        return 0, len(pieces)
    window = fuzz.partial_ratio_alignment(wanted, printed)
    if window is None or window.dest_end <= window.dest_start:
        return 0, len(pieces)
    return owner[window.dest_start], owner[window.dest_end - 1] + 1


def _fit(wanted: str, pieces: list[str], start: int, stop: int) -> list[int]:
    """Move both ends, up to REACH words each, to where the texts agree best."""
    starts = range(max(0, start - REACH), min(len(pieces), start + REACH) + 1)
    stops = range(max(1, stop - REACH), min(len(pieces), stop + REACH) + 1)
    spans = [(a, b) for a in starts for b in stops if a < b]
    # Among equals the shortest: empty pieces (a lone dash) at the ends are not evidence.
    best = max(spans, key=lambda s: (_alike(wanted, pieces, list(range(*s))), s[0] - s[1]))
    return list(range(*best))


def _drop_lines(wanted: str, pieces: list[str], span: list[int], reading: Reading) -> list[int]:
    """Leave out inner lines for as long as that brings the texts closer."""
    while True:
        lines = sorted({reading.line_of_word[i] for i in span})
        trials = [[i for i in span if reading.line_of_word[i] != line] for line in lines[1:-1]]
        best = max(trials, key=lambda t: _alike(wanted, pieces, t), default=span)
        if _alike(wanted, pieces, best) <= _alike(wanted, pieces, span):
            return span
        span = best


def _alike(wanted: str, pieces: list[str], span: list[int]) -> float:
    """Return the similarity of the words of ``span`` with ``wanted``."""
    printed = "".join(pieces[i] for i in span)
    return float(Levenshtein.normalized_similarity(wanted, printed))
