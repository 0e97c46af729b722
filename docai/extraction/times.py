"""Times of day: from text as printed to a time, or None where it can mean two."""

import datetime as dt
import re

from docai.extraction.dates import without_dates

_AFTERNOON = "오후|下午|午後|م"
_MORNING = "오전|上午|午前|ص"
_TIME = re.compile(
    rf"(?P<cjk>{_AFTERNOON}|{_MORNING})?\s*"
    r"(?<![\d.,])(?<!\d:)(?P<hour>\d{1,2})\s*(?P<sign>[:hH.時시点])\s*(?P<minute>\d{2})"
    r"(?:\s*[:.分분]\s*(?P<second>\d{2}))?(?!\d)분?分?"
    rf"\s*(?P<half>[AaPp](?=[\s.]*[Mm]|[HNWK]\b|[^\w.]|\.?$)|{_AFTERNOON}|{_MORNING})?(?P<odd>[^\W\d_]?[Mm]\b)?"
)


_BARE = re.compile(r"\W*(?:time|uhr|zeit|hrs?|heure|hora|ora)?\W*", re.IGNORECASE)


def parse_time(text: str) -> dt.time | None:
    """Return the one time of day that ``text`` prints, or None where there is none or several.

    A point between hours and minutes counts only beside AM or PM, or where the time is all there
    is (``8.13PM``, ``11.54``); elsewhere it is an amount.
    """
    text = without_dates(text)
    matches = [m for m in _TIME.finditer(text) if m["sign"] != "." or _is_sure(text, m)]
    times = {time for m in matches if (time := _time(m))}
    if len({(time.hour, time.minute) for time in times}) != 1:
        return None
    return max(times)  # printed twice, once with seconds


def _is_sure(text: str, match: re.Match[str]) -> bool:
    """Tell whether a match with a point is a time and no amount."""
    if match["half"] or match["cjk"]:
        return True
    return bool(_BARE.fullmatch(text[: match.start()] + text[match.end() :]))


def _time(match: re.Match[str]) -> dt.time | None:
    """Return the time, or None where there is no such time of day or its half is unreadable."""
    half = match["half"] or match["cjk"] or ""
    if match["odd"] and not half:
        return None  # "9:28FM": morning or afternoon, OCR lost it
    hour = int(match["hour"])
    is_afternoon = half in "Pp" or half in _AFTERNOON.split("|") if half else False
    if half and hour <= 12:
        hour = hour % 12 + 12 * is_afternoon
    try:
        return dt.time(hour, int(match["minute"]), int(match["second"] or 0))
    except ValueError:
        return None
