"""Calendar days: from text as printed to dates, or None where it can mean two days.

A date without a year is none: the year is not printed, so nobody knows it. dateparser 1.5 was
measured on the table in tests/unit/test_normalise.py, told to require all parts: 30 of 41 right at
some 30 ms per call, and slips make it invent days ("25/l2/2018" is 25 February, "2O18-12-25" a day
of this year). So it is not used; Babel's month names are all that is needed of a library.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from docai.extraction.digits import fold, repair_all
from docai.extraction.money import decimal_comma
from docai.extraction.names import fold_letters, month_number, weekday_number
from docai.extraction.region import region_of

_SEP = r"\s*[-/.,]\s*"
_START = r"(?<!\d)(?<!(?<!\d\d\d)\d[-/.])"  # in no longer chain, but after the year of a range
# A year ends where the digits end, or where a time of day is glued to it: 25/12/201820:13.
_END = r"(?!\d|:\d)|(?=\d{1,2}[:.hH]\d{2})"
_YEAR = rf"(?P<y>(?:19|20|25)\d\d(?:{_END})|\d\d(?:{_END}))"
_YEAR_4 = rf"(?P<y>(?:19|20|25)\d\d)(?:{_END})"
_DAY = r"(?P<d>\d{1,2})"
_MONTH_NAME = r"(?P<name>[^\W\d_]{3,}\.?|[\u0e01-\u0e4e.]{3,})"
_GAP = r"[\s\-/.,'_]*"

_YEAR_FIRST = re.compile(
    rf"{_START}(?P<y>(?:19|20|25)\d\d)(?:\s*[-/.]\s*|\s*[年년]\s*)(?P<m>\d{{1,2}})"
    rf"(?:\s*[-/.]\s*|\s*[月월]\s*)(?P<d>\d\d?(?:{_END}|(?=\d{{2}}:))|\d)(?!\d(?!\d?[:.hH]))"
)
_NUMERIC = re.compile(rf"{_START}(?P<a>\d{{1,2}}){_SEP}(?P<b>\d{{1,2}})(?:{_SEP}|\s*'\s*){_YEAR}")
_SPACED = re.compile(rf"{_START}(?P<a>\d{{1,2}})\s+(?P<b>\d{{1,2}})\s+{_YEAR_4}")
_NAMED = (
    re.compile(
        rf"(?<!\d){_DAY}(?:st|nd|rd|th|er|º|°)?{_GAP}(?:de\s+)?{_MONTH_NAME}{_GAP}(?:de\s+)?{_YEAR}"
    ),
    re.compile(
        rf"(?<![^\W\d_]){_MONTH_NAME}{_GAP}{_DAY}(?:(?:st|nd|rd|th){_GAP}|[\s\-/.,'_]+){_YEAR}"
    ),
    re.compile(rf"(?<!\d){_YEAR_4}{_GAP}{_MONTH_NAME}{_GAP}{_DAY}(?!\d)"),
)
_HOLDS_DIGITS = re.compile(r"\d.*\d", re.DOTALL)  # all others, 5MAYl8 too, hold no date
_COMPACT = re.compile(r"(?<!\d)\d{8}(?!\d)")
_GLUED_WEEKDAY = re.compile(  # "ThuAug09,2012"
    r"(?<![^\W\d_])(?i:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*?(?:day)?)(?=[A-Z][a-z]{2})"
)
_MONTH_SLIPS = (re.compile(r"(?<![^\W_])0(?=[Cc][Tt])"), re.compile(r"(?<=[Nn])0(?=[Vv])"))

_THAI = re.compile(r"[\u0e00-\u0e7f]|\bB\.?E\.?\s*25\d\d")
_BUDDHIST = 543  # years from the Buddhist to the common era
_EARLIEST, _AHEAD = 1900, 10  # years that a paper may name: 1900 to ten years from today


@dataclass(frozen=True, slots=True)
class Candidate:
    """One day that printed text can mean.

    Attributes:
        day: the calendar day.
        order: how the text was read: ``dmy``, ``mdy`` or ``ymd``; ``named`` if the month is
            spelt out.
    """

    day: dt.date
    order: str


def parse_dates(text: str, *, region: str | None = None) -> tuple[Candidate, ...]:
    """Return every calendar day that ``text`` can mean, as printed from left to right.

    Args:
        text: as printed, with OCR slips and perhaps with a time of day glued to it.
        region: ISO 3166 country of the page. ``TH`` admits Buddhist years, countries that write
            the year first admit ``18/03/23`` as 2018.
    """
    if not _HOLDS_DIGITS.search(text):
        return ()
    text = _clean(text)
    is_thai = region == "TH" or bool(_THAI.search(text))
    found = dict.fromkeys(c for c in _candidates(text, region, is_thai))
    weekday = _weekday(text)
    agreeing = tuple(c for c in found if c.day.weekday() == weekday)
    return agreeing or tuple(found)


def parse_date(
    text: str, *, day_first: bool | None = None, region: str | None = None
) -> dt.date | None:
    """Return the one day that ``text`` means, or None where it means none or several.

    Args:
        text: as printed.
        day_first: whether the page writes 25/12 (True) or 12/25 (False), see `day_first`;
            None leaves 03/04/2018 undecided.
        region: as for `parse_dates`.
    """
    candidates = parse_dates(text, region=region)
    days = {c.day for c in candidates}
    if len(days) > 1 and day_first is not None:
        days = {c.day for c in candidates if c.order != ("mdy" if day_first else "dmy")}
    if len(days) > 1 and not _is_year_first(region):
        days = {c.day for c in candidates if c.day in days and c.order != "ymd"} or days
    return days.pop() if len(days) == 1 else None


def day_first(texts: Iterable[str]) -> bool | None:
    """Return whether a page writes the day before the month; None if it does not tell.

    Every date that can be read one way only has a vote (a number above 12, a weekday printed
    beside it); without any, points between the numbers and decimal commas decide, for nobody who
    writes 1,50 writes the month first, and then the country.
    """
    lines = tuple(texts)
    votes = [order for line in lines if (order := _only_order(line)) in ("dmy", "mdy")]
    if votes:
        dmy = votes.count("dmy")
        return dmy > len(votes) - dmy if 2 * dmy != len(votes) else None
    if any(
        re.search(rf"{_START}\d\d?\.\s?\d\d?\.\s?\d{{2,4}}(?!\d)", fold(line)) for line in lines
    ):
        return True
    return True if decimal_comma(lines) else _region_day_first(region_of(lines))


def without_dates(text: str) -> str:
    """Return ``text`` without its numeric dates, so that what is left of them can be a time."""
    cleaned = _clean(text)
    for pattern in (_YEAR_FIRST, _NUMERIC):
        cleaned = pattern.sub(" ", cleaned)
    return cleaned


def _clean(text: str) -> str:
    """Return ``text`` with ASCII digits and slips in digits and month names repaired."""
    text = repair_all(fold(text)).replace("\u00a0", " ")
    for pattern, letter in zip(_MONTH_SLIPS, "Oo", strict=True):
        text = pattern.sub(letter, text)
    return _GLUED_WEEKDAY.sub(r"\g<0> ", text)


def _candidates(text: str, region: str | None, is_thai: bool) -> Iterator[Candidate]:
    """Yield the days of the clearest pattern that ``text`` matches anywhere."""
    readers = (_year_first, _named, _numeric, _compact)
    for read in readers:
        found = [
            Candidate(day, order)
            for order, year, month, day_number in read(text, region)
            if (day := _day(year, month, day_number, is_thai))
        ]
        if found:
            yield from found
            return


_Parts = Iterator[tuple[str, str, int, int]]  # order, year as printed, month, day


def _year_first(text: str, region: str | None) -> _Parts:
    """Yield dates like 2018-12-25 and 2018年3月23日."""
    for match in _YEAR_FIRST.finditer(text):
        yield "ymd", match["y"], int(match["m"]), int(match["d"])


def _named(text: str, region: str | None) -> _Parts:
    """Yield dates with a month in letters."""
    for pattern in _NAMED:
        for match in pattern.finditer(text):
            if month := month_number(match["name"]):
                yield "named", match["y"], month, int(match["d"])


def _numeric(text: str, region: str | None) -> _Parts:
    """Yield dates like 25/12/18 in each order that makes sense; year first where that is usual."""
    for match in [*_NUMERIC.finditer(text)] or [*_SPACED.finditer(text)]:
        a, b, year = int(match["a"]), int(match["b"]), match["y"]
        yield "dmy", year, b, a
        if a != b:
            yield "mdy", year, a, b
        is_odd = a > 31 or (a > 12 and b > 12) or (b > 12 and int(year) > 99)
        if len(year) == 2 and len(match["a"]) == 2 and (is_odd or _is_year_first(region)):
            yield "ymd", match["a"], b, int(year)


def _compact(text: str, region: str | None) -> _Parts:
    """Yield dates like 20180323, but only where eight digits are all the text has."""
    digits = _COMPACT.findall(text)
    if len(digits) != 1 or len(re.sub(r"\D", "", re.sub(r"\d\d?:\d\d\S*", "", text))) != 8:
        return
    whole = digits[0]
    yield "ymd", whole[:4], int(whole[4:6]), int(whole[6:])
    yield "dmy", whole[4:], int(whole[2:4]), int(whole[:2])
    yield "mdy", whole[4:], int(whole[:2]), int(whole[2:4])


def _day(year: str, month: int, day: int, is_thai: bool) -> dt.date | None:
    """Return the day, or None where there is no such day or no paper can name that year."""
    this_year = dt.date.today().year
    number = _full_year(int(year), is_thai, this_year) if len(year) == 2 else int(year)
    if is_thai and number > this_year + _AHEAD:
        number -= _BUDDHIST
    if not _EARLIEST <= number <= this_year + _AHEAD:
        return None
    try:
        return dt.date(number, month, day)
    except ValueError:
        return None


def _full_year(short: int, is_thai: bool, this_year: int) -> int:
    """Return the year that two digits mean: never later than next year."""
    if 2000 + short <= this_year + 1:
        return 2000 + short
    if is_thai and 2500 + short - _BUDDHIST <= this_year + 1:
        return 2500 + short - _BUDDHIST
    return 1900 + short


def _weekday(text: str) -> int | None:
    """Return the weekday named in ``text``, from Monday = 0; None where none or several are."""
    words = re.findall(r"[^\W\d_]{3,}", text)
    days = {day for word in words if (day := weekday_number(word)) is not None}
    return days.pop() if len(days) == 1 else None


def _only_order(text: str) -> str | None:
    """Return the order of the numeric date in ``text`` if only one order is possible."""
    orders = {c.order for c in parse_dates(text)}
    return orders.pop() if len(orders) == 1 else None


@cache
def _pattern_order(region: str) -> str:
    """Return the order of d, M and y in a short date where people of ``region`` write it."""
    from babel import Locale, UnknownLocaleError  # 0.1 s, only for pages that need it

    try:
        pattern = Locale.parse(f"und_{region}").date_formats["short"].pattern
    except (UnknownLocaleError, ValueError):
        return ""
    letters = dict.fromkeys(c for c in fold_letters(pattern) if c in "dmy")
    return "".join(letters)


def _region_day_first(region: str | None) -> bool | None:
    """Return whether ``region`` writes the day before the month, None if unknown or mixed."""
    order = _pattern_order(region) if region else ""
    return {"dmy": True, "mdy": False}.get(order)


def _is_year_first(region: str | None) -> bool:
    """Tell whether ``region`` is known to write the year first; not Canada, which does all."""
    return region is not None and region != "CA" and _pattern_order(region) == "ymd"
