"""Page numbers as they are printed: "Page 2 of 3", "Seite 2/3", "- 2 -", "2 / 3", "Blatt 2"."""

import re
from dataclasses import dataclass
from itertools import pairwise

from docai.reading import Reading

MOST = 999  # pages that a document has, for a number to be one of a page
MARGIN = 0.14  # of the page's height, at head and foot, where a bare number may be one

_NAMES = (
    "pages?|pg|seite|blatt|bl|p[aá]g(?:ina)?|sida|side|sivu|strona|str|hal(?:aman)?|"
    "trang|folha|hoja"
)
_OF = "of|von|de|sur|di|van|av|af|z|/|／|out of|aus"
_NAMED = re.compile(
    rf"(?<!\w)(?:{_NAMES})\b\s*[.:#]?\s*(?:n[or°º]*\.?\s*)?(\d{{1,3}})"
    rf"(?:\s*(?:{_OF})\s*(\d{{1,3}}))?(?![\d.,])",
    re.IGNORECASE,
)
_ASIAN = re.compile(
    r"(?:페이지|頁|ページ|第)\s*[:.]?\s*(\d{1,3})(?:\s*[/／]\s*(\d{1,3}))?(?!\d)"
    r"|(?<!\d)(\d{1,3})(?:\s*[/／]\s*(\d{1,3}))?\s*(?:페이지|쪽|頁|ページ)"
)
_BARE = re.compile(
    rf"[-–—|(]?\s*(\d{{1,3}})\s*(?:{_OF})\s*(\d{{1,3}})\s*[-–—|)]?|[-–—]\s*(\d{{1,3}})\s*[-–—]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PageNumber:
    """What a page says of itself: it is number ``number`` of ``of``, which it may not say."""

    number: int
    of: int | None


def page_number(reading: Reading) -> PageNumber | None:
    """Return the page number that is printed on a page; None where there is none, or several."""
    named = {found for line in _rows(reading) for found in _found(_NAMED, _ASIAN, text=line)}
    if named:
        return _only(named)
    bare = set()
    for line in reading.lines:
        match = _BARE.fullmatch(reading.text_of(line).strip())
        if match and _is_marginal(reading, line.start, line.stop):
            bare |= _checked(match)
    return _only(bare)


def _only(found: set[PageNumber]) -> PageNumber | None:
    """Return the one number found; one that says of how many outweighs one that does not."""
    full = {one for one in found if one.of is not None} or found
    return next(iter(full)) if len(full) == 1 else None


def _rows(reading: Reading) -> list[str]:
    """Return every line, and with each the line read after it: a number may stand apart."""
    texts = [reading.text_of(line) for line in reading.lines]
    return texts + [f"{a} {b}" for a, b in pairwise(texts)]


def _found(*patterns: re.Pattern[str], text: str) -> set[PageNumber]:
    """Return the page numbers in some text."""
    return {one for p in patterns for match in p.finditer(text) for one in _checked(match)}


def _checked(match: re.Match[str]) -> set[PageNumber]:
    """Return the page number of a match if it can be one."""
    numbers = [int(group) for group in match.groups() if group]
    number, of = numbers[0], numbers[1] if len(numbers) > 1 else None
    if not 0 < number <= (of or MOST) <= MOST:
        return set()
    return {PageNumber(number, of)}


def _is_marginal(reading: Reading, start: int, stop: int) -> bool:
    """Tell whether some words stand at the head or foot of the page."""
    boxes = reading.upright_boxes[start:stop]
    middle = sum((box[1] + box[3]) / 2 for box in boxes) / len(boxes)
    low = min(box[1] for box in reading.upright_boxes)
    high = max(box[3] for box in reading.upright_boxes)
    share = (middle - low) / max(high - low, 1.0)
    return not MARGIN < share < 1 - MARGIN
