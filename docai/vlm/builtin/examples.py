"""Training examples, and how they are varied so that a small model cannot learn them by heart."""

import random
import string
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from docai.vlm.builtin.features import (
    Features,
    Seen,
    features,
    ngrams_of,
)
from docai.vlm.builtin.labels import Allowed
from docai.vlm.builtin.tags import ROLES, TAGS

UNKNOWN = -1
VALUE = ROLES.index("value")
STRANGE = (0.0, 0.0, 0.1, 0.25, 0.5)  # shares of invented words on a page
LONGEST = 512  # words; of longer pages a stretch is learnt from
_NAMES = [
    TAGS.index(f"{who}_{what}") for who in ("merchant", "customer") for what in ("name", "address")
]
_SLIPS = {"0": "O", "O": "0", "1": "l", "l": "1", "I": "1", "5": "S", "S": "5", "8": "B", "B": "8"}


@dataclass(frozen=True, slots=True)
class Example:
    """One page to learn from.

    Attributes:
        seen: its words.
        allowed: tags that each word may have, (N, len(TAGS)).
        starts: (N,) 1 where a line item starts, 0 where none does, UNKNOWN where nobody knows.
        picture: (PICTURE_SIDE, PICTURE_SIDE) uint8, or None where there is none.
        roles: (N,) index in `ROLES`, UNKNOWN where nobody knows.
        entities: (N,) number of the heading, key or value that a word is part of, else UNKNOWN.
        links: (P, 2) a key's entity and that of a value of it.
        kind: index in `KINDS`, or UNKNOWN.
        opens: 1 for the first page of a document, 0 for a later one, or UNKNOWN.
    """

    seen: Seen
    allowed: Allowed
    starts: NDArray[np.float32]
    picture: NDArray[np.uint8] | None
    roles: NDArray[np.int64]
    entities: NDArray[np.int64]
    links: NDArray[np.int64]
    kind: int = UNKNOWN
    opens: int = UNKNOWN

    def take(self, kept: Sequence[int]) -> "Example":
        """Return the example of some of its words alone."""
        words = list(kept)
        seen = Seen(
            tuple(self.seen.texts[i] for i in words),
            self.seen.boxes[words],
            self.seen.places[words],
            self.seen.confidences[words],
        )
        return replace(
            self,
            seen=seen,
            allowed=self.allowed[words],
            starts=self.starts[words],
            roles=self.roles[words],
            entities=self.entities[words],
        )


def without_roles(
    seen: Seen,
    allowed: Allowed,
    starts: NDArray[np.float32],
    picture: NDArray[np.uint8] | None,
    kind: int,
    opens: int,
) -> Example:
    """Return the example of a page of which nobody said what is a key and what a value."""
    nobody_knows = np.full(len(seen.texts), UNKNOWN, np.int64)
    links = np.zeros((0, 2), np.int64)
    return Example(seen, allowed, starts, picture, nobody_knows, nobody_knows, links, kind, opens)


def vary(example: Example, rng: random.Random) -> tuple[Example, tuple[str, ...]]:
    """Return a variation of ``example``, and what its words are to be spelt like.

    The spelling differs from ``seen.texts`` so that sums that hold on the page still hold in the
    numbers the network gets, while digits and names are new to it.
    """
    kept = _keep(example, rng)
    seen = replace(kept.seen, boxes=_jitter(kept.seen.boxes, rng))
    picture, places = kept.picture, seen.places
    if picture is not None:
        picture, places = _turn(picture, places, rng)
        picture = None if rng.random() < 0.4 else _expose(picture, rng)
    has_roles = bool((kept.roles != UNKNOWN).any())
    spelt = _respell(seen.texts, kept.allowed, rng, rng.choice(STRANGE) if has_roles else 0.0)
    return replace(kept, seen=replace(seen, places=places), picture=picture), spelt


def _keep(example: Example, rng: random.Random) -> Example:
    """Leave out single words, and sometimes the head or the foot of the page."""
    tops = example.seen.boxes[:, 1]
    low, high = float(tops.min()), float(tops.max())
    cut = rng.random()
    first = low + (high - low) * rng.uniform(0, 0.3) if cut < 0.08 else low
    last = high - (high - low) * rng.uniform(0, 0.4) if cut > 0.9 else high
    drop = rng.choice((0.0, 0.0, 0.02, 0.05))
    kept = [i for i, top in enumerate(tops) if first <= top <= last and rng.random() >= drop]
    kept = kept or list(range(len(tops)))
    first_kept = rng.randrange(max(1, len(kept) - LONGEST + 1))
    return example.take(kept[first_kept : first_kept + LONGEST])


def _jitter(boxes: NDArray[np.float32], rng: random.Random) -> NDArray[np.float32]:
    """Stretch, shear and shake boxes a little."""
    out = boxes * np.array([rng.uniform(0.8, 1.25), rng.uniform(0.85, 1.2)] * 2, np.float32)
    shear = rng.gauss(0, 0.012)
    middle = (out[:, 0] + out[:, 2]) / 2
    out[:, [1, 3]] += (middle * shear)[:, None]
    heights = (out[:, 3] - out[:, 1])[:, None]
    noise = np.random.default_rng(rng.getrandbits(32)).normal(0, 0.06, out.shape)
    shaken: NDArray[np.float32] = (out + noise * heights).astype(np.float32)
    return shaken


def _turn(
    picture: NDArray[np.uint8], places: NDArray[np.float32], rng: random.Random
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Turn the picture and the places in it by quarter turns, now and then."""
    quarters = rng.choice((1, 2, 3)) if rng.random() < 0.15 else 0
    for _ in range(quarters):
        picture = np.rot90(picture)  # counter-clockwise: (x, y) goes to (y, 1 - x)
        places = np.stack([places[:, 1], 1 - places[:, 0]], axis=1)
    return np.ascontiguousarray(picture), places.astype(np.float32)


def _expose(picture: NDArray[np.uint8], rng: random.Random) -> NDArray[np.uint8]:
    """Change brightness and contrast."""
    lit = (picture.astype(np.float32) - 128) * rng.uniform(0.6, 1.3) + 128 + rng.uniform(-40, 40)
    exposed: NDArray[np.uint8] = np.clip(lit, 0, 255).astype(np.uint8)
    return exposed


def _respell(
    texts: Sequence[str], allowed: Allowed, rng: random.Random, strange: float
) -> tuple[str, ...]:
    """Give words new digits, new names, and slips as OCR makes them.

    Args:
        texts: the words.
        allowed: tags that each may have.
        rng: of every choice.
        strange: share of words that are turned into ones that nobody has ever seen: what is a key
            and what a value has to be told by where words stand, too.
    """
    digits = str.maketrans("0123456789", "".join(rng.choices(string.digits, k=10)))
    renames, renumbers = rng.random() < 0.6, rng.random() < 0.5
    slip_rate = rng.choice((0.0, 0.0, 0.01, 0.03))
    lowers = rng.random() < 0.1
    spelt = []
    for text, row in zip(texts, allowed, strict=True):
        word = text.translate(digits) if renumbers else text
        is_name = row[_NAMES].any() and row.sum() == 1
        if (is_name and renames and rng.random() < 0.6) or rng.random() < strange:
            word = _rename(word, rng)
        word = "".join(
            _SLIPS.get(c, rng.choice(string.ascii_letters)) if rng.random() < slip_rate else c
            for c in word
        )
        spelt.append(word.title() if lowers else word)
    return tuple(spelt)


def _rename(word: str, rng: random.Random) -> str:
    """Replace letters by others of the same case."""
    vowels, others = "aeiou", "bcdfghjklmnpqrstvwxyz"

    def other(c: str) -> str:
        if not (c.isascii() and c.isalpha()):
            return c
        new = rng.choice(vowels if c.lower() in vowels else others)
        return new.upper() if c.isupper() else new

    return "".join(other(c) for c in word)


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded examples as tensors; shapes as in `docai.vlm.builtin.model.Tagger.forward`.

    Attributes:
        inputs: what the network is given.
        picture: (B, 1, PICTURE_SIDE, PICTURE_SIDE) in [-1, 1].
        has_picture: (B,) bool.
        allowed: (B, N, len(TAGS)) bool.
        starts: (B, N).
        roles: (B, N).
        begins: (B, N), 1 for the first word of an entity; UNKNOWN as the roles are.
        keys: (B, N, N + 1) bool, the words of each value's key; the last is that it has none.
        is_value: (B, N) bool, words of values, whose keys are known.
        kinds: (B,).
        opens: (B,).
    """

    inputs: dict[str, Tensor]
    picture: Tensor
    has_picture: Tensor
    allowed: Tensor
    starts: Tensor
    roles: Tensor
    begins: Tensor
    keys: Tensor
    is_value: Tensor
    kinds: Tensor
    opens: Tensor


def batch(examples: Sequence[tuple[Example, tuple[str, ...]]], side: int) -> Batch:
    """Pad examples with their spellings to one batch."""
    arrays = []
    for example, spelt in examples:
        plain = features(example.seen)
        arrays.append(replace(plain, ngrams=np.array([ngrams_of(t) for t in spelt], np.int64)))
    inputs = {
        name: _pad([getattr(a, name) for a in arrays]) for name in Features.__dataclass_fields__
    }
    num_words = [len(a.rows) for a in arrays]
    inputs["is_word"] = torch.arange(max(num_words))[None] < torch.tensor(num_words)[:, None]
    only = [e for e, _ in examples]
    blank = np.zeros((side, side), np.uint8)
    pictures = np.stack([blank if e.picture is None else e.picture for e in only])
    return Batch(
        inputs,
        torch.from_numpy(pictures).float()[:, None] / 127.5 - 1,
        torch.tensor([e.picture is not None for e in only]),
        _pad([e.allowed for e in only]),
        _pad([e.starts for e in only]),
        _pad([e.roles for e in only], UNKNOWN),
        _pad([_begins(e) for e in only], UNKNOWN),
        torch.from_numpy(np.stack([_keys(e, max(num_words)) for e in only])),
        _pad([e.roles == VALUE for e in only]),
        torch.tensor([e.kind for e in only]),
        torch.tensor([e.opens for e in only]),
    )


def _begins(example: Example) -> NDArray[np.float32]:
    """Return 1 at the first word of every entity, 0 at others, UNKNOWN where nobody knows."""
    begins = np.zeros(len(example.roles), np.float32)
    entities, first = np.unique(example.entities, return_index=True)
    begins[first[entities != UNKNOWN]] = 1
    begins[example.roles == UNKNOWN] = UNKNOWN
    return begins


def _keys(example: Example, num_words: int) -> NDArray[np.bool_]:
    """Return (num_words, num_words + 1): which words are part of the key of each word."""
    keys = np.zeros((num_words, num_words + 1), np.bool_)
    for key, value in example.links:
        rows, columns = (np.flatnonzero(example.entities == n) for n in (value, key))
        keys[np.ix_(rows, columns)] = True
    keys[:, -1] = ~keys.any(axis=1)
    return keys


def _pad(arrays: Sequence[NDArray[np.generic]], filler: int = 0) -> Tensor:
    """Stack arrays of different lengths, filled up."""
    longest = max(len(a) for a in arrays)
    filled = [
        np.pad(a, [(0, longest - len(a))] + [(0, 0)] * (a.ndim - 1), constant_values=filler)
        for a in arrays
    ]
    return torch.from_numpy(np.stack(filled))
