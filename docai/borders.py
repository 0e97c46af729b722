"""What tells where one document of a stack ends and the next begins: signs between two pages."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from rapidfuzz import fuzz

from docai.page_numbers import PageNumber, page_number
from docai.reading import Reading

HEAD, FOOT = 5, 4  # lines
CLIP = 4.0  # of a log odds that a model gives

_CODE = re.compile(r"(?=(?:.*\d){4})[\w/#-]{4,}")
_AMOUNT_OR_DATE = re.compile(r"[\d.,']+[.,]\d\d|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|(?:19|20)\d\d")
_NUMBER_WORD = (
    r"(?:invoice|inv|rechnungs?|facture|factuur|fattura|factura|fatura|receipt|beleg|bill|order|"
    r"contract|statement|document|credit\s*note|avoir|청구서|송장|계산서|영수증|請求書)"
)
_KEYED = re.compile(
    _NUMBER_WORD
    + r"\s*[-.]?\s*(?:number|no|nr|num(?:m?er|éro|ero)?|n|id|#|번호|番号)?\s*[°º.:#]*\s*"
    r"((?=[\w/#-]*\d)[\w/#-]{3,})",
    re.IGNORECASE,
)
_CARRIED = re.compile(
    r"carried (?:forward|over)|brought forward|continued|cont'?d|(?:ü|ue|u)bertrag|fortsetzung|"
    r"zwischensumme|siehe (?:n(?:ä|ae)chste|folge)|suite (?:page|au|de)|(?:à|a) reporter|"
    r"report (?:de la )?page|riporto|suma y sigue|suite\b|이월|다음 ?(?:장|페이지)|次頁|次ページ",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"\b(?:invoice|rechnung|facture|factuur|fattura|factura|fatura|receipt|quittung|re[cç]u|"
    r"gutschrift|credit note|avoir|statement|application|formular|antrag|formulaire|"
    r"memorandum|memo|dear|sehr geehrte|madame|monsieur)\b|청구서|영수증|세금계산서|신청서|請求書",
    re.IGNORECASE,
)
_END = re.compile(
    r"\b(?:grand total|total due|amount due|balance due|total|gesamtbetrag|gesamt|summe|"
    r"net (?:à|a) payer|total ttc|sincerely|yours faithfully|gr(?:ü|ue)(?:ß|ss)en|thank you|"
    r"signature|unterschrift)\b|합계|총액|감사합니다",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Face:
    """What one page shows of the document that it is of."""

    reading: Reading

    @cached_property
    def number(self) -> PageNumber | None:
        """The page number that is printed."""
        return page_number(self.reading)

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """All lines."""
        return tuple(self.reading.text_of(line) for line in self.reading.lines)

    @cached_property
    def head(self) -> str:
        """The first lines."""
        return "\n".join(self.texts[:HEAD])

    @cached_property
    def foot(self) -> str:
        """The last lines."""
        return "\n".join(self.texts[-FOOT:])

    @cached_property
    def upper(self) -> str:
        """The first third of the lines."""
        return "\n".join(self.texts[: max(HEAD, len(self.texts) // 3)])

    @cached_property
    def lower(self) -> str:
        """The last third of the lines."""
        return "\n".join(self.texts[-max(FOOT, len(self.texts) // 3) :])

    @cached_property
    def keyed(self) -> frozenset[str]:
        """Numbers of invoices and the like, behind the word that says so."""
        found = _KEYED.findall(" ".join(self.texts))
        return frozenset(code.upper() for code in found if not _AMOUNT_OR_DATE.fullmatch(code))

    @cached_property
    def codes(self) -> frozenset[str]:
        """Words of many digits that are no amounts and no dates."""
        texts = (word.text.strip(".,:;()").upper() for word in self.reading.words)
        return frozenset(
            t for t in texts if _CODE.fullmatch(t) and not _AMOUNT_OR_DATE.fullmatch(t)
        )

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Words of letters."""
        texts = (word.text.strip(".,:;()").lower() for word in self.reading.words)
        return frozenset(t for t in texts if len(t) > 3 and t.isalpha())

    @cached_property
    def type_size(self) -> float:
        """Height of ordinary type, in shares of the page's longer side."""
        heights = [box[3] - box[1] for box in self.reading.upright_boxes]
        return float(np.median(heights)) / max(self.reading.size) if heights else 0.01


Sign = Callable[[Face, Face], float]


def _first(_: Face, after: Face) -> float:
    return float(after.number is not None and after.number.number == 1)


def _follows(before: Face, after: Face) -> float:
    a, b = before.number, after.number
    return float(a is not None and b is not None and _goes_on(a, b))


def _goes_on(a: PageNumber, b: PageNumber) -> bool:
    """Tell whether page number ``b`` comes next after ``a``."""
    return b.number == a.number + 1 and (None in (a.of, b.of) or a.of == b.of)


def _breaks(before: Face, after: Face) -> float:
    a, b = before.number, after.number
    return float(a is not None and b is not None and not _goes_on(a, b))


def _later(_: Face, after: Face) -> float:
    return float(after.number is not None and after.number.number > 1)


def _complete(before: Face, _: Face) -> float:
    return float(before.number is not None and before.number.number == before.number.of)


def _incomplete(before: Face, _: Face) -> float:
    return float(before.number is not None and before.number.number < (before.number.of or 0))


def _same_number(before: Face, after: Face) -> float:
    return float(bool(before.keyed & after.keyed))


def _other_number(before: Face, after: Face) -> float:
    return float(bool(before.keyed and after.keyed) and not before.keyed & after.keyed)


def _shared_codes(before: Face, after: Face) -> float:
    least = min(len(before.codes), len(after.codes))
    return len(before.codes & after.codes) / least if least else 0.0


def _no_shared_code(before: Face, after: Face) -> float:
    return float(bool(before.codes and after.codes) and not before.codes & after.codes)


def _like_heads(before: Face, after: Face) -> float:
    return fuzz.ratio(before.head, after.head) / 100


def _like_feet(before: Face, after: Face) -> float:
    return fuzz.ratio(before.foot, after.foot) / 100


def _like_words(before: Face, after: Face) -> float:
    least = min(len(before.vocabulary), len(after.vocabulary))
    return len(before.vocabulary & after.vocabulary) / least if least else 0.0


def _other_size(before: Face, after: Face) -> float:
    (a, b), (c, d) = (sorted(face.reading.size) for face in (before, after))
    return min(1.0, 10 * (abs(math.log(a / c)) + abs(math.log(b / d))))


def _other_way(before: Face, after: Face) -> float:
    (a, b), (c, d) = before.reading.size, after.reading.size
    return float((a > b) != (c > d))


def _other_type(before: Face, after: Face) -> float:
    return min(1.0, abs(math.log(before.type_size / after.type_size)))


def _carried(before: Face, after: Face) -> float:
    return float(bool(_CARRIED.search(before.lower) or _CARRIED.search(after.upper)))


def _title(before: Face, after: Face) -> float:
    return float(bool(_TITLE.search(after.upper)) and not _TITLE.search(before.upper))


def _no_title(_: Face, after: Face) -> float:
    return float(not _TITLE.search(after.upper))


def _ended(before: Face, _: Face) -> float:
    return float(bool(_END.search(before.lower)))


def _other_engine(before: Face, after: Face) -> float:
    return float(before.reading.engine != after.reading.engine)


SIGNS: Mapping[str, Sign] = {
    "says page 1": _first,
    "page number follows": _follows,
    "page number breaks off": _breaks,
    "says a later page": _later,
    "was the last page": _complete,
    "was not the last page": _incomplete,
    "same document number": _same_number,
    "other document number": _other_number,
    "shared codes": _shared_codes,
    "no code shared": _no_shared_code,
    "heads alike": _like_heads,
    "feet alike": _like_feet,
    "words alike": _like_words,
    "other size": _other_size,
    "other way up": _other_way,
    "other type": _other_type,
    "carried forward": _carried,
    "new title": _title,
    "no title": _no_title,
    "totals before": _ended,
    "read otherwise": _other_engine,
}
"""Signs between a page and the next, each in [0, 1]."""

BLANK_BETWEEN, OPENS = "blank page between", "model says it opens"
NAMES = (*SIGNS, BLANK_BETWEEN, OPENS)
"""All signs; the order is part of the weights."""


def signs(
    before: Face, after: Face, *, is_parted: bool = False, opens: float | None = None
) -> tuple[float, ...]:
    """Return what speaks for and against a border between two pages, in the order of `NAMES`.

    Args:
        before: the last page that is not blank.
        after: the next one.
        is_parted: whether a blank page lies between them.
        opens: probability that ``after`` opens a document, as a model sees it alone; None where
            nobody said.
    """
    odds = 0.0
    if opens is not None:
        sure = min(max(opens, 1e-6), 1 - 1e-6)
        odds = min(max(math.log(sure / (1 - sure)), -CLIP), CLIP)
    return (*(sign(before, after) for sign in SIGNS.values()), float(is_parted), odds)
