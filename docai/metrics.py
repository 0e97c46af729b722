"""Metrics: how right extractions are, and how far their confidence can be trusted.

Knows labels and the plain JSON of ``Extraction.to_json()["data"]``, and shares no code with what it
measures: a metric must not move when the library does. Two values are the same where
  money: the decimal amounts are equal;  date: both can mean the same calendar day;
  time: hours and minutes are equal;  phone: the digits are equal;
  text: letters and digits are equal, in upper case (spaces and punctuation say nothing).
A gold value that is a list is printed more than once: any of its values will do.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from rapidfuzz.distance import Levenshtein

_OF_DOCUMENTS = ("total", "subtotal", "total_tax", "tip", "invoice_total", "amount_due")
MONEY = frozenset((*_OF_DOCUMENTS, "amount", "unit_price", "price", "total_price"))
DATES = frozenset(
    ("transaction_date", "invoice_date", "due_date", "service_start_date", "service_end_date")
)
TIME, PHONE, QUANTITY = "transaction_time", "merchant_phone", "quantity"
ITEM_COLUMNS = ("description", "quantity", "unit_price", "amount")
OTHER_NAMES = {"total_price": "amount", "amount": "total_price", "unit_price": "price"}
LEAST_ALIKE = 0.5  # below it two texts count as wholly different in ANLS
NUM_BINS = 10

_MONTH_NAMES = """
jan januar january janvier|feb februar february fevrier fev|mar marz march mars mrz
apr april avril avr|may mai|jun juni june juin|jul juli july juillet|aug august aout
sep sept september septembre|oct okt october oktober octobre|nov november novembre
dec dez december dezember decembre
"""
_MONTHS = {
    name: month
    for month, names in enumerate(re.split(r"[|\n]", _MONTH_NAMES.strip()), 1)
    for name in names.split()
}
_YEAR_FIRST = re.compile(r"\b(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})\b")
_YEAR_LAST = re.compile(
    r"(?<!\d)(\d{1,2})\s*[-/.\s',]\s*(\d{1,2})\s*[-/.\s',]\s*(\d{4}|\d{2})(?!\d)"
)
_DAY_NAME_YEAR = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-/.\s]*([a-z]{3,9})[-/.\s,']*(\d{4}|\d{2})")
_NAME_DAY_YEAR = re.compile(r"([a-z]{3,9})[-/.\s]*(\d{1,2})(?:st|nd|rd|th)?[-/.\s,']*(\d{4}|\d{2})")
_DIGITS_ONLY = re.compile(r"(?<!\d)(\d{2})(\d{2})(\d{4})(?!\d)")
_CLOCK = re.compile(r"(\d{1,2})\s*[:.hH]\s*(\d{2})(?:\s*[:.]\s*\d{2})?\s*([AaPp])?")
_AMOUNT = re.compile(r"-?\d[\d.,]*")
_SPACE_IN_AMOUNT = re.compile(r"(?<=\d)\s+(?=[\d.,])|(?<=[.,])\s+(?=\d)")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many values are right, were predicted, and are labelled."""

    right: int = 0
    predicted: int = 0
    labelled: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.right + other.right,
            self.predicted + other.predicted,
            self.labelled + other.labelled,
        )

    @property
    def precision(self) -> float:
        """Share of predicted values that are right; 0 where there are none."""
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Share of labelled values that were found; 0 where there are none."""
        return self.right / self.labelled if self.labelled else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        p, r = self.precision, self.recall
        return 2 * p * r / (p + r) if p + r else 0.0

    def to_json(self) -> dict[str, float | int]:
        """Return plain JSON values, rounded to four places."""
        return {
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "f1": round(self.f1, 4),
            "labelled": self.labelled,
        }


@dataclass(frozen=True)
class Scores:
    """How well a data set was extracted.

    Attributes:
        documents: that are labelled.
        predicted: labelled documents with a prediction, however empty.
        fields: counts per scalar field.
        columns: counts per column of line items.
        pairs: counts of (key, value) pairs of forms.
        anls: mean similarity of text fields; None where none is labelled.
    """

    documents: int
    predicted: int
    fields: Mapping[str, Counts]
    columns: Mapping[str, Counts]
    pairs: Counts
    anls: float | None

    @property
    def micro(self) -> Counts:
        """Counts of all scalar fields together."""
        return sum(self.fields.values(), Counts())

    @property
    def items(self) -> Counts:
        """Counts of all columns of line items together."""
        return sum(self.columns.values(), Counts())

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values, rounded to four places."""
        rows = {
            **self.fields,
            **{f"items.{column}": counts for column, counts in self.columns.items()},
            "pairs": self.pairs,
        }
        scores = {n: c.to_json() for n, c in sorted(rows.items()) if c.predicted or c.labelled}
        if self.fields:
            scores["fields"] = self.micro.to_json()
        if self.columns:
            scores["items"] = self.items.to_json()
        return {
            "documents": self.documents,
            "predicted": self.predicted,
            "anls": None if self.anls is None else round(self.anls, 4),
            "scores": scores,
        }


def score(
    labels: Sequence[Mapping[str, Any]], predictions: Mapping[str, Mapping[str, Any]]
) -> Scores:
    """Score extracted data against rows of ``labels.jsonl``.

    Args:
        labels: of the documents to score.
        predictions: plain JSON data per document id; an absent document is all missed.
    """
    known = labelled_fields(labels)
    fields = dict.fromkeys(known, Counts())
    columns: dict[str, Counts] = {}
    pairs = Counts()
    alike: list[float] = []
    for label in labels:
        found = predictions.get(label["id"]) or {}
        gold = label.get("fields", {})
        for name in known:
            fields[name] += count_field(name, gold.get(name), found.get(name))
        alike += _similarities(gold, found)
        for column, wanted in gold_columns(label).items():
            cells = column_of(found, column)
            columns[column] = columns.get(column, Counts()) + count_bag(column, wanted, cells)
        if "pairs" in label:
            pairs += count_pairs(label["pairs"], found.get("pairs") or [])
    num_predicted = sum(label["id"] in predictions for label in labels)
    anls = sum(alike) / len(alike) if alike else None
    return Scores(len(labels), num_predicted, fields, columns, pairs, anls)


def labelled_fields(labels: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the scalar fields that some document of a data set is labelled with, sorted."""
    return sorted({name for label in labels for name in label.get("fields", {})})


def count_field(name: str, gold: Any, found: Any) -> Counts:
    """Count one field of one document; a prediction where nothing is labelled is wrong."""
    both = not is_empty(gold) and not is_empty(found)
    right = both and same(name, gold, found)
    return Counts(int(right), int(not is_empty(found)), int(not is_empty(gold)))


def gold_columns(label: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return the labelled cells of line items per column; empty where none are labelled."""
    if "items_bag" in label:
        return dict(label["items_bag"])
    if "items" not in label:
        return {}
    return {c: [row[c] for row in label["items"] if row.get(c)] for c in ITEM_COLUMNS}


def column_of(found: Mapping[str, Any], column: str) -> list[Any]:
    """Return the cells of one column of extracted line items, one per row, None where empty."""
    rows = found.get("items") or found.get("line_items") or []
    other = OTHER_NAMES.get(column, column)
    return [row.get(column, row.get(other)) for row in rows if isinstance(row, dict)]


def count_bag(column: str, gold: Sequence[Any], found: Sequence[Any]) -> Counts:
    """Count the cells of one column, regardless of their order."""
    right = len(right_cells(column, gold, found))
    return Counts(right, sum(not is_empty(cell) for cell in found), len(gold))


def right_cells(column: str, gold: Iterable[Any], found: Sequence[Any]) -> set[int]:
    """Return which of the cells found are right; each gold value makes one cell right."""
    left = {i: cell for i, cell in enumerate(found) if not is_empty(cell)}
    right = set()
    for value in gold:
        hit = next((i for i, cell in left.items() if same(column, value, cell)), None)
        if hit is not None:
            right.add(hit)
            del left[hit]
    return right


def count_pairs(gold: Iterable[Mapping[str, Any]], found: Iterable[Any]) -> Counts:
    """Count the (key, value) pairs of a form, regardless of their order."""
    predicted = [pair for pair in found if isinstance(pair, dict)]
    wanted = list(gold)
    return Counts(len(right_pairs(wanted, predicted)), len(predicted), len(wanted))


def right_pairs(gold: Iterable[Mapping[str, Any]], found: Iterable[Mapping[str, Any]]) -> set[int]:
    """Return which of the pairs that were found are right; each labelled one serves once."""
    left = dict(enumerate(_pair(pair) for pair in found))
    right = set()
    for wanted in map(_pair, gold):
        hit = next((n for n, pair in left.items() if pair == wanted), None)
        if hit is not None:
            right.add(hit)
            del left[hit]
    return right


def _pair(pair: Mapping[str, Any]) -> tuple[str, str]:
    """Return the letters of a key and its value."""
    return letters(pair.get("key")), letters(pair.get("value"))


def _similarities(gold: Mapping[str, Any], found: Mapping[str, Any]) -> list[float]:
    """Return the similarity of every labelled text field with what was found."""
    texts = {n: g for n, g in gold.items() if not (n in MONEY | DATES or n == TIME or is_empty(g))}
    return [
        similarity(g[0] if isinstance(g, list) else g, found.get(name)) for name, g in texts.items()
    ]


def same(field: str, gold: Any, found: Any) -> bool:
    """Tell whether a value found is the gold value, as fields of this name are compared."""
    if isinstance(gold, list):
        return any(same(field, one, found) for one in gold)
    if field in MONEY:
        return _agree(amount(gold), amount(found))
    if field == QUANTITY:
        return amount(gold) == amount(found) or letters(gold) == letters(found)
    if field in DATES and (meant := days(gold)):
        return bool(meant & days(found))
    if field in DATES:
        return letters(gold) == letters(found)
    if field == TIME:
        return _agree(clock(gold), clock(found))
    if field == PHONE:
        return _agree(_digits(gold) or None, _digits(found))
    return _agree(letters(gold) or None, letters(found))


def _agree(gold: object, found: object) -> bool:
    """Tell whether two normalised values are equal, and there is one at all."""
    return gold is not None and gold == found


def is_empty(value: Any) -> bool:
    """Tell whether a value says nothing; zero says something."""
    return value is None or value in ("", [], {})


def letters(value: Any) -> str:
    """Return the letters and digits of a value in upper case, accents dropped."""
    plain = unicodedata.normalize("NFKD", str(value if value is not None else "")).upper()
    return "".join(c for c in plain if c.isalnum())


def similarity(gold: Any, found: Any) -> float:
    """Return 1 minus the normalised edit distance of two texts' letters; 0 below LEAST_ALIKE."""
    a, b = letters(gold), letters(found)
    if not a or not b:
        return 0.0
    alike = 1 - Levenshtein.distance(a, b) / max(len(a), len(b))
    return alike if alike >= LEAST_ALIKE else 0.0


def amount(value: Any) -> float | None:
    """Return the amount of a number, a printed amount or ``{"amount": …}``; None if there is none.

    The last of several separators is the decimal one, unless exactly three digits follow.
    """
    if isinstance(value, dict):
        value = value.get("amount", value.get("value"))
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return round(float(value), 2)
    printed = _AMOUNT.findall(_SPACE_IN_AMOUNT.sub("", str(value)))
    if not printed:
        return None
    digits = max(printed, key=len).strip(".,")
    cut = max(digits.rfind("."), digits.rfind(","))
    if cut < 0 or len(digits) - cut - 1 == 3:
        return round(float(re.sub(r"[.,]", "", digits)), 2)
    whole = re.sub(r"[.,]", "", digits[:cut])
    return round(float(f"{whole}.{digits[cut + 1 :]}"), 2)


def days(value: Any) -> set[dt.date]:
    """Return every calendar day that a printed date can mean."""
    plain = unicodedata.normalize("NFKD", str(value or "")).lower()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    if surely := _real(_YEAR_FIRST.findall(plain)):
        return surely
    pairs = _YEAR_LAST.findall(plain)
    named = [(d, name, y) for d, name, y in _DAY_NAME_YEAR.findall(plain)]
    named += [(d, name, y) for name, d, y in _NAME_DAY_YEAR.findall(plain)]
    return _real(
        [
            *((y, b, a) for a, b, y in pairs),
            *((y, a, b) for a, b, y in pairs),
            *((y, month, d) for d, name, y in named if (month := _month(name))),
            *((y, m, d) for d, m, y in _DIGITS_ONLY.findall(plain)),
        ]
    )


def _month(name: str) -> int | None:
    """Return the number of a month's name, in full or by its first three letters."""
    return _MONTHS.get(name) or _MONTHS.get(name[:3])


def _real(triples: Iterable[tuple[Any, Any, Any]]) -> set[dt.date]:
    """Return the days among (year, month, day) that exist; two-digit years from 1970 to 2069."""
    found = set()
    for triple in triples:
        year, month, day = (int(part) for part in triple)
        if year < 100:
            year += 2000 if year < 70 else 1900
        try:
            found.add(dt.date(year, month, day))
        except ValueError:
            continue
    return found


def clock(value: Any) -> tuple[int, int] | None:
    """Return the hours and minutes of a printed time; None if there is none."""
    printed = _CLOCK.search(str(value or ""))
    if printed is None:
        return None
    hours, minutes, half = int(printed[1]), int(printed[2]), (printed[3] or "").lower()
    return (hours % 12 + 12 * (half == "p") if half else hours, minutes)


def _digits(value: Any) -> str:
    """Return the digits of a phone number."""
    return re.sub(r"\D", "", str(value or ""))


@dataclass(frozen=True, slots=True)
class Judged:
    """A reported value: how confident the library was, and whether it is right."""

    confidence: float
    is_right: bool


def ece(values: Collection[Judged], num_bins: int = NUM_BINS) -> float:
    """Return the expected calibration error (Guo et al., 2017), in bins of equal width.

    It is the mean distance of confidence from the share that is right, over bins weighted by
    their number of values; 0 where there are no values.
    """
    bins: dict[int, list[Judged]] = {}
    for value in values:
        bins.setdefault(min(int(value.confidence * num_bins), num_bins - 1), []).append(value)
    gaps = (abs(sum(v.is_right - v.confidence for v in inside)) for inside in bins.values())
    return sum(gaps) / len(values) if values else 0.0


def coverage(values: Collection[Judged], precision: float = 0.99) -> float:
    """Return the largest share of values, surest first, of which so many are right.

    Values of the same confidence are accepted together or not at all, as no threshold parts them.
    """
    surest_first = sorted(values, key=lambda v: -v.confidence)
    accepted = right = largest = 0
    for _, tied in groupby(surest_first, key=lambda v: v.confidence):
        for value in tied:
            accepted, right = accepted + 1, right + value.is_right
        if right >= precision * accepted:
            largest = accepted
    return largest / len(values) if values else 0.0
