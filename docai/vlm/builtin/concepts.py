"""What a name of a field or a key on paper means, in several languages.

A phrase becomes units: "Date de naissance" and "dateOfBirth" are both a date, of birth. Phrases of
``concepts.txt`` are looked up; others are split into words and compounds that are, and words that
nobody knows stand for themselves. Two phrases are alike as far as they share units, rare ones
weighing more; what both are first, a date or a number, has to be the same.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

CONCEPTS = Path(__file__).with_name("concepts.txt")
STOP_WORDS = ("stop", "words")  # stands in the place of units
MAX_CHARACTERS = 120  # of a phrase; what is longer is a text, not a name
MAX_WORDS = 7  # of a phrase that is looked up
MAX_MEANINGS = 6
SHORTEST_PART = 3  # letters of a phrase inside another; "an" and "to" mean something only alone
SLIP = 0.84  # similarity of a word with one that OCR may have meant
LEAST_SLIP = 6  # letters of such a word
ALIKE = 0.6  # cosine of the trigrams of two words that may be forms of one
OTHER_HEAD = 0.35  # left of the similarity of a date and a number
NO_HEAD = 0.6  # left of the similarity of an insurance and its number
IMPLIED = frozenset({"name"})  # "Supplier" asks for a name

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BRACKETS = re.compile(r"[(\[{][^)\]}]*[)\]}]?")
_ORDINAL = re.compile(r"\bn\s?[.]?\s?[º°]", re.IGNORECASE)  # n.º, Nº, n°: a number
_WORD = re.compile(r"\w+|#", re.UNICODE)
_JOINTS = ("", "s", "n", "en", "es", "e")  # between the parts of a German or Dutch compound

Units = tuple[str, ...]


@dataclass(frozen=True)
class Lexicon:
    """The table of concepts.

    Attributes:
        meanings: units per phrase, folded and without spaces; several where it is ambiguous.
        weights: per unit; those of many concepts weigh little.
        heads: units that say what something is, such as ``date``.
        phrases: all phrases that are long enough to be met with a slip.
        stop_words: that say nothing beside others.
    """

    meanings: dict[str, list[Units]]
    weights: dict[str, float]
    heads: frozenset[str]
    phrases: tuple[str, ...]
    stop_words: frozenset[str]


@cache
def lexicon() -> Lexicon:
    """Read the table, once."""
    meanings: dict[str, list[Units]] = {}
    counts: Counter[str] = Counter()
    heads: set[str] = set()
    stop_words: frozenset[str] = frozenset()
    for units, phrases in _entries():
        if units == STOP_WORDS:
            stop_words = frozenset(map(_letters, phrases))
            continue
        counts.update(units)
        heads |= set(units[:1]) if len(units) > 1 else set()
        for phrase in phrases:
            known = meanings.setdefault(_letters(phrase), [])
            if units not in known:
                known.append(units)
    weights = {unit: 1 / (1 + math.log(count)) for unit, count in counts.items()}
    long = tuple(phrase for phrase in meanings if len(phrase) >= LEAST_SLIP)
    return Lexicon(meanings, weights, frozenset(heads), long, stop_words)


def _entries() -> Iterator[tuple[Units, list[str]]]:
    """Yield the units and phrases of each concept."""
    text = re.sub(r"\n +", " ", CONCEPTS.read_text("utf8"))
    for line in text.splitlines():
        if line and not line.startswith("#"):
            units, _, phrases = line.partition(":")
            yield tuple(units.split()), [p for p in phrases.split(";") if _letters(p)]


def fold(text: str) -> str:
    """Return ``text`` in lower case without accents; Hangul stays whole."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return unicodedata.normalize("NFC", "".join(c for c in plain if not "\u0300" <= c <= "\u036f"))


def _letters(text: str) -> str:
    """Return the letters and digits of ``text``, folded."""
    return "".join(c for c in fold(text) if c.isalnum() or c == "#")


@lru_cache(4096)
def meanings_of(phrase: str) -> tuple[frozenset[str], ...]:
    """Return what a phrase may mean, as sets of units; none where it says nothing.

    Args:
        phrase: the name of a field (``dateOfBirth``, ``birth_date``) or a key as printed.
    """
    found: dict[frozenset[str], None] = {}
    for text in dict.fromkeys((phrase, _BRACKETS.sub(" ", phrase))):
        plain = _CAMEL.sub(" ", _ORDINAL.sub(" no ", text)).replace("_", " ")
        words = _WORD.findall(fold(plain))
        if words and len(text) <= MAX_CHARACTERS:
            found |= dict.fromkeys(_parsed(words))
    return tuple(found)


def _parsed(words: Sequence[str]) -> list[frozenset[str]]:
    """Return the meanings of some words: of all together, or else of the parts they fall into."""
    whole = lexicon().meanings.get("".join(words))
    if whole:
        return [frozenset(units) for units in whole]
    parts: list[list[Units]] = []
    at = 0
    while at < len(words):
        length, found = _longest(words[at:])
        parts += [found] if found else []
        at += length
    combined = product(*parts[:MAX_WORDS]) if parts else iter(())
    sets = (frozenset(unit for units in some for unit in units) for some in combined)
    return [units for units, _ in zip(sets, range(MAX_MEANINGS), strict=False)]


def _longest(words: Sequence[str]) -> tuple[int, list[Units]]:
    """Return how many words from the first make a known phrase, and what it may mean."""
    known = lexicon().meanings
    for length in range(min(MAX_WORDS, len(words)), 0, -1):
        together = "".join(words[:length])
        if length == 1 and together in lexicon().stop_words:
            return 1, []
        if together in known and (
            len(together) >= SHORTEST_PART or known[together][0] == ("number",)
        ):
            return length, known[together]
    return 1, _word(words[0])


def _word(word: str) -> list[Units]:
    """Return what a word may mean that is no known phrase: a compound, a slip, or itself."""
    known = lexicon().meanings
    for joint in _JOINTS[1:]:
        stem = word.removesuffix(joint)
        if stem != word and len(stem) >= SHORTEST_PART and stem in known:
            return known[stem]
    for cut in range(len(word) - 2, SHORTEST_PART - 1, -1):
        right = known.get(word[cut:])
        if right is None:
            continue
        for joint in _JOINTS:
            left = known.get(word[:cut].removesuffix(joint)) if word[:cut].endswith(joint) else None
            if left is not None:
                return [(*right[0], *left[0])]
    if len(word) >= LEAST_SLIP:
        meant = process.extractOne(
            word,
            lexicon().phrases,
            scorer=Levenshtein.normalized_similarity,
            score_cutoff=SLIP,
        )
        if meant is not None:
            return known[meant[0]]
    return [(word,)] if len(word) > 1 else []


def similarity(a: str, b: str) -> float:
    """Return how likely two phrases ask for the same, in [0, 1]."""
    return max(
        (_alike(some, others) for some in meanings_of(a) for others in meanings_of(b)),
        default=0.0,
    )


@lru_cache(65536)
def _alike(a: frozenset[str], b: frozenset[str]) -> float:
    """Return twice what two sets of units share, by weight, over all that they have."""
    if not a or not b:
        return 0.0
    whole = sum(map(_weight, a)) + sum(map(_weight, b))
    shared = _shared(a, b) + _shared(b, a)
    return shared / whole * _same_head(a, b)


def _same_head(a: frozenset[str], b: frozenset[str]) -> float:
    """Return what is left of a similarity where two phrases are not first the same thing."""
    known = lexicon()
    one, other = a & known.heads, b & known.heads
    if one and other:
        return 1.0 if one & other else OTHER_HEAD
    is_implied = (one | other) <= IMPLIED or not (a | b) & known.weights.keys() - (one | other)
    return 1.0 if is_implied else NO_HEAD


def _shared(a: frozenset[str], b: frozenset[str]) -> float:
    """Return the weight of the units of ``a`` that ``b`` has too, or has in another form."""
    known = lexicon().weights
    shared = 0.0
    for unit in a:
        if unit in b:
            shared += _weight(unit)
        elif unit not in known:
            likeness = [_cosine(unit, other) for other in b if other not in known]
            best = max(likeness, default=0.0)
            shared += _weight(unit) * best if best >= ALIKE else 0.0
    return shared


def _weight(unit: str) -> float:
    """Return how much a unit says; a word that no concept has says much."""
    return lexicon().weights.get(unit, 1.0)


@lru_cache(65536)
def _cosine(a: str, b: str) -> float:
    """Return the cosine of the character trigrams of two words."""
    grams = [Counter(f"<{w}>"[i : i + 3] for i in range(len(w))) for w in (a, b)]
    dot = sum(count * grams[1][gram] for gram, count in grams[0].items())
    lengths = math.prod(sum(count * count for count in one.values()) for one in grams)
    return dot / math.sqrt(lengths) if lengths else 0.0
