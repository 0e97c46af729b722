"""What the built-in model sees of a reading: arrays, no text.

Everything here runs at training and at inference alike, on numpy alone. The parsing of amounts is
a mere impression for the network; values are parsed by `docai.extraction`.
"""

import re
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from docai.document import Picture
from docai.reading import Reading

BUCKETS = 16384  # of the hash of character n-grams; 0 is padding
MAX_NGRAMS = 28
POSITIONS = 64  # steps that a coordinate is quantised to
NUM_NUMBERS = 22
GRID = 28  # rows and columns of image tokens
PICTURE_SIDE = 448  # what the vision encoder looks at: a page shrunk into this square
_AMOUNT = re.compile(r"^[^\d.,-]{0,4}-?(\d{1,3}(?:[.,]\d{3})+|\d+)(?:[.,](\d{2}))?-?[^\d.,]{0,3}$")
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}|[A-Za-z]{3}[-/' ,]*\d{2,4}$")
_TIME = re.compile(r"\d{1,2}:\d{2}")
_PHONE = re.compile(r"^\+?[(\d][\d()./ -]{6,}$")


@dataclass(frozen=True, slots=True)
class Features:
    """N words as arrays.

    Attributes:
        ngrams: (N, MAX_NGRAMS) int64, hashed character n-grams, 0 where there are fewer.
        numbers: (N, NUM_NUMBERS) float32, about unit scale.
        positions: (N, 8) int64 in [0, POSITIONS): left, top, right, bottom of the text area,
            height, row from the top, row from the bottom, place in the row.
        rows: (N,) int64, visual row from the top.
        centres: (N,) float32, horizontal centre as a share of the text area.
        cells: (N, 4) int64, the image tokens around the word's centre on the page picture.
        weights: (N, 4) float32, their bilinear weights.
        origins: (N, 2) float32, left edge and vertical middle, in heights of an ordinary word.
    """

    ngrams: NDArray[np.int64]
    numbers: NDArray[np.float32]
    positions: NDArray[np.int64]
    rows: NDArray[np.int64]
    centres: NDArray[np.float32]
    cells: NDArray[np.int64]
    weights: NDArray[np.float32]
    origins: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Seen:
    """N words before they become arrays.

    Attributes:
        texts: as printed.
        boxes: (N, 4) on the upright page, where rows are level.
        places: (N, 2) centre (x, y) on the page picture as loaded, as shares of the longer side;
            this is where the image tokens look.
        confidences: (N,) of OCR.
    """

    texts: tuple[str, ...]
    boxes: NDArray[np.float32]
    places: NDArray[np.float32]
    confidences: NDArray[np.float32]


def see(reading: Reading) -> Seen:
    """Take from a reading what the model needs."""
    longer = max(reading.size)
    places = [((w.box[0] + w.box[2]) / 2, (w.box[1] + w.box[3]) / 2) for w in reading.words]
    return Seen(
        texts=tuple(w.text for w in reading.words),
        boxes=np.array(reading.upright_boxes, np.float32).reshape(-1, 4),
        places=(np.array(places, np.float32).reshape(-1, 2) / longer).astype(np.float32),
        confidences=np.array([w.confidence for w in reading.words], np.float32),
    )


def thumbnail(picture: Picture) -> NDArray[np.uint8]:
    """Shrink a page, in grey and without stretching it, into the top left of a dark square."""
    height, width = picture.shape[:2]
    scale = PICTURE_SIDE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    grey = cv2.cvtColor(cv2.resize(picture, size, interpolation=way), cv2.COLOR_RGB2GRAY)
    square = np.zeros((PICTURE_SIDE, PICTURE_SIDE), np.uint8)
    square[: size[1], : size[0]] = grey
    return square


def features(seen: Seen) -> Features:
    """Turn words, in reading order, into arrays; there must be at least one."""
    rows = visual_rows(seen.boxes)
    left, right, top, bottom = _text_area(seen.boxes)
    area = np.array([left, top, left, top], np.float32)
    size = np.array([right - left, bottom - top] * 2, np.float32)
    shares = np.clip((seen.boxes - area) / size, 0, 1)
    cells, weights = _cells(seen.places)
    return Features(
        ngrams=np.array([ngrams_of(text) for text in seen.texts], np.int64),
        numbers=_numbers(seen, rows, shares),
        positions=_positions(seen.boxes, shares, rows),
        rows=rows,
        centres=((shares[:, 0] + shares[:, 2]) / 2).astype(np.float32),
        cells=cells,
        weights=weights,
        origins=_origins(seen.boxes),
    )


def _origins(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return where each word begins; see `Features.origins`."""
    height = max(float(np.median(boxes[:, 3] - boxes[:, 1])), 1.0)
    middles = (boxes[:, 1] + boxes[:, 3]) / 2
    return np.asarray(np.stack([boxes[:, 0], middles], axis=1) / height, np.float32)


def visual_rows(boxes: NDArray[np.float32]) -> NDArray[np.int64]:
    """Number the rows of words given in reading order: a row ends where the eye goes back."""
    rows = np.zeros(len(boxes), np.int64)
    for i in range(1, len(boxes)):
        a, b = boxes[i - 1], boxes[i]
        overlap = min(a[3], b[3]) - max(a[1], b[1])
        is_beside = overlap > 0.35 * min(a[3] - a[1], b[3] - b[1])
        rows[i] = rows[i - 1] + (not (is_beside and b[0] + b[2] > a[0] + a[2]))
    return rows


def amount_cents(text: str) -> int | None:
    """Return what looks like an amount, in hundredths; None for what does not."""
    found = _AMOUNT.match(text)
    if not found:
        return None
    whole = int(re.sub(r"\D", "", found[1])[:9])
    return whole * 100 + int(found[2] or 0)


def _text_area(boxes: NDArray[np.float32]) -> tuple[float, float, float, float]:
    """Return left, right, top, bottom of all words; stray specks do not stretch it much."""
    left, right = np.percentile(boxes[:, 0], 1), np.percentile(boxes[:, 2], 99)
    top, bottom = boxes[:, 1].min(), boxes[:, 3].max()
    return float(left), float(max(right, left + 1)), float(top), float(max(bottom, top + 1))


@lru_cache(maxsize=65536)
def ngrams_of(text: str) -> tuple[int, ...]:
    """Hash the word, its shape, its ends and its trigrams."""
    low = text.lower()
    shape = re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "0", low))
    short = re.sub(r"(.)\1+", r"\1", shape)
    grams = [f"w{low}", f"s{shape}", f"h{short}", f"p{low[:2]}", f"e{low[-2:]}"]
    grams += [f"l{''.join(c for c in low if c.isalpha())}"]
    marked = f"<{low}>"
    grams += [marked[i : i + 3] for i in range(len(marked) - 2)]
    grams += [f"c{c}" for c in dict.fromkeys(low)]
    hashes = [1 + zlib.crc32(gram.encode()) % (BUCKETS - 1) for gram in grams[:MAX_NGRAMS]]
    return tuple(hashes + [0] * (MAX_NGRAMS - len(hashes)))


def _positions(
    boxes: NDArray[np.float32], shares: NDArray[np.float32], rows: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Quantise where each word stands; see `Features.positions`."""
    last = POSITIONS - 1
    heights = boxes[:, 3] - boxes[:, 1]
    relative = heights / max(float(np.median(heights)), 1.0)
    place = np.arange(len(rows)) - np.searchsorted(rows, rows)
    columns = [
        *(np.round(shares[:, i] * last) for i in range(4)),
        np.round(relative * 16),
        rows,
        rows.max() - rows,
        place,
    ]
    steps: NDArray[np.int64] = np.clip(np.stack(columns, axis=1), 0, last).astype(np.int64)
    return steps


def _numbers(
    seen: Seen, rows: NDArray[np.int64], shares: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Describe each word by numbers: kinds of characters, what it looks like, sums it is in."""
    plain = np.array([_look(text) for text in seen.texts], np.float32)
    sums = _sums([amount_cents(text) for text in seen.texts], seen.boxes)
    per_row = np.bincount(rows)[rows] / 8
    extra = np.stack([seen.confidences, shares[:, 1], per_row], axis=1)
    return np.concatenate([plain, sums, extra], axis=1).astype(np.float32)


@lru_cache(maxsize=65536)
def _look(text: str) -> tuple[float, ...]:
    """Describe the characters of one word."""
    n = len(text)
    digits = sum(c.isdigit() for c in text)
    return (
        min(n, 20) / 10,
        digits / n,
        min(digits, 12) / 6,
        sum(c.isupper() for c in text) / n,
        sum(not c.isalnum() for c in text) / n,
        float(text[-1] in ":;"),
        float(any(c in text for c in "$€£¥₩฿₹") or text.upper() in {"RM", "EUR", "USD", "S$"}),
        float(bool(re.search(r"\d[.,]\d{2}(?!\d)", text))),
        float(bool(_DATE.search(text))),
        float(bool(_TIME.search(text))),
        float(bool(_PHONE.match(text)) and 7 <= digits <= 13),
        float("%" in text),
    )


def _sums(amounts: list[int | None], boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Describe how each amount relates to the others on the page: (N, 7).

    Rank by size, repeats, whether it is the largest, a sum of two others, an addend of a third,
    and whether the amounts right above it in its column add up to it.
    """
    out = np.zeros((len(amounts), 7), np.float32)
    known = [(i, a) for i, a in enumerate(amounts) if a]
    counts = Counter(a for _, a in known)
    distinct = sorted(counts, reverse=True)[:80]
    values = set(distinct)
    rank = {a: r for r, a in enumerate(distinct)}
    is_sum = {
        a for a in distinct if any((a - b) in values and b < a and a != 2 * b for b in distinct)
    }
    addends = {b for a in is_sum for b in distinct if (a - b) in values and a > b and a != 2 * b}
    for i, a in known:
        out[i] = (
            1.0,
            1 / (1 + rank.get(a, 80)),
            min(counts[a] - 1, 4) / 2,
            float(rank.get(a) == 0),
            float(a in is_sum),
            float(a in addends),
            float(_is_column_sum(i, a, known, boxes)),
        )
    return out


def _is_column_sum(
    i: int, amount: int, known: Sequence[tuple[int, int]], boxes: NDArray[np.float32]
) -> bool:
    """Tell whether two or more amounts right above word ``i``, right-aligned, add up to it."""
    box = boxes[i]
    slack = 1.5 * (box[3] - box[1])
    above = [
        (boxes[j][1], a)
        for j, a in known
        if boxes[j][3] <= (box[1] + box[3]) / 2 and abs(boxes[j][2] - box[2]) < slack
    ]
    heap = 0
    for count, (_, a) in enumerate(sorted(above, reverse=True), 1):
        heap += a
        if heap == amount and count >= 2:
            return True
    return False


def _cells(places: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the four image tokens around each place and their bilinear weights."""
    at = np.clip(places * GRID - 0.5, 0, GRID - 1.001)
    low = np.floor(at).astype(np.int64)
    part = (at - low).astype(np.float32)
    (x, y), (fx, fy) = low.T, part.T
    cells = np.stack(
        [y * GRID + x, y * GRID + x + 1, (y + 1) * GRID + x, (y + 1) * GRID + x + 1], 1
    )
    weights = np.stack([(1 - fy) * (1 - fx), (1 - fy) * fx, fy * (1 - fx), fy * fx], 1)
    return cells, weights
