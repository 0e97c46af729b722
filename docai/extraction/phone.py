"""Telephone numbers as printed: the digits on the page, none added and none left out."""

import re

from docai.extraction.digits import fold, repair_all

_RUN = re.compile(r"\+?\s?\(?\+?\d(?:[\d\s()./\-\u00a0]*\d)?\)?")
_NEXT = re.compile(r"(?<=\d)\s*(?:,|;|&|\bor\b)\s*")
_NEXT_BY_SLASH = re.compile(r"((?:\d[\s().-]*){5,})/\s*")  # behind fewer it ends the area code
_EXTENSION = re.compile(r"\s*(?:ext?\.?|x|#)\s*\d{1,5}\b", re.IGNORECASE)
_DAY = re.compile(r"\d{1,2}[-.]\d{1,2}[-.](?:19|20)\d\d|(?:19|20)\d\d[-.]\d{1,2}[-.]\d{1,2}")
_KOREAN_BUSINESS = re.compile(r"\d{3}-\d{2}-\d{5}")  # 사업자등록번호, on every receipt there
_FEWEST, _MOST = 6, 15  # digits; ITU-T E.164 allows 15


def parse_phone(text: str, region: str | None = None) -> str | None:
    """Return the first telephone number in ``text``, tidied; None if there is none.

    Keys (``TEL:``), extensions and further numbers (``03-123456 / 03-456789``) are left out. The
    digits stay as printed: nothing is turned into international form, for the country may be
    wrong. Where ``region`` (ISO 3166) is known, a number that can exist there is preferred.
    """
    apart = _NEXT_BY_SLASH.sub(r"\1\n", _NEXT.sub("\n", _digits(text)))
    cleaned = _EXTENSION.sub("\n", apart)
    runs = [_tidy(m[0]) for line in cleaned.split("\n") for m in _RUN.finditer(line)]
    numbers = [r for r in runs if _FEWEST <= _count(r) <= _MOST and not _DAY.fullmatch(r)]
    if region == "KR":
        numbers = [r for r in numbers if not _KOREAN_BUSINESS.fullmatch(r)]
    if len(numbers) > 1 and region:
        numbers.sort(key=lambda number: not _is_possible(number, region))
    return numbers[0] if numbers else None


def _digits(text: str) -> str:
    """Return ``text`` with ASCII digits, and letters among them repaired."""
    return re.sub(r"(?<=\d{3})[:\\](?=\d{3})", "-", repair_all(fold(text)))  # "(601:268-2129"


def _count(run: str) -> int:
    """Return how many digits ``run`` has."""
    return sum(c.isdigit() for c in run)


def _tidy(run: str) -> str:
    """Return ``run`` with single spaces and without brackets that have no partner."""
    run = " ".join(run.split())
    if run.count("(") != run.count(")"):
        run = run.replace("(", "").replace(")", "")
    return re.sub(r"^\+\s+", "+", run).strip(" -.")


def _is_possible(number: str, region: str) -> bool:
    """Tell whether ``number`` has as many digits as numbers of ``region`` have."""
    import phonenumbers  # 0.1 s, only where several numbers must be told apart

    try:
        return bool(phonenumbers.is_possible_number(phonenumbers.parse(number, region)))
    except phonenumbers.NumberParseException:
        return False
